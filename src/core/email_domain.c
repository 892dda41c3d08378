/* The part after the @-sign: a host name, perhaps an international one
 * (IDNA2008 through libidn2), with a public top-level domain. */
#include "core/email_part.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <idn2.h>
#include <unicase.h>
#include <uninorm.h>

#include "core/log.h"

enum { DOMAIN_MAX = 253, LABEL_MAX = 63 };

#define INVALID "The part after the @-sign contains invalid characters"

static const struct email_ends ends = {
    .first = {"have", " immediately after the @-sign"},
    .last = {"end with", ""},
    .hyphens = true};

static bool
is_host(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c >= 0x80;
}

static bool
is_literal(uint32_t c)
{
	return c >= 33 && c <= 126 && c != '[' && c != '\\' && c != ']';
}

/* Always refuses; which rule is broken depends on what is in the brackets. */
static bool
refuse_literal(struct email_work *w, struct span s)
{
	const char *text = email_utf8(w->mem, s);
	unsigned char address[16];

	if (*text != '\0' && text[strspn(text, "0123456789.")] == '\0') {
		if (inet_pton(AF_INET, text, address) != 1)
			return email_refuse(w,
			    "The address in brackets after the @-sign is not "
			    "valid: It is not an IPv4 address or is missing "
			    "an address literal tag.");
	} else if (strncmp(text, "IPv6:", 5) == 0) {
		if (inet_pton(AF_INET6, text + 5, address) != 1)
			return email_refuse(w,
			    "The IPv6 address in brackets after the @-sign "
			    "is not valid.");
	} else if (strchr(text, ':') == NULL) {
		return email_refuse(w,
		    "The part after the @-sign in brackets is not an IPv4 "
		    "address and has no address literal tag.");
	} else {
		return email_check_chars(
			   w, s, is_literal, INVALID " in brackets") &&
		       email_refuse(w,
			   "The part after the @-sign contains an invalid "
			   "address literal tag in brackets.");
	}
	return email_refuse(
	    w, "A bracketed IP address after the @-sign is not allowed here.");
}

/*
 * Roughly the mapping of UTS #46, for the checks that have a text of their
 * own: the real one is libidn2's.
 */
static struct span
map(struct arena *mem, struct span s)
{
	size_t n = 0;
	uint32_t *made = u32_tolower(s.at, s.n, NULL, UNINORM_NFKC, NULL, &n);
	uint32_t *out = NEW_N(mem, uint32_t, n + 1);

	if (made == NULL)
		log_fatal("out of memory");
	for (size_t i = 0; i < n; i++)
		out[i] = made[i] == 0x3002 ? '.' : made[i];
	free(made);
	return (struct span){out, n};
}

/* Labels such as "yy--x" are reserved, but for Punycode's "xn--". */
static bool
check_reserved_labels(struct email_work *w, struct span s)
{
	for (size_t i = 0; i + 3 < s.n; i++) {
		const uint32_t *c = s.at + i;

		if ((i > 0 && c[-1] != '.') || c[2] != '-' || c[3] != '-' ||
		    c[0] == '.' || c[1] == '.' || (c[0] == 'x' && c[1] == 'n'))
			continue;
		return email_refuse(w,
		    "An email address cannot have two letters followed by two "
		    "dashes immediately after the @-sign or after a period, "
		    "except Punycode.");
	}
	return true;
}

static bool
refuse_idna(struct email_work *w, int rc)
{
	bool long_label =
	    rc == IDN2_TOO_BIG_LABEL || rc == IDN2_PUNYCODE_BIG_OUTPUT;

	if (rc == IDN2_MALLOC)
		log_fatal("out of memory");
	if (rc == IDN2_TOO_BIG_DOMAIN)
		return email_refuse(
		    w, "The email address is too long after the @-sign.");
	return email_refuse(w, "The part after the @-sign is invalid (%s).",
	    long_label ? "Label too long" : idn2_strerror(rc));
}

