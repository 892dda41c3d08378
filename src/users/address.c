/*
 * An account that has another address now: what the old one still could do
 * ends, and it is told, whoever made the change and however.
 */
#include <string.h>

#include "core/email.h"
#include "http/ctx.h"
#include "preferences/model.h"
#include "tasks/mailing.h"
#include "tasks/task.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

enum {
	/* With the pauses between them, about two days. */
	ATTEMPTS = 60
};

/* One mail fewer where there were many: nobody is to fill a mailbox. */
static enum err
tell(struct ctx *c, const struct user *was, const char *key)
{
	/* By the owner, or by a link that only the owner has. */
	bool own =
	    uuid_is_nil(&c->user_id) || uuid_equal(&was->id, &c->user_id);
	struct verify_ref old = {was->id, was->email, NULL};
	enum err err = throttle_check(c, THROTTLE_RECOVERY, key);

	if (err == ERR_TOO_MANY) {
		c->detail = c->code = NULL;
		c->retry_s = 0;
		return OK;
	}
	if (!err)
		err = throttle_count(c, THROTTLE_RECOVERY, key);
	if (!err)
		err = preferences_speak(c, was->id, own, &old.locale);
	return err ? err : task_later(c->db, &mail_email_changed, &old);
}

enum err
users_leave_address(
    struct ctx *c, const struct user *was, const struct user_patch *p)
{
	const char *key = email_fold(c->mem, was->email);
	enum err err = tickets_end(c->db, was->id, TICKET_RECOVERY);

	if (!err)
		err = tickets_end(c->db, was->id, TICKET_EMAIL);
	/* In other letters it is the same mailbox. */
	if (err || strcmp(key, p->email_key) == 0)
		return err;
	return tell(c, was, key);
}

/* The old address need not hear which one came after it. */
static enum err
send_email_changed(struct task *t)
{
	const struct config *config = t->config;
	const struct account_mail mail = {.project_name = config->PROJECT_NAME,
	    .email = TASK_ARGS(t, verify_ref)->email,
	    .link = config->FRONTEND_HOST,
	    .site = config->FRONTEND_HOST};

	return task_mail(t, "mail/email_changed",
	    TASK_ARGS(t, verify_ref)->locale, mail.email, &account_mail, &mail);
}

TASK(mail_email_changed, "mail_email_changed", .template = "mail/email_changed",
    .args = &verify_ref, .work = send_email_changed, .attempts = ATTEMPTS,
    .doc = "The mail to the old address of an account that has a new one");
