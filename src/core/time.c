/* Moments: the clock, RFC 3339 text, and civil dates for the SQL binding.
 * The C library's calendar is not used: it depends on the time zone. */
#include "core/time.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>

#define SECOND INT64_C(1000000)
#define DAY    (INT64_C(86400) * SECOND)

struct timestamp
time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct timestamp){now.tv_sec * SECOND + now.tv_nsec / 1000};
}

int64_t
time_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/*
 * Days since 1970-01-01 and back. Years count from March, so that the leap
 * day is the last one, in eras of 400 years (146097 days).
 */
static int64_t
days_from_date(int64_t year, int64_t month, int64_t day)
{
	if (month <= 2)
		year--;

	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static void
date_from_days(int64_t days, struct civil *out)
{
	days += 719468;

	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day = days - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	int64_t march = (5 * of_year + 2) / 153;

	out->day = (int)(of_year - (153 * march + 2) / 5 + 1);
	out->month = (int)(march < 10 ? march + 3 : march - 9);
	out->year = (int)(year + era * 400 + (out->month <= 2));
}

struct civil
time_to_civil(struct timestamp t)
{
	struct civil out = {0};
	int64_t days = t.us / DAY;
	int64_t rest = t.us % DAY;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	date_from_days(days, &out);
	out.us = (int)(rest % SECOND);
	rest /= SECOND;
	out.second = (int)(rest % 60);
	out.minute = (int)(rest / 60 % 60);
	out.hour = (int)(rest / 3600);
	return out;
}

struct timestamp
time_from_civil(const struct civil *c)
{
	int64_t seconds = days_from_date(c->year, c->month, c->day) * 86400 +
			  c->hour * 3600 + c->minute * 60 + c->second;

	return (struct timestamp){seconds * SECOND + c->us};
}

static char *
put_digits(char *out, int n, int width, char after)
{
	int i;

	for (i = width - 1; i >= 0; i--) {
		out[i] = (char)('0' + n % 10);
		n /= 10;
	}
	out[width] = after;
	return out + width + 1;
}

/* By hand: every reply with a date passes here. */
char *
time_format(struct timestamp t, char *out)
{
	struct civil c = time_to_civil(t);
	char *p = out;

	if (c.year < 0 || c.year > 9999)
		p += snprintf(p, TIME_TEXT, "%d-", c.year);
	else
		p = put_digits(p, c.year, 4, '-');
	p = put_digits(p, c.month, 2, '-');
	p = put_digits(p, c.day, 2, 'T');
	p = put_digits(p, c.hour, 2, ':');
	p = put_digits(p, c.minute, 2, ':');
	p = put_digits(p, c.second, 2, c.us != 0 ? '.' : 'Z');
	if (c.us != 0)
		p = put_digits(p, c.us, 6, 'Z');
	*p = '\0';
	return out;
}

/* Exactly `width` digits with a value of at least `min` and at most `max`. */
static bool
read_number(const char **p, int width, int min, int max, int *out)
{
	int value = 0;

	for (int i = 0; i < width; i++) {
		if (**p < '0' || **p > '9')
			return false;
		value = value * 10 + (*(*p)++ - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

static bool
read_char(const char **p, char wanted)
{
	if (**p != wanted)
		return false;
	(*p)++;
	return true;
}

static bool
read_date(const char **p, struct civil *c)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (!read_number(p, 4, 1, 9999, &c->year) || !read_char(p, '-') ||
	    !read_number(p, 2, 1, 12, &c->month) || !read_char(p, '-') ||
	    !read_number(p, 2, 1, 31, &c->day))
		return false;

	bool leap =
	    c->year % 4 == 0 && (c->year % 100 != 0 || c->year % 400 == 0);
	return c->day <= days[c->month - 1] + (leap && c->month == 2);
}

/* Digits beyond the microsecond are dropped. */
static bool
read_fraction(const char **p, struct civil *c)
{
	int scale = 100000;

	if (!read_char(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	while (**p >= '0' && **p <= '9') {
		c->us += (*(*p)++ - '0') * scale;
		scale /= 10;
	}
	return true;
}

static bool
read_offset(const char **p, int64_t *seconds)
{
	int hours, minutes;
	int sign = **p == '-' ? -1 : 1;

	*seconds = 0;
	if (read_char(p, 'Z') || read_char(p, 'z'))
		return true;
	if (!read_char(p, '+') && !read_char(p, '-'))
		return false;
	if (!read_number(p, 2, 0, 23, &hours) || !read_char(p, ':') ||
	    !read_number(p, 2, 0, 59, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool
time_parse(const char *text, struct timestamp *out)
{
	const char *p = text;
	struct civil c = {0};
	int64_t offset;

	if (!read_date(&p, &c))
		return false;
	if (!read_char(&p, 'T') && !read_char(&p, 't') && !read_char(&p, ' '))
		return false;
	if (!read_number(&p, 2, 0, 23, &c.hour) || !read_char(&p, ':') ||
	    !read_number(&p, 2, 0, 59, &c.minute) || !read_char(&p, ':') ||
	    !read_number(&p, 2, 0, 59, &c.second) || !read_fraction(&p, &c) ||
	    !read_offset(&p, &offset) || *p != '\0')
		return false;

	struct timestamp t = time_from_civil(&c);
	t.us -= offset * SECOND;
	c = time_to_civil(t);
	if (c.year < 1 || c.year > 9999)
		return false;
	*out = t;
	return true;
}
