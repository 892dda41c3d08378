/* Password hashes: against published vectors and the library's own strings,
 * hostile strings, and slots in several threads. */
#include "core/password.h"

#include <argon2.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static const struct password_cost cheap = {256, 2, 1};

/* Of this thread: a busy machine does not lengthen it. */
static int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* From the tests of the reference implementation. */
static const char *const published[] = {
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
    "bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
    "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"};

static void
verifies_published(void)
{
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_TRUE(
		    password_verify(&cheap, published[i], "password"));
		CU_ASSERT_FALSE(
		    password_verify(&cheap, published[i], "Password"));
		CU_ASSERT_FALSE(password_verify(&cheap, published[i], ""));
		CU_ASSERT_FALSE(
		    password_verify(&cheap, published[i], "password "));
	}
}

/* Both ways, with every length of salt and tag that has its own padding. */
static void
agrees_with_the_library(void)
{
	struct arena *a = arena_new(65536);
	char phc[300];

	for (size_t salt = 8; salt <= 64; salt += 7)
		for (size_t tag = 16; tag <= 64; tag += 8) {
			CU_ASSERT_EQUAL(argon2id_hash_encoded(1, 64, 3, "pw", 2,
					    "0123456789abcdef0123456789abcdef"
					    "0123456789abcdef0123456789abcdef",
					    salt, tag, phc, sizeof(phc)),
			    ARGON2_OK);
			CU_ASSERT_TRUE(password_verify(&cheap, phc, "pw"));
			CU_ASSERT_FALSE(password_verify(&cheap, phc, "pW"));
		}
	for (int i = 0; i < 20; i++) {
		struct password_cost cost = {64, 1, 1 + (uint32_t)i % 4};
		const char *own = password_hash(a, &cost, "p\xC3\xA4ss");

		CU_ASSERT_EQUAL(
		    argon2id_verify(own, "p\xC3\xA4ss", 5), ARGON2_OK);
		CU_ASSERT_EQUAL(
		    argon2id_verify(own, "pass", 4), ARGON2_VERIFY_MISMATCH);
		arena_reset(a);
	}
	arena_free(a);
}

static void
hashes_with_a_new_salt(void)
{
	struct arena *a = arena_new(65536);
	const char *one = password_hash(a, &cheap, "secret");
	const char *two = password_hash(a, &cheap, "secret");

	CU_ASSERT_EQUAL(strncmp(one, "$argon2id$v=19$m=256,t=2,p=1$", 29), 0);
	CU_ASSERT_EQUAL(strlen(one), 29 + 22 + 1 + 43);
	CU_ASSERT_STRING_NOT_EQUAL(one, two);
	CU_ASSERT_TRUE(password_verify(&cheap, one, "secret"));
	CU_ASSERT_TRUE(password_verify(&cheap, two, "secret"));
	CU_ASSERT_FALSE(password_verify(&cheap, one, "secrets"));
	arena_free(a);
}

#define SALT "$c29tZXNhbHQ$"
#define TAG  "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

static void
refuses_hostile_strings(void)
{
	static const char *const hostile[] = {"", "$", "!", "password",
	    "$argon2id", "$argon2id$v=19$m=256,t=2,p=1" SALT,
	    "$argon2i$v=19$m=256,t=2,p=1" SALT TAG,
	    "$argon2d$v=19$m=256,t=2,p=1" SALT TAG,
	    "$argon2id$v=16$m=256,t=2,p=1" SALT TAG,
	    "$argon2id$v=019$m=256,t=2,p=1" SALT TAG,
	    "$argon2id$m=256,t=2,p=1" SALT TAG,
	    " $argon2id$v=19$m=256,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=256,t=2,p=1" SALT TAG "=",
	    "$argon2id$v=19$m=256,t=2,p=1" SALT TAG " ",
	    "$argon2id$v=19$m=256,t=2,p=1" SALT TAG "$",
	    "$argon2id$v=19$m=256,t=2,p=1" SALT TAG "A",
	    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ=$" TAG,
	    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHR$" TAG,
	    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbA$" TAG,
	    "$argon2id$v=19$m=256,t=2,p=1$$" TAG,
	    "$argon2id$v=19$m=256,t=2,p=1$c29tZX-hbHQ$" TAG,
	    "$argon2id$v=19$m=0256,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=+256,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=256,t=0,p=1" SALT TAG,
	    "$argon2id$v=19$m=256,t=2,p=0" SALT TAG,
	    "$argon2id$v=19$m=256,t=-2,p=1" SALT TAG,
	    "$argon2id$v=19$m=,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$t=2,m=256,p=1" SALT TAG,
	    "$argon2id$v=19$m=256,t=2,p=1,keyid=a" SALT TAG,
	    "$argon2id$v=19$m=256,t=2,p=1" SALT
	    "AAAAAAAAAAAAAAAAAAAA", /* 15 bytes */
	    "$argon2id$v=19$m=256,t=2,p=33" SALT TAG,
	    "$argon2id$v=19$m=7,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=63,t=2,p=8" SALT TAG,
	    "$argon2id$v=19$m=256,t=65,p=1" SALT TAG,
	    "$argon2id$v=19$m=4294967552,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=4294967295,t=2,p=1" SALT TAG,
	    "$argon2id$v=19$m=1048577,t=1,p=1" SALT TAG,
	    "$argon2id$v=19$m=1048576,t=5,p=1" SALT TAG,
	    "$argon2id$v=19$m=99999999999999999999,t=2,p=1" SALT TAG};
	int64_t before = cpu_us();

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		if (password_verify(&cheap, hostile[i], "password"))
			fprintf(stderr, "accepted: %s\n", hostile[i]);
		CU_ASSERT_FALSE(
		    password_verify(&cheap, hostile[i], "password"));
		CU_ASSERT_TRUE(password_is_stale(hostile[i], &cheap));
	}
	/* None of them did the work that it asks for. */
	CU_ASSERT_TRUE(cpu_us() - before < 2000000);
}

