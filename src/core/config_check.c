/* The rules that no single field can state, and what helps a person: the
 * nearest name, and values without their secrets. */
#include "core/config_part.h"

#include <ctype.h>
#include <string.h>

#define MASK        "********"
#define PREFIX      "ATRIUM_"
#define PLACEHOLDER "changethis"
#define LOCALHOST   "http://localhost"

enum {
	NAME_MAX_LENGTH = 40,
	SLIPS = 3 /* letters that a misspelt name may differ by */
};

/* Between the first ':' after the scheme and the last '@'; false for none. */
static bool
find_password(const char *url, const char **start, const char **end)
{
	const char *p = strstr(url, "://");

	if (p == NULL)
		return false;
	p += 3;
	*end = strrchr(p, '@');
	*start = strchr(p, ':');
	if (*end == NULL || *start == NULL || *start > *end)
		return false;
	(*start)++;
	return true;
}

const char *
config_show(struct arena *a, const struct field *f, const char *value)
{
	const char *start, *end;

	if (value == NULL)
		return "";
	if (!(f->flags & SECRET) || *value == '\0')
		return value;
	if (f->format != FORMAT_URL || strstr(value, "://") == NULL)
		return MASK;
	if (find_password(value, &start, &end))
		return arena_printf(
		    a, "%.*s" MASK "%s", (int)(start - value), value, end);
	/* user:password without the @ would stand open. */
	return strchr(value, '@') == NULL ? MASK : value;
}

static bool
is_placeholder(const char *value, size_t n)
{
	return n == strlen(PLACEHOLDER) && memcmp(value, PLACEHOLDER, n) == 0;
}

static void
check_url(const char *name, const char *url, struct buf *complaints)
{
	const char *start, *end;

	if (url != NULL && find_password(url, &start, &end) &&
	    is_placeholder(start, (size_t)(end - start)))
		complain(complaints,
		    "The password in %s is \"" PLACEHOLDER
		    "\", which everybody "
		    "knows. Choose one, or set ENVIRONMENT=development.",
		    name);
}

/* Mail that would not leave, or whose links would lead nowhere. */
static void
check_mail(const struct config *c, struct buf *complaints)
{
	if (*c->SMTP_HOST == '\0')
		return;
	if (*c->EMAILS_FROM_EMAIL == '\0')
		complain(complaints,
		    "SMTP_HOST is set, but EMAILS_FROM_EMAIL is not. Set it to "
		    "the address that mails come from.");
	if (strcmp(c->ENVIRONMENT, "development") != 0 &&
	    *c->SMTP_USER != '\0' && !c->SMTP_TLS && !c->SMTP_SSL)
		complain(complaints,
		    "SMTP_USER is set, but SMTP_TLS and SMTP_SSL are false: "
		    "the password would be sent in clear. Set one to true, or "
		    "set ENVIRONMENT=development.");
	if (strcmp(c->ENVIRONMENT, "development") != 0 &&
	    strncmp(c->FRONTEND_HOST, LOCALHOST, strlen(LOCALHOST)) == 0)
		complain(complaints,
		    "SMTP_HOST is set, but FRONTEND_HOST is %s, where the "
		    "links "
		    "in mails would lead. Set it to the address of the site, "
		    "or set ENVIRONMENT=development.",
		    c->FRONTEND_HOST);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* It is compared with what browsers call an origin (RFC 6454, section 6). */
static void
check_origin(const char *origin, struct buf *complaints)
{
	bool tls = strncmp(origin, "https:", 6) == 0;
	bool upper = false;

	for (const char *p = origin; *p != '\0'; p++)
		upper = upper || isupper((unsigned char)*p);
	if (!upper && !ends_with(origin, tls ? ":443" : ":80"))
		return;
	complain(complaints,
	    "FRONTEND_HOST is %s. Write it as browsers do: in lower case, "
	    "without the port that goes without saying.",
	    origin);
}

void
config_check(const struct config *c, struct buf *complaints)
{
	const char *password = c->FIRST_SUPERUSER_PASSWORD;

	check_mail(c, complaints);
	check_origin(c->FRONTEND_HOST, complaints);
	if (strcmp(c->ENVIRONMENT, "development") == 0)
		return;
	check_url("DATABASE_URL", c->DATABASE_URL, complaints);
	check_url("DATABASE_ADMIN_URL", c->DATABASE_ADMIN_URL, complaints);
	if (is_placeholder(password, strlen(password)))
		complain(complaints,
		    "FIRST_SUPERUSER_PASSWORD is \"" PLACEHOLDER "\", which "
		    "everybody knows. Choose one, or set "
		    "ENVIRONMENT=development.");
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Letters to change, add or leave out (Levenshtein); case does not count. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1];
	size_t n = strlen(a);

	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (; *b != '\0'; b++) {
		size_t corner = row[0]++;

		for (size_t i = 0; i < n; i++) {
			size_t same = toupper((unsigned char)a[i]) ==
				      toupper((unsigned char)*b);
			size_t change = corner + !same;

			corner = row[i + 1];
			row[i + 1] = smallest(change, corner + 1, row[i] + 1);
		}
	}
	return row[n];
}

const char *
config_nearest(const char *name)
{
	const char *best = NULL;
	size_t least = SLIPS + 1;

	if (strncmp(name, PREFIX, strlen(PREFIX)) == 0)
		name += strlen(PREFIX);
	if (strlen(name) > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; i < config_schema.nfields; i++) {
		size_t d = distance(name, config_schema.fields[i].name);

		if (d < least) {
			least = d;
			best = config_schema.fields[i].name;
		}
	}
	return best;
}
