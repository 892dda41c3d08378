/* E-mail addresses: what is accepted, what it becomes, why one is refused. */
#include "core/email.h"

#include <string.h>

#include "unit.h"

static void
check(const char *text, const char *address, const char *reason)
{
	struct arena *mem = arena_new(16 << 20);
	const char *why = NULL;
	const char *got = email_normalise(mem, text, &why);

	if (address != NULL) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(got);
		CU_ASSERT_STRING_EQUAL(got, address);
	} else {
		CU_ASSERT_PTR_NULL(got);
		CU_ASSERT_PTR_NOT_NULL_FATAL(why);
		CU_ASSERT_STRING_EQUAL(why, reason);
	}
	arena_free(mem);
}

static void
test_accepted(void)
{
	static const char *const rows[][2] = {
	    {"user@example.com", "user@example.com"},
	    {"  user@example.com\t\n", "user@example.com"},
	    {"\xC2\xA0user@example.com\xE3\x80\x80", "user@example.com"},
	    {"User.Name+Tag@EXAMPLE.Com", "User.Name+Tag@example.com"},
	    {"POSTMASTER@example.com", "POSTMASTER@example.com"},
	    {"!#$%&'*+-/=?^_`{|}~@example.com",
		"!#$%&'*+-/=?^_`{|}~@example.com"},
	    {"Name <a@b.co>", "a@b.co"},
	    {"Two Names  <a@B.co> ", "a@b.co"},
	    {"<a@b.co>", "a@b.co"},
	    {"\"Any. Name @<>\" <a@b.co>", "a@b.co"},
	    {"\xC3\x89ric <a@b.co>", "a@b.co"},
	    {"\xC3\xBC@example.com", "\xC3\xBC@example.com"},
	    {"A\xCC\x8A@example.com", "\xC3\x85@example.com"},
	    {"a@b\xC3\xBC"
	     "cher.Example",
		"a@b\xC3\xBC"
		"cher.example"},
	    {"a@xn--bcher-kva.example", "a@b\xC3\xBC"
					"cher.example"},
	    {"a@stra\xC3\x9F"
	     "e.de",
		"a@stra\xC3\x9F"
		"e.de"},
	    {"a@\xEF\xBD\x85x.com", "a@ex.com"},
	    {"a@x\xE3\x80\x82"
	     "com",
		"a@x.com"},
	    {"a@1.2.3.com", "a@1.2.3.com"},
	    {"a@contest.co", "a@contest.co"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i][0], rows[i][1], NULL);
}

#define LOCAL  "The email address contains invalid characters before the @-sign"
#define DOMAIN "The part after the @-sign contains invalid characters"

static void
test_local(void)
{
	static const char *const rows[][2] = {
	    {"", "An email address must have an @-sign."},
	    {"plain", "An email address must have an @-sign."},
	    {"a\xEF\xBC\xA0x.co", "The email address has the \"full-width\" "
				  "at-sign (@) character instead of a regular "
				  "at-sign."},
	    {"a\xEF\xB9\xABx.co", "The email address has the \"small "
				  "commercial at\" character instead of a "
				  "regular at-sign."},
	    {"\"a@x.co", "An email address must have an @-sign."},
	    {"@x.co", "There must be something before the @-sign."},
	    {"\"\"@x.co", "There must be something before the @-sign."},
	    {".a@x.co", "An email address cannot start with a period."},
	    {"a.@x.co", "An email address cannot have a period immediately "
			"before the @-sign."},
	    {"a..b@x.co", "An email address cannot have two periods in a row."},
	    {"a b@x.co", LOCAL ": SPACE."},
	    {"a\nb@x.co", LOCAL ": U+000A."},
	    {"a,(b);a,@x.co", LOCAL ": '(', ')', ',', ';'."},
	    {"a\\b@x.co", LOCAL ": \"\\\"."},
	    {"a\"b\"@x.co", LOCAL ": '\"'."},
	    {"<\xCC\xB8"
	     "a@x.co",
		LOCAL ": '<'."},
	    {"a\xCD\xBE"
	     "b@x.co",
		"After Unicode normalization: " LOCAL ": ';'."},
	    {"\"a b\"@x.co",
		"Quoting the part before the @-sign is not allowed here."},
	    {"\"a\\\"@\"@x.co",
		"Quoting the part before the @-sign is not allowed here."},
	    {"\"a\"b@x.co", "Extra character(s) found after close quote: 'b'"},
	    {"\"a\"bc\"@x.co", "An email address must have an @-sign."},
	    {"\"a\tb\"@x.co",
		"The email address contains invalid characters in quotes "
		"before the @-sign: U+0009."},
	    {"\xCC\x81"
	     "a@x.co",
		"The email address contains unsafe "
		"characters: COMBINING ACUTE ACCENT."},
	    {"a\xE2\x80\x8B@x.co", "The email address contains unsafe "
				   "characters: ZERO WIDTH SPACE."},
	    {"a\xEE\x80\x80@x.co",
		"The email address contains unsafe characters: U+E000."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i][0], NULL, rows[i][1]);
}