/* Every prefix, and every string with one character changed. */
static void
refuses_every_damage(void)
{
	char text[128];
	size_t n = strlen(published[0]);

	for (size_t i = 0; i < n; i++) {
		memcpy(text, published[0], i);
		text[i] = '\0';
		CU_ASSERT_FALSE(password_verify(&cheap, text, "password"));
		memcpy(text, published[0], n + 1);
		text[i] = text[i] == '1' ? '3' : '1';
		CU_ASSERT_FALSE(password_verify(&cheap, text, "password"));
	}
}

/* Whether what the library makes of these parameters verifies here. */
static bool
takes(uint32_t passes, uint32_t kib, uint32_t lanes, size_t tag)
{
	struct password_cost cost = {64, 1, 1};
	char phc[300];

	CU_ASSERT_EQUAL(argon2id_hash_encoded(passes, kib, lanes, "pw", 2,
			    "012345678", 9, tag, phc, sizeof(phc)),
	    ARGON2_OK);
	return password_verify(&cost, phc, "pw");
}

static void
keeps_its_bounds(void)
{
	char phc[20000];

	CU_ASSERT_TRUE(takes(64, 8, 1, 16));
	CU_ASSERT_FALSE(takes(65, 8, 1, 16));
	CU_ASSERT_TRUE(takes(1, 128, 16, 64));
	CU_ASSERT_FALSE(takes(1, 136, 17, 64));
	CU_ASSERT_FALSE(takes(1, 64, 1, 65));
	CU_ASSERT_FALSE(takes(1, 64, 1, 15));
	memset(phc, 'A', sizeof(phc));
	memcpy(phc, "$argon2id$v=19$m=256,t=2,p=1$", 29);
	phc[sizeof(phc) - 1] = '\0';
	CU_ASSERT_FALSE(password_verify(&cheap, phc, "pw"));
	phc[60] = '$';
	CU_ASSERT_FALSE(password_verify(&cheap, phc, "pw"));
}

/* A digit of zeros more, and the same bytes: not the same string. */
static void
has_one_text(void)
{
	char phc[300], more[400];
	char *salt;

	CU_ASSERT_EQUAL(argon2id_hash_encoded(1, 64, 1, "pw", 2, "012345678", 9,
			    33, phc, sizeof(phc)),
	    ARGON2_OK);
	CU_ASSERT_TRUE(password_verify(&cheap, phc, "pw"));
	snprintf(more, sizeof(more), "%sA", phc);
	CU_ASSERT_FALSE(password_verify(&cheap, more, "pw"));
	salt = strrchr(phc, '$');
	snprintf(more, sizeof(more), "%.*sA%s", (int)(salt - phc), phc, salt);
	CU_ASSERT_FALSE(password_verify(&cheap, more, "pw"));
}

/* The least of several measurements. */
static int64_t
time_of_verify(const struct password_cost *cost, const char *phc)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < 9; i++) {
		int64_t took = cpu_us();

		CU_ASSERT_FALSE(password_verify(cost, phc, "wrong"));
		took = cpu_us() - took;
		if (took < least)
			least = took;
	}
	return least;
}

