/* New passwords: the common ones, those about their owner, the kinds of their
 * characters; and how rarely a good one is taken for a bad one. */
#include "core/password_policy.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define PERSONAL "The password must not be the address or the name"
#define COMMON   "The password is one of the most common ones"
#define KINDS(n)                                                           \
	"The password needs characters of " n " kinds: lower case, upper " \
	"case, digits, others"

static const char email[] = "Scarlett.Ohara@example.com";
static const char name[] = "Scarlett O'Hara";

static const char *
fault(const char *password)
{
	const struct config config = {.PASSWORD_CLASSES = 1};

	return password_fault(&config, password, email, name);
}

static void
check_all(const char *const *passwords, size_t n, const char *why)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = fault(passwords[i]);

		if (got == why ||
		    (got != NULL && why != NULL && strcmp(got, why) == 0))
			continue;
		printf("\n    %s: %s\n    ", passwords[i],
		    got != NULL ? got : "accepted");
		CU_FAIL("a password");
	}
}

#define CHECK_ALL(list, why) \
	check_all((list), sizeof(list) / sizeof((list)[0]), (why))

static void
listed(void)
{
	static const char *const refused[] = {"password", "Password1",
	    "PASSWORD", "P@ssw0rd", "p@ssword", "iloveyou1", "baseball",
	    "football", "trustno1", "starwars", "superman", "sunshine1",
	    "princess", "whatever", "jennifer", "michelle", "changeme",
	    "letmein1", "passw0rd", "welcome1", "1q2w3e4r", "1qaz2wsx",
	    "q1w2e3r4t5", "!qaz2wsx", "zaq12wsx", "computer", "dragon12",
	    "liverpool", "chocolate", "butterfly", "password123", "vidaloka",
	    "monkey123", "football1", "1qaz2wsx3edc4rfv"};
	/* With something at the end, and no further. */
	static const char *const more[] = {
	    "password!", "Sunshine2024", "baseball-99!", "chocolate?"};
	static const char *const most[] = {
	    "baseball20245", "1988-baseball", "baseballs-of-1988"};

	CHECK_ALL(refused, COMMON);
	CHECK_ALL(more, COMMON);
	CHECK_ALL(most, NULL);
}

static void
patterns(void)
{
	static const char *const refused[] = {"qwertyuiop", "qwertyui",
	    "QWERTZUIOP", "azertyuiop", "asdfghjkl", "poiuytrewq", "12345678",
	    "1234567890", "12345678901234567890", "0987654321", "98765432",
	    "abcdefgh", "abcdefghijklmnopqrstuvwxyz", "zyxwvuts", "XYZabcde",
	    "abcd1234", "qwer1234", "123qweasd", "qwertyuiopasdfghjklzxcvbnm",
	    "aaaaaaaa", "00000000", "AaAaAaAa", "!!!!!!!!", "aaaa1111",
	    "111222333", "abababab", "abcabcabc", "testtest", "12341234123",
	    "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
	    ("\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600"
	     "\U0001F600\U0001F600"),
	    "19991231", "31121999", "12311999", "1999-12-31", "31.12.1999",
	    "12/31/1999", "20240229", "qwertyuiop1!"};
	static const char *const accepted[] = {"18991231", "20501231",
	    "19991332", "12341899", "12345069", "abcdxyz7", "qwertgfdsa9k",
	    "aaaabbbbccccdddd", "hubble-12", "aab1aab2",
	    "\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00df"};

	CHECK_ALL(refused, COMMON);
	/* What is alike, and is not on the list either. */
	CHECK_ALL(accepted, NULL);
}

static void
personal(void)
{
	static const char *const refused[] = {"scarlett.ohara@example.com",
	    "SCARLETT.OHARA@EXAMPLE.COM", "moc.elpmaxe@araho.ttelracs",
	    "scarlett.ohara", "arahO.ttelracS", "ScarlettOhara",
	    "scarlett o'hara", "arah'o ttelracs", "ScarlettOHara1",
	    "12scarlett-ohara!", "1scarlettohara1!", "s.c.a.rlettohara",
	    "scarlettohara2024"};
	static const char *const accepted[] = {"scarlettohara-12345",
	    "frankly my dear", "ohara-at-tara", "gone with scarlett ohara",
	    "ttelracs-kettle"};
	const struct config config = {.PASSWORD_CLASSES = 1};

	CHECK_ALL(refused, PERSONAL);
	CHECK_ALL(accepted, NULL);
	/* By characters of any length; nobody is called nothing. */
	CU_ASSERT_STRING_EQUAL(password_fault(&config, "\u00dcr\u00e6\u00dfin7",
				   NULL, "Ni\u00df\u00e6r\u00dc"),
	    PERSONAL);
	CU_ASSERT_PTR_NULL(
	    password_fault(&config, "scarlettohara", NULL, NULL));
	CU_ASSERT_PTR_NULL(
	    password_fault(&config, "scarlettohara", "@", "' . -"));
	CU_ASSERT_PTR_NULL(
	    password_fault(&config, "banana-7x", "ana@example.com", "Ana"));
	CU_ASSERT_STRING_EQUAL(
	    password_fault(&config, "anna-7xk", "anna@example.com", NULL),
	    PERSONAL);
}

