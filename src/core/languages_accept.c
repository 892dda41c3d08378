/*
 * Which language somebody wants, from a tag or from a header that a stranger
 * wrote: RFC 9110, 12.4.2 and 12.5.4, and nothing that is not in there.
 */
#include <string.h>

#include "core/languages_part.h"

enum { SUBTAG = 8, WEIGHT = 1000 }; /* letters; thousandths of a q value */

/* A language range with its weight; at NULL: it is none. */
struct range {
	const char *at;
	size_t n;
	int weight;
};

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
blanks(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (p[n] == ' ' || p[n] == '\t'))
		n++;
	return n;
}

/* The bytes of one subtag, 0: it is none. */
static size_t
subtag(const char *p, const char *end, bool is_first)
{
	size_t n = 0;

	while (
	    p + n < end && (is_letter(p[n]) || (!is_first && is_digit(p[n]))))
		n++;
	return n <= SUBTAG ? n : 0;
}

/* The bytes of a range ("de-CH", "*"), 0: it is none. */
static size_t
range_length(const char *p, const char *end)
{
	const char *at = p;
	size_t n;

	if (p < end && *p == '*')
		return 1;
	n = subtag(at, end, true);
	while (n > 0) {
		at += n;
		if (at == end || *at != '-')
			return (size_t)(at - p);
		at++;
		n = subtag(at, end, false);
	}
	return 0;
}

/* "1", "0.7", "0.125": in thousandths; -1: it is none. */
static int
qvalue(const char *p, const char *end)
{
	int value, unit = WEIGHT;

	if (p == end || (*p != '0' && *p != '1'))
		return -1;
	value = (*p++ - '0') * WEIGHT;
	if (p < end && *p++ != '.')
		return -1;
	for (; p < end; p++) {
		unit /= 10;
		if (!is_digit(*p) || unit == 0)
			return -1;
		value += (*p - '0') * unit;
	}
	return value <= WEIGHT ? value : -1;
}

/* Whether nothing but blanks or a weight stands behind the range. */
static bool
read_weight(const char *p, const char *end, int *weight)
{
	*weight = WEIGHT;
	p += blanks(p, end);
	while (p < end && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (p == end)
		return true;
	if (*p++ != ';')
		return false;
	p += blanks(p, end);
	if (end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=')
		return false;
	*weight = qvalue(p + 2, end);
	return *weight >= 0;
}

static struct range
read_range(const char *p, const char *end)
{
	struct range r = {0};
	size_t n;

	p += blanks(p, end);
	n = range_length(p, end);
	if (n > 0 && read_weight(p + n, end, &r.weight)) {
		r.at = p;
		r.n = n;
	}
	return r;
}

/* Letters of either case; the languages' are small. */
static const struct language *
match(const struct languages *l, const char *tag, size_t n)
{
	char small[SUBTAG];
	size_t i;

	for (i = 0; i < n && is_letter(tag[i]) && i < SUBTAG; i++)
		small[i] = (char)(tag[i] | 0x20);
	if (i < n && tag[i] != '-')
		return NULL;
	return language_find(l, small, i);
}

const char *
languages_match(const struct languages *l, const char *tag)
{
	const struct language *found = match(l, tag, strlen(tag));

	return found != NULL ? found->name : NULL;
}

const char *
languages_accept(const struct languages *l, const char *header)
{
	const struct language *best = NULL;
	const char *p = header, *end;
	int most = 0;

	if (p == NULL || strlen(p) > ACCEPT_MAX)
		return NULL;
	for (int i = 0; i < ACCEPT_RANGES && *p != '\0'; i++) {
		const struct language *found = NULL;
		struct range r;

		end = p + strcspn(p, ",");
		r = read_range(p, end);
		p = *end != '\0' ? end + 1 : end;
		/* A weight of 0 is a refusal. */
		if (r.at == NULL || r.weight <= most)
			continue;
		found = *r.at == '*' ? l->first : match(l, r.at, r.n);
		if (found == NULL)
			continue;
		best = found;
		most = r.weight;
	}
	return best != NULL ? best->name : NULL;
}
