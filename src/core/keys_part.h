/*
 * Between the files of keys.h. Grouped by the file that implements.
 */
#ifndef CORE_KEYS_PART_H
#define CORE_KEYS_PART_H

#include "core/keys.h"

/* keys_pair.c: a P-256 key pair, parsed. Of one thread. */
struct key_pair;

struct key_pair *key_pair_new(void);
/* NULL when the text is no PEM of a whole P-256 key without a passphrase. */
struct key_pair *key_pair_parse(const char *pem, size_t n);
void key_pair_free(struct key_pair *); /* NULL is fine */
/* PKCS#8 in PEM. The caller wipes it. */
void key_pair_write(const struct key_pair *, struct buf *);
const char *key_pair_id(const struct key_pair *);
/* "kty":"EC",...: the members of a JWK that the key itself gives. */
void key_pair_publish(const struct key_pair *, struct buf *);
void key_pair_sign(
    struct key_pair *, const char *text, size_t n, uint8_t signature[64]);
bool key_pair_verify(
    struct key_pair *, const char *text, size_t n, const uint8_t signature[64]);

/* keys_index.c: what the file `keys` says. */
enum { KEY_INDEX_MAX = 4096 }; /* bytes; KEYS_MAX lines take less */

struct key_index {
	struct key_info key[KEYS_MAX];
	size_t n;
};

/* 16 characters of base64url: the name of a key, and part of a file's. */
bool key_id_valid(const char *);
/*
 * The whole text or nothing: NULL, or what is wrong with it. At least the
 * active key stands there.
 */
const char *
key_index_parse(struct arena *, const char *text, size_t n, struct key_index *);
void key_index_write(struct buf *, const struct key_index *);
/* NULL: it is not there. */
struct key_info *key_index_find(struct key_index *, const char *id);
struct key_info *key_index_active(struct key_index *);

/*
 * keys_folder.c: the files. Failures are ERR_NOT_FOUND (there is no such
 * thing) or ERR_INTERNAL, with a sentence in *why.
 */
enum { KEY_FILE_MAX = 2048 }; /* bytes; ours have 241 */

struct key_folder {
	struct arena *mem; /* of sentences and texts */
	const char *path;
	int fd, lock; /* -1: none */
};

/* `mem` and `path` are set; an open one is to be closed. */
enum err key_folder_open(struct key_folder *, const char **why) MUST_CHECK;
/* With the mode 0700, unless it exists. */
enum err key_folder_make(struct key_folder *, const char **why) MUST_CHECK;
/* As key_folder_open(), and nobody else's until it is closed. */
enum err key_folder_lock(struct key_folder *, const char **why) MUST_CHECK;
void key_folder_close(struct key_folder *);
enum err key_folder_index(
    struct key_folder *, struct key_index *, const char **why) MUST_CHECK;
/* Replaced as a whole. */
enum err key_folder_store(
    struct key_folder *, const struct key_index *, const char **why) MUST_CHECK;
/* It is the key of that name, and nobody else can read it. */
enum err key_folder_load(struct key_folder *, const char *id,
    struct key_pair **, const char **why) MUST_CHECK;
/* Never over another. */
enum err key_folder_add(
    struct key_folder *, const struct key_pair *, const char **why) MUST_CHECK;
enum err key_folder_remove(
    struct key_folder *, const char *id, const char **why) MUST_CHECK;

#endif
