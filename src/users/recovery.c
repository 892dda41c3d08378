/*
 * Forgotten passwords. What is done and answered for an address is the same
 * whether it has an account or not: only the task that sends the mail looks.
 */
#include <string.h>

#include "core/email.h"
#include "core/template.h"
#include "http/dispatch.h"
#include "http/router.h"
#include "preferences/model.h"
#include "tasks/task.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/forms.h"

struct reset {
	struct user user;
	const char *digest;
	const char *new_hash;
};

static enum err
recover_password(struct ctx *c)
{
	const struct email_path *in = INPUT(c, email_path);
	const struct email_ref whom = {
	    email_fold(c->mem, in->email), preferences_asked(c)};
	enum err err;

	err = throttle_check(c, THROTTLE_RECOVERY, whom.email_key);
	if (!err)
		err = throttle_count(c, THROTTLE_RECOVERY, whom.email_key);
	if (!err)
		err = task_later(c->db, &mail_recovery, &whom);
	return err ? err
		   : reply_message(c, "If that email is registered, we sent a "
				      "password recovery link");
}

static enum err
find_token(struct ctx *c)
{
	const struct new_password *in = INPUT(c, new_password);
	struct reset *r = NEW(c->mem, struct reset);
	struct ticket ticket;
	enum err err;

	c->state = r;
	r->digest = ticket_digest(c->mem, in->token);
	err = tickets_find(
	    c->db, TICKET_RECOVERY, r->digest, time_now(), &ticket);
	if (!err)
		err = users_by_id(c->db, ticket.user_id, &r->user);
	if (err == ERR_NOT_FOUND)
		return fail(c, ERR_BAD_REQUEST, "Invalid token");
	if (!err && !r->user.is_active)
		return fail(c, ERR_BAD_REQUEST, "Inactive user");
	return err;
}

static enum err
hash_new_password(struct ctx *c)
{
	const struct new_password *in = INPUT(c, new_password);
	struct password_cost cost = users_password_cost(c->config);
	struct reset *r = c->state;
	enum err err;

	err = users_check_password(c, "new_password", in->new_password,
	    r->user.email, r->user.full_name);
	if (err)
		return err;
	r->new_hash = password_hash(c->mem, &cost, in->new_password);
	return OK;
}

static enum err
reset_password(struct ctx *c)
{
	const struct reset *r = c->state;
	const struct timestamp now = time_now();
	/* Who reads its mail has confirmed the address, too. */
	const struct user_patch p = {.id = r->user.id,
	    .password = r->new_hash,
	    .verified_at =
		r->user.verified_at.us != 0 ? r->user.verified_at : now};
	const struct uuid none = {{0}};
	enum err err;

	err = tickets_use(c->db, TICKET_RECOVERY, r->digest, now);
	if (err == ERR_NOT_FOUND)
		return fail(c, ERR_BAD_REQUEST, "Invalid token");
	if (!err)
		err = users_update(c->db, &p);
	if (!err)
		err = users_changed(c->db, r->user.id, none);
	if (!err)
		err = throttle_forgive(
		    c, THROTTLE_LOGIN, email_fold(c->mem, r->user.email));
	if (err)
		return err;
	c->trail.actor = r->user.id;
	trail_object(c, "user", r->user.id);
	trail_change(c, &user_secret_change, &(struct user){0},
	    &(struct user){.password = r->new_hash});
	return reply_message(c, "Password updated successfully");
}

/* A header takes no control characters. */
static const char *
one_line(struct arena *mem, const char *text)
{
	char *line = arena_strdup(mem, text);

	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return line;
}

/* The link shown leads nowhere: looking at a mail gives no access. */
static enum err
recover_password_html_content(struct ctx *c)
{
	const struct email_path *in = INPUT(c, email_path);
	const struct templates *t = c->app->templates;
	struct account_mail mail;
	struct user u;
	const char *html, *language;
	enum err err;

	err = users_by_email(c->db, email_fold(c->mem, in->email), &u);
	if (err == ERR_NOT_FOUND)
		return fail(c, err,
		    "The user with this username does not exist in the "
		    "system.");
	if (!err)
		err = preferences_speak(c, u.id, false, &language);
	if (err)
		return err;
	mail = recovery_mail(c->mem, c->config, &u, "preview");
	html = template_render(t, c->mem, "mail/reset_password.html", language,
	    &account_mail, &mail);
	/* The colon in the name is what clients know. */
	c->headers = arena_printf(c->mem, "subject:: %s\r\n",
	    one_line(c->mem,
		template_render(t, c->mem, "mail/reset_password.subject",
		    language, &account_mail, &mail)));
	return reply_text(c, "text/html; charset=utf-8", html, strlen(html));
}

static const struct route routes[] = {
    ROUTE(POST, "/password-recovery/{email}", recover_password, anyone,
	.in = &email_path, .out = &message, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_TOO_MANY),
	.doc = "Ask for a mail with a link to set a new password"),
    ROUTE(POST, "/reset-password/", reset_password, anyone,
	.prepare = find_token, .work = hash_new_password, .lane = LANE_HASH,
	.in = &new_password, .out = &message, .takes = TAKES_JSON_LAX,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_BAD_REQUEST),
	.doc = "Set a new password with the token of that mail"),
    ROUTE(POST, "/password-recovery-html-content/{email}",
	recover_password_html_content, perm(perm_users), .in = &email_path,
	.type = "text/html", .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "How the mail would look, with a link that leads nowhere"),
};

DOMAIN(recovery, "login", "Signing in", routes);