static void
test_domain(void)
{
	static const char special[] =
	    "The part after the @-sign is a special-use or reserved name that "
	    "cannot be used with email.";
	static const char no_period[] =
	    "The part after the @-sign is not valid. It should have a period.";
	static const char hyphens[] =
	    "An email address cannot have two letters followed by two dashes "
	    "immediately after the @-sign or after a period, except Punycode.";
	static const char *const rows[][2] = {
	    {"a@", "There must be something after the @-sign."},
	    {"a@localhost", no_period},
	    {"a@x", no_period},
	    {"a@x.co1", "The part after the @-sign is not valid. It is not "
			"within a valid top-level domain."},
	    {"a@x.test", special},
	    {"a@x.TEST", special},
	    {"a@y.x.invalid", special},
	    {"a@x.local", special},
	    {"a@x.localhost", special},
	    {"a@x.onion", special},
	    {"a@8.b.d.arpa", special},
	    {"a@x_y.co", DOMAIN ": '_'."},
	    {"a@b@x.co", DOMAIN ": '@'."},
	    {"a@x.co b", DOMAIN ": SPACE."},
	    {"a@\xCD\xBE.co", DOMAIN " after Unicode normalization: ';'."},
	    {"a@.x.co", "An email address cannot have a period immediately "
			"after the @-sign."},
	    {"a@x.co.", "An email address cannot end with a period."},
	    {"a@x\xEF\xBC\x8E.co",
		"An email address cannot have two periods in a row."},
	    {"a@-x.co", "An email address cannot have a hyphen immediately "
			"after the @-sign."},
	    {"a@x.co-", "An email address cannot end with a hyphen."},
	    {"a@x-.co", "An email address cannot have a period and a hyphen "
			"next to each other."},
	    {"a@x.-y.co", "An email address cannot have a period and a hyphen "
			  "next to each other."},
	    {"a@ab--c.co", hyphens},
	    {"a@x.AB--c.co", hyphens},
	    {"a@\xE2\x98\x83.net", "The part after the @-sign is invalid "
				   "(string contains a disallowed "
				   "character)."},
	    {"a@xn--n3h.net", "The part after the @-sign is not valid IDNA "
			      "(string contains a disallowed character)."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i][0], NULL, rows[i][1]);
}

static void
test_literal(void)
{
	static const char *const rows[][2] = {
	    {"a@[127.0.0.1]", "A bracketed IP address after the @-sign is not "
			      "allowed here."},
	    {"a@[IPv6:::1]", "A bracketed IP address after the @-sign is not "
			     "allowed here."},
	    {"a@[IPv6:x]",
		"The IPv6 address in brackets after the @-sign is not valid."},
	    {"a@[1.2.3]", "The address in brackets after the @-sign is not "
			  "valid: It is not an IPv4 address or is missing an "
			  "address literal tag."},
	    {"a@[]", "The part after the @-sign in brackets is not an IPv4 "
		     "address and has no address literal tag."},
	    {"a@[t:x]", "The part after the @-sign contains an invalid "
			"address literal tag in brackets."},
	    {"a@[t:x y]", DOMAIN " in brackets: SPACE."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i][0], NULL, rows[i][1]);
}

