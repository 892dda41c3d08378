/* Passkeys: registrations and assertions as a device makes them, and each way
 * in which they can be wrong. What is malformed: webauthn_hostile.c. */
#include "core/webauthn.h"

#include <pthread.h>
#include <string.h>

#include "core/base64url.h"
#include "passkeying.h"
#include "unit.h"

#define OTHER_CHALLENGE "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

enum { MEMORY = 64 << 20, THREADS = 4, ROUNDS = 40 };

/* NULL, or why not. */
static const char *
registers(struct arena *mem, const char *json, struct passkey_key *key)
{
	const char *why = "not said";
	enum err err = webauthn_register(
	    mem, &passkeying_site, PASSKEY_CHALLENGE, json, key, &why);

	CU_ASSERT_TRUE(err == OK || err == ERR_INVALID);
	return err == OK ? NULL : why;
}

static const char *
verifies(struct arena *mem, const struct passkey_key *key, const char *json,
    int64_t *count)
{
	const char *why = "not said";
	enum err err = webauthn_verify(
	    mem, &passkeying_site, PASSKEY_CHALLENGE, key, json, count, &why);

	CU_ASSERT_TRUE(err == OK || err == ERR_INVALID);
	return err == OK ? NULL : why;
}

static struct passkey_key
registered(struct arena *mem, const struct device *d)
{
	struct passkey_key key = {0};

	CU_ASSERT_PTR_NULL_FATAL(
	    registers(mem, device_register(mem, d, &page_create), &key));
	return key;
}

static void
all_algorithms(void)
{
	static const struct {
		int algorithm;
		size_t key;
	} kinds[] = {{-7, 64}, {-257, 259}, {-8, 32}};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct device d = device_new(kinds[i].algorithm);
		struct passkey_key key = registered(mem, &d);
		const uint8_t *raw;
		int64_t count = 0;
		size_t n;

		CU_ASSERT_STRING_EQUAL(key.credential_id,
		    base64url_encode(mem, d.id, d.id_length));
		CU_ASSERT_EQUAL(key.algorithm, kinds[i].algorithm);
		CU_ASSERT_EQUAL(key.sign_count, 1);
		CU_ASSERT_EQUAL_FATAL(base64url_decode(mem, key.public_key,
					  strlen(key.public_key), &raw, &n),
		    OK);
		CU_ASSERT_EQUAL(n, kinds[i].key);
		d.count = 2;
		CU_ASSERT_PTR_NULL(verifies(
		    mem, &key, device_sign(mem, &d, &page_get), &count));
		CU_ASSERT_EQUAL(count, 2);
		device_free(&d);
	}
	arena_free(mem);
}

struct slip {
	struct page page;
	const char *rp_id;
	int flags;
	const char *why;
};

/* Type, page and device of the good one, of which one thing is changed. */
static const struct slip slips[] = {
    {{"webauthn.get", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com",
	UP | UV, "it was made for another purpose"},
    {{"", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com", UP | UV,
	"it was made for another purpose"},
    {{"webauthn.create", OTHER_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com",
	UP | UV, "its challenge is another"},
    {{"webauthn.create", PASSKEY_CHALLENGE, "https://example.com", ""},
	"example.com", UP | UV, "it was made on another page"},
    {{"webauthn.create", PASSKEY_CHALLENGE, "http://example.com:8443", ""},
	"example.com", UP | UV, "it was made on another page"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN "/", ""},
	"example.com", UP | UV, "it was made on another page"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN,
	 ",\"crossOrigin\":true"},
	"example.com", UP | UV, "it was made inside another site's page"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.org",
	UP | UV, "it is of another site"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com",
	UV, "nobody was present"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com",
	UP, "the user was not verified"},
    {{"webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""}, "example.com",
	BE | BS, "nobody was present"},
};

static void
wrong_registrations(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct passkey_key key = {"untouched", "", 0, 0};

	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		const char *why;

		d.rp_id = slips[i].rp_id;
		d.flags = slips[i].flags;
		why = registers(
		    mem, device_register(mem, &d, &slips[i].page), &key);
		CU_ASSERT_PTR_NOT_NULL_FATAL(why);
		CU_ASSERT_STRING_EQUAL(why, slips[i].why);
	}
	CU_ASSERT_STRING_EQUAL(key.credential_id, "untouched");
	device_free(&d);
	arena_free(mem);
}

static void
wrong_assertions(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct passkey_key key = registered(mem, &d);
	int64_t count = -1;

	d.count = 2;
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		struct page page = slips[i].page;
		const char *why;

		if (strcmp(page.type, "webauthn.create") == 0)
			page.type = "webauthn.get";
		else if (strcmp(page.type, "webauthn.get") == 0)
			page.type = "webauthn.create";
		d.rp_id = slips[i].rp_id;
		d.flags = slips[i].flags;
		why = verifies(mem, &key, device_sign(mem, &d, &page), &count);
		CU_ASSERT_PTR_NOT_NULL_FATAL(why);
		CU_ASSERT_STRING_EQUAL(why, slips[i].why);
	}
	CU_ASSERT_EQUAL(count, -1);
	device_free(&d);
	arena_free(mem);
}

