/* Mail as files for a developer, or for an installation without a mail server:
 * MAIL_DIR/YYYYMMDDTHHMMSS-ID.eml, whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/email.h"
#include "services/mail_part.h"

struct folder {
	struct mailer mailer;
	const char *path;
	struct message_sender from;
};

/* With its parents; only their owner may look into those that are made. */
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

/* The same for each try of a mail: a later one replaces an earlier. */
static const char *
name_of(struct arena *mem, const struct mail *m)
{
	struct civil c = time_to_civil(m->date);

	return arena_printf(mem, "%04d%02d%02dT%02d%02d%02d-%s.eml", c.year,
	    c.month, c.day, c.hour, c.minute, c.second, m->id);
}

static bool
write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return fsync(fd) == 0;
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

/* False: errno. Nobody ever sees a part of the file under its name. */
static bool
store(struct arena *mem, const char *path, const char *name,
    const struct buf *message)
{
	char *made = arena_printf(mem, "%s/.new-XXXXXX", path);
	const char *final = arena_printf(mem, "%s/%s", path, name);
	int fd = mkostemp(made, O_CLOEXEC);
	bool good;
	int saved;

	if (fd < 0)
		return false;
	good = write_all(fd, message->data, message->len);
	saved = errno;
	if (close(fd) != 0 && good) {
		saved = errno;
		good = false;
	}
	if (good && rename(made, final) == 0)
		return sync_folder(path);
	if (good)
		saved = errno;
	unlink(made);
	errno = saved;
	return false;
}

static const char *
complain(struct arena *mem, const char *path, int code)
{
	errno = code;
	return arena_printf(mem,
	    "Mail cannot be written into MAIL_DIR (%s): %m. Make it a folder "
	    "that this user may write to, or set SMTP_HOST.",
	    path);
}

static enum err
save(struct mailer *mailer, struct arena *mem, const struct mail *m,
    int timeout_ms, const char **why)
{
	struct folder *f = (struct folder *)mailer;
	const char *to = email_to_ascii(mem, m->to);
	struct buf message;
	enum err err;

	(void)timeout_ms;
	buf_init(&message, MESSAGE_MAX);
	err = message_compose(
	    mem, &message, m, to == NULL ? m->to : to, &f->from, why);
	if (err == OK && (!make_folder(mem, f->path) ||
			     !store(mem, f->path, name_of(mem, m), &message))) {
		*why = complain(mem, f->path, errno);
		err = ERR_BUSY;
	}
	buf_free(&message);
	return err;
}

static void
leave(struct mailer *mailer)
{
	(void)mailer;
}

struct mailer *
mail_file_new(struct arena *mem, const struct config *c,
    const struct message_sender *from, const char **why)
{
	struct folder *f = NEW(mem, struct folder);

	if (*c->MAIL_DIR == '\0') {
		*why = "Mail has nowhere to go: set SMTP_HOST and "
		       "EMAILS_FROM_EMAIL, or MAIL_DIR.";
		return NULL;
	}
	f->mailer = (struct mailer){.send = save, .close = leave};
	f->path = c->MAIL_DIR;
	f->from = *from;
	if (make_folder(mem, f->path) && sync_folder(f->path) &&
	    access(f->path, W_OK | X_OK) == 0)
		return &f->mailer;
	*why = complain(mem, f->path, errno);
	return NULL;
}