static void
test_brackets(void)
{
	static const char *const rows[][2] = {
	    {"J. R. <a@x.co>", "The display name contains invalid characters "
			       "when not quoted: '.'."},
	    {"N <a@x.co", "An open angle bracket at the start of the email "
			  "address has to be followed by a close angle "
			  "bracket at the end."},
	    {"N <a@x.co> b",
		"There can't be anything after the email address."},
	    {"N <ax.co>", "An email address must have an @-sign."},
	    {"N <<a@x.co>>", "A display name and angle brackets around the "
			     "email address are not permitted here."},
	    {"<>", "An email address must have an @-sign."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i][0], NULL, rows[i][1]);
}

/* "head" + n times `c` + "tail" is accepted, or refused for `reason`. */
static void
check_long(
    const char *head, char c, size_t n, const char *tail, const char *reason)
{
	char text[4096], *p = text;

	CU_ASSERT_FATAL(strlen(head) + n + strlen(tail) < sizeof(text));
	p = stpcpy(p, head);
	memset(p, c, n);
	stpcpy(p + n, tail);
	check(text, reason == NULL ? text : NULL, reason);
}

static void
test_lengths(void)
{
	static const char label[] =
	    "a123456789a123456789a123456789a123456789a12345678.";
	char domain[300] = "a@", *p = domain + 2;

	for (int i = 0; i < 5; i++)
		p = stpcpy(p, label);
	/* 250 characters of domain so far, so this makes 256. */
	stpcpy(p, "abc.de");
	check(domain, NULL,
	    "The email address is too long after the @-sign (3 characters "
	    "too many).");
	stpcpy(p, "c");
	check(domain, domain, NULL);
	check_long("a@", 'x', 63, ".co", NULL);
	check_long("a@", 'x', 64, ".co",
	    "After the @-sign, periods cannot be separated by so many "
	    "characters (1 character too many).");
	check_long("a@", 'x', 65, ".co",
	    "After the @-sign, periods cannot be separated by so many "
	    "characters (2 characters too many).");
	check_long("", 'x', 249, "@x.co", NULL);
	check_long("", 'x', 250, "@x.co",
	    "The email address is too long (1 character too many).");
	check_long("\xC3\xBC", 'x', 249, "@x.co",
	    "The email address is too long (1-2 characters too many).");
	check_long("", 'x', 235,
	    "@b\xC3\xBC"
	    "cher.example",
	    "The email address is too long when the part after the @-sign is "
	    "converted to IDNA ASCII (3 bytes too many).");
	check_long(
	    "", 'x', 2044, "@x.co", "Length must not exceed 2048 characters");
}

static void
test_fold(void)
{
	static const char *const rows[][2] = {
	    {"User@example.com", "user@example.com"},
	    {"\xC3\x9C\xC3\x89@x.co", "\xC3\xBC\xC3\xA9@x.co"},
	    {"A\xCC\x8A@x.co", "\xC3\xA5@x.co"},
	    {"STRASSE@x.co", "strasse@x.co"},
	    {"Stra\xC3\x9F"
	     "e@x.co",
		"strasse@x.co"},
	    {"\xCE\xA3\xCF\x82@x.co", "\xCF\x83\xCF\x83@x.co"},
	    {"a@Fa\xC3\x9F.DE", "a@fa\xC3\x9F.de"},
	};
	struct arena *mem = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(email_fold(mem, rows[i][0]), rows[i][1]);
	arena_free(mem);
}

CU_TestInfo email_tests[] = {{"addresses get their normal form", test_accepted},
    {"a bad local part is told why", test_local},
    {"a bad domain is told why", test_domain},
    {"an address in brackets is told why", test_literal},
    {"angle brackets and names are told why", test_brackets},
    {"lengths are bounded, in words", test_lengths},
    {"the key of an address ignores case", test_fold}, CU_TEST_INFO_NULL};