static bool
to_ascii(struct email_work *w, struct span s, const char **ascii)
{
	const char *text = email_utf8(w->mem, s);
	char *made = NULL;
	int rc = idn2_to_ascii_8z(
	    text, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (rc != IDN2_OK)
		return refuse_idna(w, rc);
	*ascii = arena_strdup(w->mem, made);
	idn2_free(made);
	return true;
}

/* Back to U-labels, which must be valid IDNA2008 without any mapping. */
static bool
to_shown(struct email_work *w, const char *ascii, const char **shown)
{
	char *unicode = NULL;
	uint8_t *again = NULL;
	int rc = idn2_to_unicode_8z8z(ascii, &unicode, 0);

	if (rc == IDN2_OK) {
		*shown = arena_strdup(w->mem, unicode);
		rc = idn2_lookup_u8((const uint8_t *)unicode, &again,
		    IDN2_NFC_INPUT | IDN2_NO_TR46);
		if (rc == IDN2_OK && strcmp((const char *)again, ascii) != 0)
			rc = IDN2_UALABEL_MISMATCH;
	}
	idn2_free(unicode);
	idn2_free(again);
	if (rc == IDN2_OK)
		return true;
	if (rc == IDN2_MALLOC)
		log_fatal("out of memory");
	return email_refuse(w,
	    "The part after the @-sign is not valid IDNA (%s).",
	    idn2_strerror(rc));
}

static bool
check_lengths(struct email_work *w, const char *ascii, const char *typed)
{
	size_t n = strlen(ascii);
	size_t over = n > DOMAIN_MAX ? n - DOMAIN_MAX : 0;
	const char *s = over == 1 ? "" : "s";

	if (over > 0 && strcmp(ascii, typed) == 0)
		return email_refuse(w,
		    "The email address is too long after the @-sign "
		    "(%zu character%s too many).",
		    over, s);
	if (over > 0)
		return email_refuse(w,
		    "The email address is too long after the @-sign "
		    "(%zu byte%s too many after IDNA encoding).",
		    over, s);
	for (const char *p = ascii; *p != '\0'; p += *p == '.') {
		n = strcspn(p, ".");
		p += n;
		if (n > LABEL_MAX)
			return email_refuse(w,
			    "After the @-sign, periods cannot be separated by "
			    "so many characters (%zu character%s too many).",
			    n - LABEL_MAX, n - LABEL_MAX == 1 ? "" : "s");
	}
	return true;
}

/*
 * The names that IANA lists as special and that nobody can send mail to;
 * mail may be sent to "example.com", so far as its syntax is concerned.
 */
static bool
is_special(const char *ascii)
{
	static const char *const names[] = {
	    "arpa", "invalid", "local", "localhost", "onion", "test"};
	const char *last = strrchr(ascii, '.');

	last = last == NULL ? ascii : last + 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(last, names[i]) == 0)
			return true;
	return false;
}

static bool
check_public(struct email_work *w, const char *ascii)
{
	char last = ascii[strlen(ascii) - 1];

	if (strchr(ascii, '.') == NULL)
		return email_refuse(w,
		    "The part after the @-sign is not valid. It should have "
		    "a period.");
	if (last < 'a' || last > 'z')
		return email_refuse(w,
		    "The part after the @-sign is not valid. It is not "
		    "within a valid top-level domain.");
	if (is_special(ascii))
		return email_refuse(w,
		    "The part after the @-sign is a special-use or reserved "
		    "name that cannot be used with email.");
	return true;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] >= 0x80)
			return false;
	return true;
}

bool
email_read_domain(struct email_work *w, struct span s, struct email_domain *out)
{
	struct span mapped;

	if (s.n == 0)
		return email_refuse(
		    w, "There must be something after the @-sign.");
	if (s.at[0] == '[' && s.at[s.n - 1] == ']' && s.n > 1)
		return refuse_literal(w, (struct span){s.at + 1, s.n - 2});
	if (!email_check_chars(w, s, is_host, INVALID) ||
	    !email_check_safe(w, s, false))
		return false;

	mapped = map(w->mem, s);
	if (!email_check_chars(
		w, mapped, is_host, INVALID " after Unicode normalization") ||
	    !email_check_dots(w, mapped, &ends) ||
	    !check_reserved_labels(w, mapped))
		return false;
	out->ascii = email_utf8(w->mem, mapped);
	if (!is_ascii(s) && !to_ascii(w, s, &out->ascii))
		return false;
	if (!check_lengths(w, out->ascii, email_utf8(w->mem, s)) ||
	    !check_public(w, out->ascii))
		return false;
	out->shown = out->ascii;
	if (strstr(out->ascii, "xn--") == NULL)
		return true;
	return to_shown(w, out->ascii, &out->shown);
}
