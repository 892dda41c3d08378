/*
 * EXPORT_DIR: a file stands there whole under its name, or not at all. Only
 * the user that the parts of the installation run as may look into it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "privacy/model.h"

#define SUFFIX ".json"
#define MADE   ".new-" /* what is being written */
#define STALE  INT64_C(86400000000)

enum { FIRST_IDS = 64, NAME_LENGTH = UUID_TEXT - 1 };

/* With its parents. */
static bool
make_folder(struct arena *mem, const char *path)
{
	char *part = arena_strdup(mem, path);

	for (char *p = part + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return false;
		*p = '/';
	}
	return mkdir(part, 0700) == 0 || errno == EEXIST;
}

/* A name that moved survives a power cut only when its folder is synced. */
static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

static const char *
path_of(struct arena *mem, const struct config *config, struct uuid id)
{
	char text[UUID_TEXT];

	return arena_printf(
	    mem, "%s/%s" SUFFIX, config->EXPORT_DIR, uuid_format(&id, text));
}

bool
shelf_begin(struct arena *mem, const struct config *config, struct uuid id,
    struct sheet *s)
{
	char *made = arena_printf(mem, "%s/" MADE "XXXXXX", config->EXPORT_DIR);

	*s = (struct sheet){
	    .made = made, .final = path_of(mem, config, id), .fd = -1};
	if (!make_folder(mem, config->EXPORT_DIR))
		return false;
	s->fd = mkostemp(made, O_CLOEXEC); /* 0600 */
	return s->fd >= 0;
}

bool
shelf_write(struct sheet *s, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t done = write(s->fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

void
shelf_drop(struct sheet *s)
{
	int saved = errno;

	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	unlink(s->made);
	errno = saved;
}

bool
shelf_finish(const struct config *config, struct sheet *s)
{
	if (fsync(s->fd) != 0 || rename(s->made, s->final) != 0) {
		shelf_drop(s);
		return false;
	}
	close(s->fd);
	s->fd = -1;
	return sync_folder(config->EXPORT_DIR);
}

void
shelf_remove(struct arena *mem, const struct config *config, struct uuid id)
{
	unlink(path_of(mem, config, id));
}

/* "ID.json", as it was written. */
static bool
read_name(const char *name, struct uuid *id)
{
	char text[UUID_TEXT], why[80];

	if (strlen(name) != NAME_LENGTH + strlen(SUFFIX) ||
	    strcmp(name + NAME_LENGTH, SUFFIX) != 0)
		return false;
	memcpy(text, name, NAME_LENGTH);
	text[NAME_LENGTH] = '\0';
	return uuid_parse(text, id, why);
}

static void
remove_stale(DIR *dir, const char *name, struct timestamp now)
{
	struct stat st;

	if (strncmp(name, MADE, strlen(MADE)) != 0 ||
	    fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    (int64_t)st.st_mtime * 1000000 > now.us - STALE)
		return;
	unlinkat(dirfd(dir), name, 0);
}

bool
shelf_list(struct arena *mem, const struct config *config, struct timestamp now,
    struct uuid **ids, size_t *n)
{
	DIR *dir = opendir(config->EXPORT_DIR);
	const struct dirent *entry;
	size_t cap = FIRST_IDS;
	struct uuid *more;

	*n = 0;
	*ids = NEW_N(mem, struct uuid, cap);
	if (dir == NULL)
		return errno == ENOENT;
	while ((entry = readdir(dir)) != NULL) {
		remove_stale(dir, entry->d_name, now);
		if (*n == cap) {
			more = NEW_N(mem, struct uuid, cap * 2);
			memcpy(more, *ids, cap * sizeof(more[0]));
			*ids = more;
			cap *= 2;
		}
		if (read_name(entry->d_name, &(*ids)[*n]))
			(*n)++;
	}
	closedir(dir);
	return true;
}
