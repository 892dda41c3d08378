/* A folder of keys that is other than it should be: what a worker had stays,
 * what a command finds it does not touch. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/keys_part.h"
#include "keying.h"
#include "unit.h"

/* What a worker does about a folder that is not as it should be. */
static void
keeps_the_old(struct scene *s)
{
	char id[KEY_ID_TEXT], why[512];

	CU_ASSERT_FALSE(keying_refresh(s->keys, s->second += 2));
	CU_ASSERT_TRUE(keys_active(s->keys, id));
	CU_ASSERT_STRING_EQUAL(id, s->one);
	CU_ASSERT_TRUE(keying_verifies(s->keys, s->one, s->signature));
	CU_ASSERT_EQUAL(keying_try(s, why, sizeof(why)), ERR_INTERNAL);
}

static void
survives_broken_folders(void)
{
	struct scene s = {.second = 0};
	char away[KEYING_PATH + 8], index[KEYING_PATH + 8], why[512];
	char one[KEYING_TEXT];
	char second[KEYING_PATH + 64];

	keying_set(&s);
	snprintf(away, sizeof(away), "%s.away", s.dir);
	snprintf(index, sizeof(index), "%s/keys", s.dir);
	CU_ASSERT_EQUAL(chmod(s.dir, 0770), 0);
	keeps_the_old(&s);
	CU_ASSERT_EQUAL(keying_try(&s, why, sizeof(why)), ERR_INTERNAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "others than its owner can write"));
	CU_ASSERT_EQUAL(chmod(s.dir, 0700), 0);
	CU_ASSERT_EQUAL(chmod(index, 0620), 0);
	keeps_the_old(&s);
	CU_ASSERT_EQUAL(keying_try(&s, why, sizeof(why)), ERR_INTERNAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "others than its owner can change"));
	/* A link, a FIFO and a folder instead of the index. */
	CU_ASSERT_EQUAL(unlink(index), 0);
	snprintf(one, sizeof(one), "%s", s.index);
	*(strchr(one, '\n') + 1) = '\0';
	keying_write(s.dir, "other", one, 0600);
	CU_ASSERT_EQUAL(symlink("other", index), 0);
	keeps_the_old(&s);
	CU_ASSERT_EQUAL(unlink(index), 0);
	CU_ASSERT_EQUAL(mkfifo(index, 0600), 0);
	keeps_the_old(&s);
	CU_ASSERT_EQUAL(unlink(index), 0);
	CU_ASSERT_EQUAL(mkdir(index, 0700), 0);
	keeps_the_old(&s);
	CU_ASSERT_EQUAL(rmdir(index), 0);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_TRUE(keying_verifies(s.keys, s.one, s.signature));
	CU_ASSERT_EQUAL(rename(s.dir, away), 0);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_TRUE(keying_verifies(s.keys, s.one, s.signature));
	CU_ASSERT_EQUAL(rename(away, s.dir), 0);
	/* It follows again: without the second key. */
	*(strchr(s.index, '\n') + 1) = '\0';
	keying_write(s.dir, "keys", s.index, 0600);
	CU_ASSERT_TRUE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_TRUE(keying_verifies(s.keys, s.one, s.signature));
	snprintf(second, sizeof(second), "%s/%s", s.dir, s.pem[1]);
	CU_ASSERT_EQUAL(unlink(second), 0);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	keying_strike(&s);
}

/* The other key is there all the same, and this one once it is right. */
static void
skips(struct scene *s, const char *what, const char *pem, mode_t mode)
{
	char text[KEYING_TEXT], id[KEY_ID_TEXT], whole[KEYING_TEXT];
	char path[KEYING_PATH + 32], why[KEYING_TEXT];
	struct arena *a = arena_new(1 << 20);
	const char *said = "";
	struct keys *fresh;

	keying_read(s->dir, s->pem[1], whole);
	keying_write(s->dir, s->pem[1], pem, mode);
	fresh = keying_open(s->dir, 0);
	CU_ASSERT_TRUE(keys_active(fresh, id));
	CU_ASSERT_STRING_EQUAL(id, s->one);
	CU_ASSERT_PTR_NULL(strstr(keying_publish(fresh, text), s->two));
	CU_ASSERT_EQUAL(
	    keys_activate(s->dir, s->two, true, keying_at(0), a, &said),
	    ERR_INTERNAL);
	snprintf(path, sizeof(path), "%s/%s", s->dir, s->pem[1]);
	keying_fill(what, '@', path, why);
	CU_ASSERT_STRING_EQUAL(said, why);
	CU_ASSERT_EQUAL(ERR_peek_error(), 0);
	keying_write(s->dir, s->pem[1], whole, 0600);
	CU_ASSERT_TRUE(keying_refresh(fresh, 1));
	CU_ASSERT_PTR_NOT_NULL(strstr(keying_publish(fresh, text), s->two));
	keys_free(fresh);
	arena_free(a);
}

/* A private key in PEM, perhaps with a passphrase. */
static void
write_pem(EVP_PKEY *key, const EVP_CIPHER *cipher, char out[KEYING_TEXT])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	CU_ASSERT_EQUAL(
	    PEM_write_bio_PKCS8PrivateKey(bio, key, cipher,
		cipher ? "secret" : NULL, cipher ? 6 : 0, NULL, NULL),
	    1);
	n = BIO_read(bio, out, KEYING_TEXT - 1);
	out[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
	EVP_PKEY_free(key);
}

#define NO_KEY "@ is no P-256 private key in PEM"