/* What is signed and what is known must be of one key. */
static void
signatures(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7), other = device_new(-7);
	struct passkey_key key = registered(mem, &d), theirs;
	const char *json, *why;
	int64_t count;
	char *bad;

	theirs = registered(mem, &other);
	d.count = other.count = 2;
	json = device_sign(mem, &d, &page_get);
	why = verifies(mem, &theirs, json, &count);
	CU_ASSERT_STRING_EQUAL(why, "it is another credential");
	theirs.credential_id = key.credential_id;
	why = verifies(mem, &theirs, json, &count);
	CU_ASSERT_STRING_EQUAL(why, "its signature is wrong");
	theirs = key;
	theirs.algorithm = -8;
	why = verifies(mem, &theirs, json, &count);
	CU_ASSERT_STRING_EQUAL(why, "its signature is wrong");
	theirs.algorithm = -65535;
	CU_ASSERT_PTR_NOT_NULL(verifies(mem, &theirs, json, &count));
	theirs = key;
	theirs.public_key = "AAAA";
	CU_ASSERT_PTR_NOT_NULL(verifies(mem, &theirs, json, &count));
	theirs.public_key = "no base64url";
	CU_ASSERT_PTR_NOT_NULL(verifies(mem, &theirs, json, &count));
	/* One digit in the middle of the signature. */
	bad = arena_strdup(mem, json);
	bad = strstr(bad, "\"signature\":\"") + 13 + 40;
	*bad = *bad == 'A' ? 'B' : 'A';
	while (*bad != '\0' && strncmp(bad, "{\"id\"", 5) != 0)
		bad--;
	why = verifies(mem, &key, bad, &count);
	CU_ASSERT_STRING_EQUAL(why, "its signature is wrong");
	CU_ASSERT_PTR_NULL(verifies(mem, &key, json, &count));
	device_free(&d);
	device_free(&other);
	arena_free(mem);
}

static void
counts(void)
{
	static const struct {
		int64_t known;
		uint32_t now;
		bool good;
	} cases[] = {{0, 0, true}, {0, 1, true}, {1, 1, false}, {2, 1, false},
	    {1, 0, false}, {1, 2, true}, {1, UINT32_MAX, true},
	    {UINT32_MAX, UINT32_MAX, false}, {UINT32_MAX, 0, false},
	    {INT32_MAX, UINT32_C(1) << 31, true}};
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct passkey_key key = registered(mem, &d);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t count = -1;
		const char *why;

		key.sign_count = cases[i].known;
		d.count = cases[i].now;
		why = verifies(
		    mem, &key, device_sign(mem, &d, &page_get), &count);
		if (cases[i].good) {
			CU_ASSERT_PTR_NULL(why);
			CU_ASSERT_EQUAL(count, cases[i].now);
			continue;
		}
		CU_ASSERT_PTR_NOT_NULL_FATAL(why);
		CU_ASSERT_STRING_EQUAL(why,
		    "its count does not rise: there is a copy of its device");
		CU_ASSERT_EQUAL(count, -1);
	}
	device_free(&d);
	arena_free(mem);
}