static void
good_ones(void)
{
	static const char *const accepted[] = {"correct horse battery staple",
	    "correcthorsebatterystaple", "Tr0ub4dor&3x", "k7#mPq2!vX",
	    "hunter2hunter2", "the quick brown fox jumps over the lazy dog",
	    "\u043a\u043e\u0448\u043a\u0430 \u0438 \u0441\u043e\u0431\u0430"
	    "\u043a\u0430",
	    "\u5927\u304d\u306a\u732b\u304c\u5bdd\u308b",
	    "\U0001F98A\U0001F319\U0001F344\U0001F6B2\U0001F3BB\U0001F30A"
	    "\U0001F525\U0001F511",
	    "gr\u00fcne \u00c4pfel im M\u00e4rz", "c5x2-9dgh-qq7m"};
	char longest[513], words[4096];

	CHECK_ALL(accepted, NULL);
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i * i % 23);
	longest[512] = '\0';
	CU_ASSERT_PTR_NULL(fault(longest));
	/* Longer than any that comes in: nothing is written past its end. */
	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	CU_ASSERT_STRING_EQUAL(
	    password_fault(
		&(struct config){.PASSWORD_CLASSES = 1}, words, words, words),
	    COMMON);
	CU_ASSERT_FALSE(password_is_common(""));
}

static void
settings(void)
{
	struct config config = {.PASSWORD_COMMON = true};
	static const struct {
		const char *password;
		int64_t kinds;
	} cases[] = {{"password", 1}, {"    \u00e4\u00e4  ", 1},
	    {"Password", 2}, {"passw0rd", 2}, {"pass word", 2},
	    {"PASSW\u00d6RD", 2}, {"Passw0rd", 3}, {"p@ssw0rd", 3},
	    {"P@ssw0rd", 4}};
	static const char *const sentences[] = {
	    NULL, NULL, KINDS("2"), KINDS("3"), KINDS("all 4")};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int64_t n = 1; n <= 4; n++) {
			const char *got;

			config.PASSWORD_CLASSES = n;
			got = password_fault(
			    &config, cases[i].password, NULL, NULL);
			if (n <= cases[i].kinds)
				CU_ASSERT_PTR_NULL(got)
			else
				CU_ASSERT_STRING_EQUAL(got, sentences[n]);
		}
	/* Taken although it is common, but not from its owner. */
	config.PASSWORD_CLASSES = 1;
	CU_ASSERT_STRING_EQUAL(
	    password_fault(&config, "jennifer", "jennifer@example.com", NULL),
	    PERSONAL);
}

static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* How many of n texts of those letters are taken for common. */
static int
count_common(int n, const char *letters, size_t length)
{
	size_t nletters = strlen(letters);
	uint64_t state = length;
	char text[32];
	int common = 0;

	text[length] = '\0';
	for (int i = 0; i < n; i++) {
		for (size_t j = 0; j < length; j++)
			text[j] = letters[next_random(&state) % nletters];
		common += password_is_common(text);
	}
	return common;
}

/* At most 1 of 100,000; of those as long as four words none at all. */
static void
chance(void)
{
	CU_ASSERT(count_common(1000000,
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789-!",
		      12) <= 10);
	CU_ASSERT_EQUAL(
	    count_common(200000, "abcdefghijklmnopqrstuvwxyz ", 31), 0);
}

CU_TestInfo password_policy_tests[] = {
    {"common passwords are refused, in any case", listed},
    {"runs, repetitions and dates need no list", patterns},
    {"the address and the name are refused, both ways", personal},
    {"passphrases and other scripts are accepted", good_ones},
    {"the settings decide what counts", settings},
    {"a good one is hardly ever refused by chance", chance},
    CU_TEST_INFO_NULL,
};
