/* Folders of keys for the tests of keys and tokens: real ones, under /tmp,
 * since modes and renames are what they are about. */
#include "keying.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

struct timestamp
keying_at(int64_t seconds)
{
	return (struct timestamp){(KEYING_NOW + seconds) * 1000000};
}

void
keying_make(char path[KEYING_PATH])
{
	snprintf(path, KEYING_PATH, "/tmp/atrium-keys-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
}

void
keying_remove(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

const char *
keying_read(const char *path, const char *name, char text[KEYING_TEXT])
{
	char file[256];
	FILE *f;
	size_t n = 0;

	snprintf(file, sizeof(file), "%s/%s", path, name);
	f = fopen(file, "re");
	if (f != NULL) {
		n = fread(text, 1, KEYING_TEXT - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

/* A new file each time, as a command makes it. */
void
keying_write(const char *path, const char *name, const char *text, mode_t mode)
{
	char file[256];
	int fd;

	snprintf(file, sizeof(file), "%s/%s", path, name);
	unlink(file);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	CU_ASSERT_EQUAL(fchmod(fd, mode), 0);
	close(fd);
}

void
keying_create(const char *path, int64_t seconds, char id[KEY_ID_TEXT])
{
	struct arena *a = arena_new(1 << 20);
	const char *why = "";

	CU_ASSERT_EQUAL(keys_create(path, keying_at(seconds), id, a, &why), OK);
	arena_free(a);
}

struct keys *
keying_open(const char *path, int64_t seconds)
{
	struct keys *keys = keys_new(path);
	bool changed;

	keys_refresh(keys, keying_at(seconds), &changed);
	return keys;
}

void
keying_fill(
    const char *text, char mark, const char *value, char out[KEYING_TEXT])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		char own[] = {*text, '\0'};

		n += (size_t)snprintf(out + n, KEYING_TEXT - n, "%s",
		    *text == mark ? value : own);
	}
	out[n] = '\0';
}

bool
keying_refresh(struct keys *keys, int64_t seconds)
{
	bool changed;

	keys_refresh(keys, keying_at(seconds), &changed);
	CU_ASSERT_EQUAL(ERR_peek_error(), 0);
	return changed;
}

bool
keying_verifies(
    const struct keys *keys, const char *id, const uint8_t signature[64])
{
	return keys_verify(
	    keys, id, KEYING_TOKEN, KEYING_TOKEN_SIZE, signature);
}

const char *
keying_publish(const struct keys *keys, char text[KEYING_TEXT])
{
	struct buf out;

	buf_init(&out, KEYING_TEXT - 1);
	keys_publish(keys, &out);
	snprintf(text, KEYING_TEXT, "%s", out.data);
	buf_free(&out);
	return text;
}

void
keying_list(const char *dir, struct key_info out[KEYS_MAX], size_t wanted)
{
	struct arena *a = arena_new(1 << 20);
	const char *why = "";
	size_t n = 99;

	CU_ASSERT_EQUAL(keys_list(dir, out, &n, a, &why), OK);
	CU_ASSERT_EQUAL_FATAL(n, wanted);
	arena_free(a);
}

enum err
keying_activate(const char *dir, const char *id, bool force, int64_t seconds)
{
	struct arena *a = arena_new(1 << 20);
	const char *why = NULL;
	enum err err =
	    keys_activate(dir, id, force, keying_at(seconds), a, &why);

	CU_ASSERT_EQUAL(err != OK, why != NULL && *why != '\0');
	arena_free(a);
	return err;
}

enum err
keying_retire(const char *dir, const char *id, bool force, int64_t seconds)
{
	struct arena *a = arena_new(1 << 20);
	const char *why = NULL;
	enum err err = keys_retire(
	    dir, id, force, KEYING_LIFETIME, keying_at(seconds), a, &why);

	CU_ASSERT_EQUAL(err != OK, why != NULL && *why != '\0');
	arena_free(a);
	return err;
}

static void
hush(struct scene *s)
{
	char file[KEYING_PATH + 8];
	int fd;

	snprintf(file, sizeof(file), "%s/log", s->dir);
	s->saved = dup(STDERR_FILENO);
	fd =
	    open(file, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	CU_ASSERT_TRUE_FATAL(fd >= 0 && s->saved >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

void
keying_set(struct scene *s)
{
	keying_make(s->dir);
	keying_create(s->dir, 0, s->one);
	keying_create(s->dir, 0, s->two);
	snprintf(s->pem[0], sizeof(s->pem[0]), "%s.pem", s->one);
	snprintf(s->pem[1], sizeof(s->pem[1]), "%s.pem", s->two);
	keying_read(s->dir, "keys", s->index);
	s->keys = keying_open(s->dir, 0);
	keys_sign(s->keys, KEYING_TOKEN, KEYING_TOKEN_SIZE, s->signature);
	CU_ASSERT_TRUE(keying_verifies(s->keys, s->one, s->signature));
	hush(s);
}

void
keying_strike(struct scene *s)
{
	dup2(s->saved, STDERR_FILENO);
	close(s->saved);
	keys_free(s->keys);
	keying_remove(s->dir);
}

enum err
keying_try(struct scene *s, char *why, size_t room)
{
	struct arena *a = arena_new(1 << 20);
	char id[KEY_ID_TEXT];
	const char *text = "";
	enum err err = keys_create(s->dir, keying_at(1), id, a, &text);

	snprintf(why, room, "%s", text);
	arena_free(a);
	return err;
}

size_t
keying_heard(struct scene *s)
{
	char text[KEYING_TEXT];
	size_t n = 0;

	keying_read(s->dir, "log", text);
	for (const char *p = text; *p != '\0'; p++)
		n += *p == '\n';
	CU_ASSERT_EQUAL(ftruncate(STDERR_FILENO, 0), 0);
	return n;
}