/* The flags of backup, and client data of a browser to come. */
static void
tolerated(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct passkey_key key;
	struct page page = page_create;
	int64_t count;

	d.flags = UP | UV | BE | BS;
	page.more = ",\"crossOrigin\":false,\"other\":{\"a\":[1,null]}";
	CU_ASSERT_PTR_NULL(
	    registers(mem, device_register(mem, &d, &page), &key));
	page.type = "webauthn.get";
	d.count = 2;
	CU_ASSERT_PTR_NULL(
	    verifies(mem, &key, device_sign(mem, &d, &page), &count));
	arena_free(mem);
	device_free(&d);
}

static void
claims(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	const char *id = base64url_encode(mem, d.id, d.id_length);
	struct webauthn_claim claim;

	CU_ASSERT_EQUAL_FATAL(
	    webauthn_claim(mem, device_sign(mem, &d, &page_get), &claim), OK);
	CU_ASSERT_STRING_EQUAL(claim.credential_id, id);
	CU_ASSERT_STRING_EQUAL(claim.challenge, PASSKEY_CHALLENGE);
	CU_ASSERT_STRING_EQUAL(claim.user_handle, "AQID");
	CU_ASSERT_EQUAL_FATAL(
	    webauthn_claim(mem, device_register(mem, &d, &page_create), &claim),
	    OK);
	CU_ASSERT_STRING_EQUAL(claim.credential_id, id);
	CU_ASSERT_STRING_EQUAL(claim.challenge, PASSKEY_CHALLENGE);
	CU_ASSERT_STRING_EQUAL(claim.user_handle, "");
	device_free(&d);
	arena_free(mem);
}

static void
sites(void)
{
	static const struct {
		const char *origin, *rp_id;
	} known[] = {{"https://example.com", "example.com"},
	    {"https://example.com:8443", "example.com"},
	    {"http://localhost:5173", "localhost"},
	    {"http://[::1]:80", "[::1]"}, {"http://[::1", "[::1"},
	    {"https://a.b/", "a.b"}, {"a.b:1", "a.b"}, {"", ""}};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct webauthn_site s = webauthn_site(mem, known[i].origin);

		CU_ASSERT_STRING_EQUAL(s.rp_id, known[i].rp_id);
		CU_ASSERT_STRING_EQUAL(s.origin, known[i].origin);
	}
	arena_free(mem);
}

struct work {
	const char *create, *get;
	unsigned good;
};

static void *
verify_often(void *arg)
{
	struct arena *mem = arena_new(MEMORY);
	struct work *work = arg;
	const char *why;

	for (int i = 0; i < ROUNDS; i++) {
		struct passkey_key key;
		int64_t count;

		work->good +=
		    webauthn_register(mem, &passkeying_site, PASSKEY_CHALLENGE,
			work->create, &key, &why) == OK &&
		    webauthn_verify(mem, &passkeying_site, PASSKEY_CHALLENGE,
			&key, work->get, &count, &why) == OK;
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

static void
threads(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct work work[THREADS];
	pthread_t thread[THREADS];

	work[0] =
	    (struct work){.create = device_register(mem, &d, &page_create)};
	d.count = 2;
	work[0].get = device_sign(mem, &d, &page_get);
	for (int i = 1; i < THREADS; i++)
		work[i] = work[0];
	for (int i = 0; i < THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&thread[i], NULL, verify_often, &work[i]),
		    0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		CU_ASSERT_EQUAL(work[i].good, ROUNDS);
	}
	device_free(&d);
	arena_free(mem);
}

CU_TestInfo webauthn_tests[] = {
    {"a device of each algorithm registers and signs in", all_algorithms},
    {"a registration of another page, site or moment", wrong_registrations},
    {"an assertion of another page, site or moment", wrong_assertions},
    {"a signature is of the key that is known", signatures},
    {"the count rises, or there is none", counts},
    {"backup flags and unknown client data do not matter", tolerated},
    {"what a message claims, before it is verified", claims},
    {"the site of an origin", sites},
    {"threads do not meet", threads},
    CU_TEST_INFO_NULL,
};
