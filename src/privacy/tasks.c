/*
 * Making the file of an export, telling its owner, and taking it away again.
 */
#include "preferences/model.h"
#include "privacy/model.h"
#include "tasks/mailing.h"
#include "tasks/task.h"
#include "users/model.h"

enum { PURGE_ROWS = 1000, PURGE_EVERY_S = 600, WRITE_S = 600 };

#define HOUR INT64_C(3600000000)

/* An export that is to be made, and what became of it. */
struct made {
	struct export export;
	int64_t size;
};

/* Files that belong to no row any more. */
struct waste {
	struct uuid *ids;
	size_t n;
};

static const struct uuid anybody = {{0}};

/*
 * All of it is read in one phase. No row: the account is gone, or another run
 * was slower than the file is kept; t->state stays NULL.
 */
static enum err
write_file(struct task *t)
{
	const struct export_ref *job = TASK_ARGS(t, export_ref);
	struct made *m = NEW(t->mem, struct made);
	enum err err =
	    exports_by_id(t->db, anybody, job->export_id, &m->export);

	if (!err)
		err = archive_write(t, &m->export, &m->size);
	if (!err)
		t->state = m;
	return err == ERR_NOT_FOUND ? OK : err;
}

/* It is kept from now on: its owner may have waited. */
static enum err
finish(struct task *t)
{
	const struct made *m = t->state;
	struct timestamp expires = time_now();
	struct mail_ref owner = {{{0}}, NULL};
	enum err err;

	if (m == NULL)
		return OK;
	expires.us += t->config->EXPORT_KEEP_HOURS * HOUR;
	err = exports_finish(t->db, m->export.id, m->size, expires);
	if (err == ERR_NOT_FOUND) {
		shelf_remove(t->mem, t->config, m->export.id);
		return OK;
	}
	owner.user_id = m->export.user_id;
	if (!err)
		err = preferences_language(t->db, t->templates, owner.user_id,
		    TASK_ARGS(t, export_ref)->locale, &owner.locale);
	return err ? err : task_later(t->db, &mail_export_ready, &owner);
}

static enum err
address(struct task *t)
{
	const struct mail_ref *whom = TASK_ARGS(t, mail_ref);
	struct user *u = NEW(t->mem, struct user);
	enum err err = users_by_id(t->db, whom->user_id, u);

	if (!err)
		t->state = u;
	return err == ERR_NOT_FOUND ? OK : err;
}

/* No token in it: who fetches the file signs in. */
static enum err
send(struct task *t)
{
	const struct user *u = t->state;
	struct account_mail mail;

	if (u == NULL)
		return OK;
	mail = (struct account_mail){.project_name = t->config->PROJECT_NAME,
	    .email = u->email,
	    .full_name = u->full_name,
	    .link = t->config->FRONTEND_HOST,
	    .valid_hours = t->config->EXPORT_KEEP_HOURS,
	    .site = t->config->FRONTEND_HOST};
	return task_mail(t, "mail/export_ready", TASK_ARGS(t, mail_ref)->locale,
	    u->email, &account_mail, &mail);
}

/* The rows, and whose files are left: those of deleted accounts as well. */
static enum err
find_waste(struct task *t)
{
	struct waste *w = NEW(t->mem, struct waste);
	struct timestamp now = time_now();
	bool more = false;
	struct export e;
	size_t i, n;
	enum err err;

	/* First the files: each of them had its row before it was there. */
	if (!shelf_list(t->mem, t->config, now, &w->ids, &n))
		return task_fail(t, ERR_BUSY,
		    "EXPORT_DIR (%s) cannot be read: %m",
		    t->config->EXPORT_DIR);
	err = exports_purge(t->db, now, PURGE_ROWS, &more);
	for (i = 0; i < n && !err; i++) {
		err = exports_by_id(t->db, anybody, w->ids[i], &e);
		if (err != ERR_NOT_FOUND)
			continue;
		w->ids[w->n++] = w->ids[i];
		err = OK;
	}
	if (!err && more)
		err = task_later(t->db, &purge_exports, NULL);
	t->state = w;
	return err;
}

static enum err
remove_waste(struct task *t)
{
	const struct waste *w = t->state;

	for (size_t i = 0; i < w->n; i++)
		shelf_remove(t->mem, t->config, w->ids[i]);
	return OK;
}

TASK(export_account, "export_account", .args = &export_ref,
    .prepare = write_file, .handle = finish, .deadline_s = WRITE_S,
    .doc = "Writes the file that an account asked for of its own data");
TASK(mail_export_ready, "mail_export_ready", .template = "mail/export_ready",
    .args = &mail_ref, .prepare = address, .work = send,
    .doc = "The mail that says that such a file is ready");
TASK(purge_exports, "purge_exports", .prepare = find_waste,
    .work = remove_waste, .every_s = PURGE_EVERY_S,
    .doc = "Removes such files after EXPORT_KEEP_HOURS");
