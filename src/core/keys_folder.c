/* The folder of the keys: what is read is bounded and nobody else's to write,
 * what is written is there whole or not at all. */
#include "core/keys_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/crypto.h"

#define INDEX_NAME "keys"
#define INDEX_NEW  "keys.new"
#define LOCK_NAME  ".lock"

/* Which bits of a mode are for the owner alone to have. */
enum { OTHERS_WRITE = 022, OTHERS = 077 };

/* With errno's words; `name` NULL: the folder. */
static enum err
failed(const struct key_folder *f, const char *name, const char *what,
    const char **why)
{
	enum err err = errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL;

	*why = arena_printf(f->mem, "%s%s%s cannot be %s: %m", f->path,
	    name != NULL ? "/" : "", name != NULL ? name : "", what);
	return err;
}

enum err
key_folder_open(struct key_folder *f, const char **why)
{
	struct stat st;

	f->lock = -1;
	f->fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0)
		return failed(f, NULL, "opened", why);
	if (fstat(f->fd, &st) == 0 && (st.st_mode & OTHERS_WRITE) == 0)
		return OK;
	key_folder_close(f);
	*why = arena_printf(f->mem,
	    "others than its owner can write in the folder %s: look what is "
	    "in it, and chmod it to 0700",
	    f->path);
	return ERR_INTERNAL;
}

enum err
key_folder_make(struct key_folder *f, const char **why)
{
	if (mkdir(f->path, 0700) == 0 || errno == EEXIST)
		return OK;
	(void)failed(f, NULL, "made", why);
	return ERR_INTERNAL;
}

void
key_folder_close(struct key_folder *f)
{
	if (f->lock >= 0)
		close(f->lock);
	close(f->fd);
	f->fd = f->lock = -1;
}

/*
 * What root makes belongs to the folder's owner: the workers run as somebody
 * who is not root, and have to read it.
 */
static bool
give_away(const struct key_folder *f, int fd)
{
	struct stat st;

	return geteuid() != 0 || (fstat(f->fd, &st) == 0 &&
				     fchown(fd, st.st_uid, st.st_gid) == 0);
}

static bool
wait_lock(int fd)
{
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

enum err
key_folder_lock(struct key_folder *f, const char **why)
{
	enum err err = key_folder_open(f, why);

	if (err)
		return err;
	f->lock = openat(
	    f->fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (f->lock >= 0 && give_away(f, f->lock) && wait_lock(f->lock))
		return OK;
	(void)failed(f, LOCK_NAME, "locked", why);
	key_folder_close(f);
	return ERR_INTERNAL;
}

/* The text is NULL when it is longer than `max`. */
static char *
read_all(struct arena *a, int fd, size_t max, size_t *n)
{
	char *text = NEW_N(a, char, max + 1);
	ssize_t got = 1;

	*n = 0;
	while (got > 0 && *n <= max) {
		got = read(fd, text + *n, max + 1 - *n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			*n += (size_t)got;
	}
	return got == 0 ? text : NULL;
}

/* A plain file of which `forbidden` is not allowed, in the folder's arena. */
static enum err
read_file(struct key_folder *f, const char *name, mode_t forbidden, size_t max,
    char **text, size_t *n, const char **why)
{
	/* A FIFO would keep us waiting, and a link lead elsewhere. */
	int fd = openat(f->fd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	*text = NULL;
	if (fd < 0)
		return failed(f, name, "read", why);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		*why = arena_printf(
		    f->mem, "%s/%s is no plain file", f->path, name);
	else if ((st.st_mode & forbidden) != 0)
		*why = arena_printf(f->mem,
		    "others than its owner can %s %s/%s: its mode has to be "
		    "0600",
		    forbidden == OTHERS ? "read" : "change", f->path, name);
	else if ((*text = read_all(f->mem, fd, max, n)) == NULL)
		*why = arena_printf(
		    f->mem, "%s/%s is too long, or breaks off", f->path, name);
	close(fd);
	return *text != NULL ? OK : ERR_INTERNAL;
}

static bool
write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, data, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		data += put;
		n -= (size_t)put;
	}
	return fsync(fd) == 0;
}

static enum err
write_file(struct key_folder *f, const char *name, const struct buf *text,
    const char **why)
{
	int fd = openat(f->fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = false;

	if (fd >= 0) {
		good = give_away(f, fd) && write_all(fd, text->data, text->len);
		good = close(fd) == 0 && good;
	}
	if (good)
		return OK;
	(void)failed(f, name, "written", why);
	if (fd >= 0)
		(void)unlinkat(f->fd, name, 0);
	return ERR_INTERNAL;
}

enum err
key_folder_index(
    struct key_folder *f, struct key_index *index, const char **why)
{
	const char *wrong;
	char *text;
	size_t n;
	enum err err;

	err = read_file(
	    f, INDEX_NAME, OTHERS_WRITE, KEY_INDEX_MAX, &text, &n, why);
	if (err)
		return err;
	wrong = key_index_parse(f->mem, text, n, index);
	if (wrong == NULL)
		return OK;
	*why = arena_printf(
	    f->mem, "%s/" INDEX_NAME " is damaged: %s", f->path, wrong);
	return ERR_INTERNAL;
}

enum err
key_folder_store(
    struct key_folder *f, const struct key_index *index, const char **why)
{
	struct buf text;
	enum err err;

	/* What a command left that was cut off. */
	(void)unlinkat(f->fd, INDEX_NEW, 0);
	buf_init(&text, KEY_INDEX_MAX);
	key_index_write(&text, index);
	err = write_file(f, INDEX_NEW, &text, why);
	buf_free(&text);
	if (err)
		return err;
	if (renameat(f->fd, INDEX_NEW, f->fd, INDEX_NAME) == 0 &&
	    fsync(f->fd) == 0)
		return OK;
	(void)failed(f, INDEX_NAME, "written", why);
	return ERR_INTERNAL;
}

static const char *
file_of(struct key_folder *f, const char *id)
{
	return arena_printf(f->mem, "%s.pem", id);
}

enum err
key_folder_load(struct key_folder *f, const char *id, struct key_pair **pair,
    const char **why)
{
	const char *name = file_of(f, id);
	char *text;
	size_t n;
	enum err err;

	*pair = NULL;
	err = read_file(f, name, OTHERS, KEY_FILE_MAX, &text, &n, why);
	if (err)
		return err;
	*pair = key_pair_parse(text, n);
	crypto_wipe(text, n);
	if (*pair != NULL && strcmp(key_pair_id(*pair), id) == 0)
		return OK;
	*why = arena_printf(f->mem,
	    *pair == NULL ? "%s/%s is no P-256 private key in PEM"
			  : "%s/%s is another key than its name says",
	    f->path, name);
	key_pair_free(*pair);
	*pair = NULL;
	return ERR_INTERNAL;
}

enum err
key_folder_add(
    struct key_folder *f, const struct key_pair *pair, const char **why)
{
	struct buf text;
	enum err err;

	buf_init(&text, KEY_FILE_MAX);
	key_pair_write(pair, &text);
	err = write_file(f, file_of(f, key_pair_id(pair)), &text, why);
	crypto_wipe(text.data, text.len);
	buf_free(&text);
	return err;
}

enum err
key_folder_remove(struct key_folder *f, const char *id, const char **why)
{
	if (unlinkat(f->fd, file_of(f, id), 0) == 0 || errno == ENOENT)
		return OK;
	(void)failed(f, file_of(f, id), "deleted", why);
	return ERR_INTERNAL;
}
