/* Folders of keys for the tests of keys and tokens. */
#ifndef KEYING_H
#define KEYING_H

#include <sys/types.h>

#include "core/keys.h"

#define KEYING_NOW INT64_C(1800000000)

enum { KEYING_PATH = 64, KEYING_TEXT = 8192 };

/* The moment so many seconds after KEYING_NOW. */
struct timestamp keying_at(int64_t seconds);
/* A new and empty one, 0700. */
void keying_make(char path[KEYING_PATH]);
void keying_remove(const char *path);
/* A file in it, as it is; "" when it is not there. */
const char *
keying_read(const char *path, const char *name, char text[KEYING_TEXT]);
void
keying_write(const char *path, const char *name, const char *text, mode_t mode);
/* With one key more: the first one is active. */
void keying_create(const char *path, int64_t seconds, char id[KEY_ID_TEXT]);
/* Those of the folder, read. */
struct keys *keying_open(const char *path, int64_t seconds);

/* What the tests sign: nothing here looks into it. */
#define KEYING_TOKEN "header.payload"
enum { KEYING_TOKEN_SIZE = sizeof(KEYING_TOKEN) - 1, KEYING_LIFETIME = 900 };

/* The text with the value in place of each `mark`. */
void keying_fill(
    const char *text, char mark, const char *value, char out[KEYING_TEXT]);

/* As keys_refresh(); whether they changed. */
bool keying_refresh(struct keys *, int64_t seconds);
bool keying_verifies(
    const struct keys *, const char *id, const uint8_t signature[64]);
const char *keying_publish(const struct keys *, char text[KEYING_TEXT]);
/* There are that many. */
void keying_list(const char *path, struct key_info[KEYS_MAX], size_t wanted);
/* As the functions of keys.h; a failure comes with a sentence. */
enum err
keying_activate(const char *path, const char *id, bool force, int64_t seconds);
enum err
keying_retire(const char *path, const char *id, bool force, int64_t seconds);

/* A folder with two keys, of which one signs, and a worker that has them. */
struct scene {
	char dir[KEYING_PATH], one[KEY_ID_TEXT], two[KEY_ID_TEXT];
	char pem[2][32]; /* names of files */
	char index[KEYING_TEXT];
	uint8_t signature[64];
	struct keys *keys;
	int saved;      /* stderr; meanwhile the log is a file */
	int64_t second; /* of the worker's clock */
};

void keying_set(struct scene *);
void keying_strike(struct scene *);
/* One key more; why not. */
enum err keying_try(struct scene *, char *why, size_t room);

/* How many lines were logged since the scene was set, or since this. */
size_t keying_heard(struct scene *);

#endif
