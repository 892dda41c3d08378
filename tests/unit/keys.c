/* Keys that sign: how they come and go, what they sign and what is published
 * of them. */
#include "core/keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keying.h"
#include "unit.h"

static const uint8_t no_signature[64];

static mode_t
mode_of(const char *path, const char *name)
{
	char file[256];
	struct stat st = {0};

	snprintf(file, sizeof(file), "%s/%s", path, name);
	CU_ASSERT_EQUAL(stat(file, &st), 0);
	return st.st_mode & 07777;
}

static void
has_none(void)
{
	static const char *const none[] = {NULL, ""};
	char id[KEY_ID_TEXT] = "untouched", text[KEYING_TEXT];

	for (size_t i = 0; i < 2; i++) {
		struct keys *keys = keys_new(none[i]);

		CU_ASSERT_FALSE(keying_refresh(keys, 0));
		CU_ASSERT_FALSE(keys_active(keys, id));
		CU_ASSERT_STRING_EQUAL(id, "untouched");
		CU_ASSERT_FALSE(keying_verifies(keys, "", no_signature));
		CU_ASSERT_STRING_EQUAL(
		    keying_publish(keys, text), "{\"keys\":[]}");
		keys_free(keys);
	}
	keys_free(NULL);
}

static void
signs(void)
{
	char dir[KEYING_PATH], id[KEY_ID_TEXT], active[KEY_ID_TEXT];
	uint8_t one[64], two[64];
	struct keys *keys;

	keying_make(dir);
	keying_create(dir, 0, id);
	keys = keys_new(dir);
	CU_ASSERT_FALSE(keys_active(keys, active));
	CU_ASSERT_TRUE(keying_refresh(keys, 0));
	CU_ASSERT_TRUE(keys_active(keys, active));
	CU_ASSERT_STRING_EQUAL(active, id);
	keys_sign(keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, one);
	keys_sign(keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, two);
	CU_ASSERT_NOT_EQUAL(memcmp(one, two, 64), 0);
	CU_ASSERT_TRUE(keying_verifies(keys, id, one));
	CU_ASSERT_TRUE(keying_verifies(keys, id, two));
	CU_ASSERT_FALSE(
	    keys_verify(keys, id, KEYING_TOKEN, KEYING_TOKEN_SIZE - 1, one));
	CU_ASSERT_FALSE(keying_verifies(keys, "AAAAAAAAAAAAAAAA", one));
	CU_ASSERT_FALSE(keying_verifies(keys, "", one));
	CU_ASSERT_FALSE(keying_verifies(keys, id, no_signature));
	for (int bit = 0; bit < 512; bit++) {
		one[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_FALSE(keying_verifies(keys, id, one));
		one[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CU_ASSERT_TRUE(keying_verifies(keys, id, one));
	CU_ASSERT_EQUAL(ERR_peek_error(), 0);
	keys_free(keys);
	keying_remove(dir);
}

/* Halves that begin with zeros keep them: R and S are 32 bytes each. */
static void
keeps_the_width(void)
{
	char dir[KEYING_PATH], id[KEY_ID_TEXT];
	bool short_r = false, short_s = false;
	uint8_t signature[64];
	struct keys *keys;

	keying_make(dir);
	keying_create(dir, 0, id);
	keys = keying_open(dir, 0);
	for (int i = 0; i < 20000 && !(short_r && short_s); i++) {
		memset(signature, 0xff, sizeof(signature));
		keys_sign(keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, signature);
		if (signature[0] != 0 && signature[32] != 0)
			continue;
		short_r = short_r || signature[0] == 0;
		short_s = short_s || signature[32] == 0;
		CU_ASSERT_TRUE(keying_verifies(keys, id, signature));
	}
	CU_ASSERT_TRUE(short_r && short_s);
	keys_free(keys);
	keying_remove(dir);
}

/* RFC 7517 and 7518 by hand: the thumbprint of RFC 7638 is the kid's. */
static void
publishes(void)
{
	char dir[KEYING_PATH], id[2][KEY_ID_TEXT], text[KEYING_TEXT];
	char wanted[KEYING_TEXT], jwk[256], *x, *y;
	unsigned char digest[32], head[20];
	struct keys *keys;

	keying_make(dir);
	keying_create(dir, 0, id[0]);
	keys = keying_open(dir, 0);
	keying_publish(keys, text);
	x = strstr(text, "\"x\":\"");
	y = strstr(text, "\"y\":\"");
	CU_ASSERT_FATAL(x != NULL && y != NULL);
	snprintf(jwk, sizeof(jwk),
	    "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%.43s\",\"y\":\"%."
	    "43s\"}",
	    x + 5, y + 5);
	snprintf(wanted, sizeof(wanted),
	    "{\"keys\":[{\"alg\":\"ES256\",%.*s,\"kid\":\"%s\","
	    "\"use\":\"sig\"}]}",
	    (int)strlen(jwk) - 2, jwk + 1, id[0]);
	CU_ASSERT_STRING_EQUAL(text, wanted);
	EVP_Digest(jwk, strlen(jwk), digest, NULL, EVP_sha256(), NULL);
	EVP_EncodeBlock(head, digest, 12);
	for (int i = 0; i < 16; i++)
		head[i] = head[i] == '+' ? '-' : head[i] == '/' ? '_' : head[i];
	CU_ASSERT_STRING_EQUAL((char *)head, id[0]);

	keying_create(dir, 1, id[1]);
	CU_ASSERT_TRUE(keying_refresh(keys, 1));
	keying_publish(keys, text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, id[1]));
	CU_ASSERT_TRUE(strstr(text, id[1]) < strstr(text, id[0]));
	CU_ASSERT_PTR_NULL(strstr(text, "\"d\""));
	keys_free(keys);
	keying_remove(dir);
}

/* From `next` to gone, and what may not be done on the way. */
static void
rotates(void)
{
	char dir[KEYING_PATH], one[KEY_ID_TEXT], two[KEY_ID_TEXT];
	struct key_info info[KEYS_MAX];

	keying_make(dir);
	keying_list(dir, info, 0);
	keying_create(dir, 0, one);
	keying_create(dir, 10, two);
	keying_list(dir, info, 2);
	CU_ASSERT_STRING_EQUAL(info[0].id, one);
	CU_ASSERT_EQUAL(info[0].state, KEY_ACTIVE);
	CU_ASSERT_EQUAL(info[0].created.us, keying_at(0).us);
	CU_ASSERT_EQUAL(info[0].activated.us, keying_at(0).us);
	CU_ASSERT_EQUAL(info[0].retired.us, 0);
	CU_ASSERT_STRING_EQUAL(info[1].id, two);
	CU_ASSERT_EQUAL(info[1].state, KEY_NEXT);
	CU_ASSERT_EQUAL(info[1].created.us, keying_at(10).us);
	CU_ASSERT_EQUAL(info[1].activated.us, 0);

	CU_ASSERT_EQUAL(keying_activate(dir, one, true, 400), ERR_CONFLICT);
	CU_ASSERT_EQUAL(keying_retire(dir, one, true, 400), ERR_CONFLICT);
	CU_ASSERT_EQUAL(keying_activate(dir, two, false, 309), ERR_CONFLICT);
	keying_list(dir, info, 2);
	CU_ASSERT_EQUAL(info[1].state, KEY_NEXT);
	CU_ASSERT_EQUAL(keying_activate(dir, two, false, 310), OK);
	keying_list(dir, info, 2);
	CU_ASSERT_EQUAL(info[0].state, KEY_OLD);
	CU_ASSERT_EQUAL(info[0].retired.us, keying_at(310).us);
	CU_ASSERT_EQUAL(info[1].state, KEY_ACTIVE);
	CU_ASSERT_EQUAL(info[1].activated.us, keying_at(310).us);

	CU_ASSERT_EQUAL(keying_activate(dir, one, true, 400), ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    keying_retire(dir, one, false, 310 + KEYING_LIFETIME - 1),
	    ERR_CONFLICT);
	keying_list(dir, info, 2);
	CU_ASSERT_EQUAL(
	    keying_retire(dir, one, false, 310 + KEYING_LIFETIME), OK);
	keying_list(dir, info, 1);
	CU_ASSERT_STRING_EQUAL(info[0].id, two);
	CU_ASSERT_EQUAL(keying_retire(dir, one, false, 9999), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(keying_activate(dir, one, false, 9999), ERR_NOT_FOUND);
	/* One that never signed may go at any time. */
	keying_create(dir, 9999, one);
	CU_ASSERT_EQUAL(keying_retire(dir, one, false, 9999), OK);
	keying_list(dir, info, 1);
	keying_remove(dir);
}

static void
need_not_wait(void)
{
	char dir[KEYING_PATH], one[KEY_ID_TEXT], two[KEY_ID_TEXT];
	char name[64], text[KEYING_TEXT];
	struct key_info info[KEYS_MAX];

	keying_make(dir);
	keying_create(dir, 0, one);
	keying_create(dir, 0, two);
	snprintf(name, sizeof(name), "%s.pem", one);
	CU_ASSERT_EQUAL(keying_activate(dir, two, true, 0), OK);
	CU_ASSERT_NOT_EQUAL(*keying_read(dir, name, text), '\0');
	CU_ASSERT_EQUAL(keying_retire(dir, one, true, 0), OK);
	CU_ASSERT_EQUAL(*keying_read(dir, name, text), '\0');
	keying_list(dir, info, 1);
	keying_remove(dir);
}

/* A worker follows: it signs with the new one, and verifies both until the end.
 */
static void
is_followed(void)
{
	char dir[KEYING_PATH], one[KEY_ID_TEXT], two[KEY_ID_TEXT];
	char active[KEY_ID_TEXT];
	uint8_t first[64], second[64];
	struct keys *keys;

	keying_make(dir);
	keying_create(dir, 0, one);
	keys = keying_open(dir, 0);
	keys_sign(keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, first);
	CU_ASSERT_FALSE(keying_refresh(keys, 5));
	keying_create(dir, 5, two);
	CU_ASSERT_FALSE(keying_refresh(keys, 5)); /* not twice in one second */
	CU_ASSERT_TRUE(keying_refresh(keys, 6));
	CU_ASSERT_FALSE(keying_refresh(keys, 7));
	keys_active(keys, active);
	CU_ASSERT_STRING_EQUAL(active, one);
	CU_ASSERT_EQUAL(keying_activate(dir, two, true, 7), OK);
	CU_ASSERT_TRUE(keying_refresh(keys, 8));
	keys_active(keys, active);
	CU_ASSERT_STRING_EQUAL(active, two);
	keys_sign(keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, second);
	CU_ASSERT_TRUE(keying_verifies(keys, two, second));
	CU_ASSERT_TRUE(keying_verifies(keys, one, first));
	CU_ASSERT_FALSE(keying_verifies(keys, one, second));
	CU_ASSERT_FALSE(keying_verifies(keys, two, first));
	CU_ASSERT_EQUAL(keying_retire(dir, one, true, 8), OK);
	/* A clock that goes back does not stop it. */
	CU_ASSERT_TRUE(keying_refresh(keys, 0));
	CU_ASSERT_FALSE(keying_verifies(keys, one, first));
	CU_ASSERT_TRUE(keying_verifies(keys, two, second));
	keys_free(keys);
	keying_remove(dir);
}

static void
keeps_secrets(void)
{
	char path[KEYING_PATH], dir[KEYING_PATH + 8], id[KEY_ID_TEXT];
	char name[64], text[KEYING_TEXT], index[KEYING_TEXT];
	mode_t mask = umask(0);

	keying_make(path);
	snprintf(dir, sizeof(dir), "%s/new", path);
	keying_create(dir, 0, id);
	umask(mask);
	snprintf(name, sizeof(name), "%s.pem", id);
	CU_ASSERT_EQUAL(mode_of(path, "new"), 0700);
	CU_ASSERT_EQUAL(mode_of(dir, name), 0600);
	CU_ASSERT_EQUAL(mode_of(dir, "keys"), 0600);
	CU_ASSERT_EQUAL(strncmp(keying_read(dir, name, text),
			    "-----BEGIN PRIVATE KEY-----\n", 28),
	    0);
	snprintf(text, sizeof(text),
	    "%s active 2027-01-15T08:00:00Z 2027-01-15T08:00:00Z -\n", id);
	CU_ASSERT_STRING_EQUAL(keying_read(dir, "keys", index), text);
	keying_remove(dir);
	keying_remove(path);
}

static void
has_a_limit(void)
{
	char dir[KEYING_PATH], id[KEY_ID_TEXT];
	struct arena *a = arena_new(1 << 20);
	struct key_info info[KEYS_MAX];
	const char *why;

	keying_make(dir);
	for (int i = 0; i < KEYS_MAX; i++)
		keying_create(dir, i, id);
	CU_ASSERT_EQUAL(
	    keys_create(dir, keying_at(9), id, a, &why), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(
	    why, "there are 8 keys, which is the most: retire one first");
	keying_list(dir, info, KEYS_MAX);
	arena_free(a);
	keying_remove(dir);
}

CU_TestInfo keys_tests[] = {{"without a folder there are no keys", has_none},
    {"what the active key signs it verifies, and nothing else", signs},
    {"R and S keep their zeros", keeps_the_width},
    {"the document is that of RFC 7517 and 7638", publishes},
    {"a key is next, active, old and gone, each in its time", rotates},
    {"who is in a hurry need not wait", need_not_wait},
    {"a worker follows within a second", is_followed},
    {"files are their owner's alone", keeps_secrets},
    {"there are at most eight", has_a_limit}, CU_TEST_INFO_NULL};
