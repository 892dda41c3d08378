/*
 * What is done about accounts after the request: mails with a link to set a
 * password, and the removal of what has expired.
 */
#include "http/ctx.h"
#include "preferences/model.h"
#include "tasks/mailing.h"
#include "tasks/task.h"
#include "tickets/model.h"
#include "users/model.h"

enum {
	PURGE_ROWS = 5000,
	PURGE_EVERY_S = 600,
	/* With the pauses between them, as long as the link would work. */
	MAIL_ATTEMPTS = 60
};

/* A mail to an account: who gets it, and the token in its link. */
struct letter {
	struct user user;
	const char *token;
	const char *locale;
};

/*
 * The token is made here, not by the request: a task holds no secret, and
 * what is stored of the token is its digest. Its row is committed before the
 * mail leaves. No account: t->state stays NULL, and there is nothing to send.
 */
static enum err
issue_token(struct task *t, enum err err, struct letter *l)
{
	struct ticket ticket;

	if (err == ERR_NOT_FOUND)
		return OK;
	if (err)
		return err;
	ticket = recovery_ticket(t->mem, t->config, l->user.id, &l->token);
	err = tickets_insert(t->db, &ticket);
	if (!err)
		t->state = l;
	return err;
}

static enum err
address_new_account(struct task *t)
{
	const struct mail_ref *whom = TASK_ARGS(t, mail_ref);
	struct letter *l = NEW(t->mem, struct letter);

	l->locale = whom->locale;
	return issue_token(t, users_by_id(t->db, whom->user_id, &l->user), l);
}

static enum err
address_recovery(struct task *t)
{
	const struct email_ref *whom = TASK_ARGS(t, email_ref);
	struct letter *l = NEW(t->mem, struct letter);
	enum err err = users_by_email(t->db, whom->email_key, &l->user);

	/* Not when it was asked for: who asks must not learn of the account. */
	if (!err)
		err = preferences_language(
		    t->db, t->templates, l->user.id, whom->locale, &l->locale);
	return issue_token(t, err, l);
}

static enum err
send(struct task *t, const char *template)
{
	const struct letter *l = t->state;
	struct account_mail mail;

	if (l == NULL)
		return OK;
	mail = recovery_mail(t->mem, t->config, &l->user, l->token);
	return task_mail(
	    t, template, l->locale, l->user.email, &account_mail, &mail);
}

static enum err
send_new_account(struct task *t)
{
	return send(t, "mail/new_account");
}

static enum err
send_recovery(struct task *t)
{
	return send(t, "mail/reset_password");
}

/* No account any more: nothing to confirm. */
static enum err
address_verify(struct task *t)
{
	const struct verify_ref *whom = TASK_ARGS(t, verify_ref);
	struct letter *l = NEW(t->mem, struct letter);
	struct ticket ticket;
	enum err err = users_by_id(t->db, whom->user_id, &l->user);

	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	ticket = ticket_new(t->mem, TICKET_EMAIL, l->user.id, whom->email,
	    t->config->EMAIL_RESET_TOKEN_EXPIRE_HOURS * 3600, &l->token);
	err = tickets_insert(t->db, &ticket);
	if (!err)
		t->state = l;
	return err;
}

static enum err
send_verify(struct task *t)
{
	const struct verify_ref *whom = TASK_ARGS(t, verify_ref);
	const struct letter *l = t->state;
	struct account_mail mail;

	if (l == NULL)
		return OK;
	mail = recovery_mail(t->mem, t->config, &l->user, l->token);
	mail.email = whom->email;
	mail.link = users_link(t->mem, t->config, "/verify-email", l->token);
	return task_mail(t, "mail/verify_email", whom->locale, whom->email,
	    &account_mail, &mail);
}

enum err
users_verify_later(struct ctx *c, struct uuid user_id, const char *email)
{
	struct verify_ref whom = {user_id, email, NULL};
	enum err err = preferences_speak(c, user_id, true, &whom.locale);

	return err ? err : task_later(c->db, &mail_verify_email, &whom);
}

static enum err
purge(struct task *t)
{
	bool more = false;
	enum err err;

	err = sessions_purge(t->db, time_now(), PURGE_ROWS, &more);
	return err || !more ? err : task_later(t->db, &purge_sessions, NULL);
}

TASK(mail_new_account, "mail_new_account", .template = "mail/new_account",
    .args = &mail_ref, .prepare = address_new_account, .work = send_new_account,
    .attempts = MAIL_ATTEMPTS,
    .doc = "The mail to somebody whom an administrator made an account");
TASK(mail_recovery, "mail_recovery", .template = "mail/reset_password",
    .args = &email_ref, .prepare = address_recovery, .work = send_recovery,
    .attempts = MAIL_ATTEMPTS,
    .doc = "The mail to somebody who forgot the password");
TASK(mail_verify_email, "mail_verify_email", .template = "mail/verify_email",
    .args = &verify_ref, .prepare = address_verify, .work = send_verify,
    .attempts = MAIL_ATTEMPTS,
    .doc = "The mail that asks to confirm an address");
TASK(purge_sessions, "purge_sessions", .handle = purge,
    .every_s = PURGE_EVERY_S, .doc = "Removes expired sessions");