static void
unknown_costs_the_same(void)
{
	struct password_cost cost = {4096, 2, 1};
	struct arena *a = arena_new(65536);
	const char *phc = password_hash(a, &cost, "right");
	int64_t known, unknown, broken;

	known = time_of_verify(&cost, phc);
	unknown = time_of_verify(&cost, NULL);
	broken = time_of_verify(&cost, "!");
	CU_ASSERT_FALSE(password_verify(&cost, NULL, ""));
	CU_ASSERT_TRUE(unknown > known / 2 && unknown < known * 2);
	CU_ASSERT_TRUE(broken > known / 2 && broken < known * 2);
	arena_free(a);
}

static void
knows_what_is_stale(void)
{
	struct password_cost cost = {64, 1, 1};
	struct arena *a = arena_new(65536);
	const char *phc = password_hash(a, &cost, "x");

	CU_ASSERT_FALSE(password_is_stale(phc, &cost));
	cost.memory_kib++;
	CU_ASSERT_TRUE(password_is_stale(phc, &cost));
	cost.memory_kib--;
	cost.passes++;
	CU_ASSERT_TRUE(password_is_stale(phc, &cost));
	cost.passes--;
	cost.lanes++;
	CU_ASSERT_TRUE(password_is_stale(phc, &cost));
	/* Same costs, but a salt of eight bytes. */
	CU_ASSERT_TRUE(password_is_stale(published[0], &cheap));
	arena_free(a);
}

/* A slot that fits, one that is too small, one for each thread. */
static void *
use_slot(void *failures)
{
	struct password_cost cost = {512, 1, 2}, small = {64, 1, 1};
	struct password_slot *slot = password_slot_new(&cost);
	struct arena *a = arena_new(65536);

	password_slot_use(slot);
	for (int i = 0; i < 20; i++) {
		const char *phc = password_hash(a, &cost, "x");
		const char *less = password_hash(a, &small, "x");

		*(int *)failures += !password_verify(&cost, phc, "x") +
				    password_verify(&cost, phc, "y") +
				    !password_verify(&cost, less, "x") +
				    (argon2id_verify(phc, "x", 1) != ARGON2_OK);
		arena_reset(a);
	}
	*(int *)failures += !password_verify(&cost, published[2], "password");
	password_slot_use(NULL);
	*(int *)failures += !password_verify(&cost, published[0], "password");
	password_slot_use(slot);
	password_slot_free(slot);
	/* The thread has none now. */
	*(int *)failures += !password_verify(&cost, published[0], "password");
	arena_free(a);
	return NULL;
}

static void
slots_of_several_threads(void)
{
	pthread_t thread[4];
	int failures[4] = {0};

	for (int i = 0; i < 4; i++)
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&thread[i], NULL, use_slot, &failures[i]),
		    0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		CU_ASSERT_EQUAL(failures[i], 0);
	}
	password_slot_free(NULL);
}

/* The first two from the tests of crypt_blowfish; the others are theirs with
 * another name or cost. */
static void
verifies_bcrypt(void)
{
	static const char hash[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC."
				   "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
	static const char other[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC."
				    "VGOzA784oUp/Z0DY336zx7pLYAy0lwK";
	static const char *const refused[] = {
	    "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2a$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2a$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWx",
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
	    "$1$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWxx"};
	char renamed[sizeof(hash)];

	CU_ASSERT_TRUE(password_verify(&cheap, hash, "U*U"));
	CU_ASSERT_TRUE(password_verify(&cheap, other, "U*U*"));
	CU_ASSERT_FALSE(password_verify(&cheap, hash, "U*U*"));
	CU_ASSERT_FALSE(password_verify(&cheap, other, "U*U"));
	CU_ASSERT_FALSE(password_verify(&cheap, hash, ""));
	CU_ASSERT_TRUE(password_is_stale(hash, &cheap));
	memcpy(renamed, hash, sizeof(hash));
	for (const char *p = "by"; *p != '\0'; p++) {
		renamed[2] = *p;
		CU_ASSERT_TRUE(password_verify(&cheap, renamed, "U*U"));
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CU_ASSERT_FALSE(password_verify(&cheap, refused[i], "U*U"));
}

CU_TestInfo password_tests[] = {{"published hashes verify", verifies_published},
    {"hashes are those of the library", agrees_with_the_library},
    {"every hash has a new salt", hashes_with_a_new_salt},
    {"hostile strings are a mismatch", refuses_hostile_strings},
    {"any damage is a mismatch", refuses_every_damage},
    {"lengths and costs have bounds", keeps_its_bounds},
    {"a hash has one text", has_one_text},
    {"no account takes as long as a wrong password", unknown_costs_the_same},
    {"other parameters are stale", knows_what_is_stale},
    {"bcrypt hashes of others verify", verifies_bcrypt},
    {"each thread hashes in its slot", slots_of_several_threads},
    CU_TEST_INFO_NULL};