static void
skips_bad_keys(void)
{
	char pem[KEYING_TEXT], other[KEYING_TEXT];
	struct scene s = {.second = 0};
	char *middle;

	keying_set(&s);
	keying_read(s.dir, s.pem[1], pem);
	keying_read(s.dir, s.pem[0], other);
	skips(&s, "others than its owner can read @: its mode has to be 0600",
	    pem, 0640);
	skips(&s, "others than its owner can read @: its mode has to be 0600",
	    pem, 0604);
	skips(&s, "@ is another key than its name says", other, 0600);
	skips(&s, NO_KEY, "", 0600);
	skips(&s, NO_KEY, "-----BEGIN PRIVATE KEY-----\n", 0600);
	write_pem(EVP_EC_gen("P-384"), NULL, other);
	skips(&s, NO_KEY, other, 0600);
	write_pem(EVP_EC_gen("secp256k1"), NULL, other);
	skips(&s, NO_KEY, other, 0600);
	write_pem(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, other);
	skips(&s, NO_KEY, other, 0600);
	write_pem(EVP_EC_gen("P-256"), EVP_aes_128_cbc(), other);
	skips(&s, NO_KEY, other, 0600);
	memset(other, 'x', KEY_FILE_MAX + 1);
	other[KEY_FILE_MAX + 1] = '\0';
	skips(&s, "@ is too long, or breaks off", other, 0600);
	/* The private half of another key: what it signs would be worthless. */
	middle = pem + strlen("-----BEGIN PRIVATE KEY-----\n") + 60;
	*middle = *middle == 'A' ? 'B' : 'A';
	skips(&s, NO_KEY, pem, 0600);
	keying_strike(&s);
}

static void
skips_lost_keys(void)
{
	char file[KEYING_PATH + 64], id[KEY_ID_TEXT];
	struct scene s = {.second = 0};
	struct keys *fresh;

	keying_set(&s);
	snprintf(file, sizeof(file), "%s/%s", s.dir, s.pem[1]);
	CU_ASSERT_EQUAL(unlink(file), 0);
	CU_ASSERT_EQUAL(keying_activate(s.dir, s.two, true, 0), ERR_INTERNAL);
	fresh = keying_open(s.dir, 0);
	CU_ASSERT_TRUE(keying_verifies(fresh, s.one, s.signature));
	keys_free(fresh);
	/* Without the one that signs there is nothing to go over to. */
	snprintf(file, sizeof(file), "%s/%s", s.dir, s.pem[0]);
	CU_ASSERT_EQUAL(unlink(file), 0);
	fresh = keying_open(s.dir, 0);
	CU_ASSERT_FALSE(keys_active(fresh, id));
	keys_free(fresh);
	*(strchr(s.index, '\n') + 1) = '\0';
	keying_write(s.dir, "keys", s.index, 0600);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_TRUE(keying_verifies(s.keys, s.one, s.signature));
	keying_strike(&s);
}

/* A command that was cut off leaves files that the next one can do with. */
static void
goes_on_after_a_crash(void)
{
	char text[KEYING_TEXT], why[512];
	struct scene s = {.second = 0};
	struct key_info info[KEYS_MAX];

	keying_set(&s);
	keying_write(s.dir, "keys.new", "half a li", 0600);
	keying_write(s.dir, "AAAAAAAAAAAAAAAA.pem", "", 0600);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_EQUAL(keying_try(&s, why, sizeof(why)), OK);
	CU_ASSERT_EQUAL(*keying_read(s.dir, "keys.new", text), '\0');
	keying_list(s.dir, info, 3);
	CU_ASSERT_TRUE(keying_refresh(s.keys, s.second += 2));
	keying_strike(&s);
}

/* Commands at once take turns: none undoes what another did. */
static void
takes_turns(void)
{
	enum { AT_ONCE = 6 };
	struct scene s = {.second = 0};
	struct key_info info[KEYS_MAX];
	pid_t child[AT_ONCE];
	int status;

	keying_set(&s);
	for (int i = 0; i < AT_ONCE; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			char why[512];

			_exit(keying_try(&s, why, sizeof(why)) == OK ? 0 : 1);
		}
	}
	for (int i = 0; i < AT_ONCE; i++) {
		CU_ASSERT_EQUAL(waitpid(child[i], &status, 0), child[i]);
		CU_ASSERT_EQUAL(status, 0);
	}
	keying_list(s.dir, info, 2 + AT_ONCE);
	CU_ASSERT_TRUE(keying_refresh(s.keys, s.second += 2));
	keying_strike(&s);
}

/* Each thing that is wrong is one line of the log, however long it lasts. */
static void
says_it_once(void)
{
	struct scene s = {.second = 0};

	keying_set(&s);
	keying_write(s.dir, "keys", "", 0600);
	for (int i = 0; i < 5; i++)
		keying_refresh(s.keys, s.second += 2);
	CU_ASSERT_EQUAL(keying_heard(&s), 1);
	keying_write(s.dir, "keys", "x", 0600);
	for (int i = 0; i < 5; i++)
		keying_refresh(s.keys, s.second += 2);
	CU_ASSERT_EQUAL(keying_heard(&s), 1);
	keying_write(s.dir, "keys", s.index, 0600);
	keying_refresh(s.keys, s.second += 2);
	CU_ASSERT_EQUAL(keying_heard(&s), 0);
	keying_write(s.dir, "keys", "x", 0600);
	keying_refresh(s.keys, s.second += 2);
	CU_ASSERT_EQUAL(keying_heard(&s), 1);
	keying_strike(&s);
}

CU_TestInfo keys_folder_tests[] = {
    {"a broken folder leaves the keys that there were",
	survives_broken_folders},
    {"a key that is none is skipped", skips_bad_keys},
    {"a key that is lost is skipped", skips_lost_keys},
    {"what is wrong is logged once", says_it_once},
    {"a command that was cut off does no harm", goes_on_after_a_crash},
    {"commands at once take turns", takes_turns}, CU_TEST_INFO_NULL};
