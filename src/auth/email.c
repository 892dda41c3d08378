/*
 * /auth/email: whether the address of an account is its owner's, and another
 * one in its place. The new address takes effect once it was confirmed.
 */
#include <string.h>

#include "auth/access.h"
#include "core/email.h"
#include "http/router.h"
#include "preferences/model.h"
#include "tasks/task.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

static enum err
read_email(struct ctx *c)
{
	struct email_state out;
	struct user u;
	enum err err = users_by_id(c->db, c->user_id, &u);

	if (err)
		return err;
	out = (struct email_state){u.email, u.verified_at.us != 0};
	return reply(c, &out);
}

static enum err
refuse_taken(struct ctx *c)
{
	return fail_code(
	    c, ERR_CONFLICT, "email_taken", "Another account has this address");
}

/* Nobody's yet, or the caller's own in other letters. */
static enum err
check_free(struct ctx *c, const char *key)
{
	struct user other;
	enum err err = users_by_email(c->db, key, &other);

	if (err == ERR_NOT_FOUND)
		return OK;
	if (err)
		return err;
	return uuid_equal(&other.id, &c->user_id) ? OK : refuse_taken(c);
}

static enum err
ask_new(struct ctx *c, const struct user *u, const char *address)
{
	struct email_change change = {u->id, u->email, address, NULL};
	enum err err = check_free(c, email_fold(c->mem, address));

	if (!err)
		err = preferences_speak(c, u->id, true, &change.locale);
	return err ? err : task_later(c->db, &mail_new_email, &change);
}

static enum err
ask_current(struct ctx *c, const struct user *u)
{
	if (u->verified_at.us != 0)
		return fail_code(c, ERR_CONFLICT, "already_verified",
		    "The address is confirmed already");
	return users_verify_later(c, u->id, u->email);
}

static enum err
request_verification(struct ctx *c)
{
	const struct verify_request *in = INPUT(c, verify_request);
	const char *address = in->new_email, *key;
	struct user u;
	enum err err = users_lock(c->db, c->user_id, &u);

	if (err)
		return err;
	if (address == NULL)
		address = u.email;
	key = email_fold(c->mem, address);
	err = throttle_check(c, THROTTLE_RECOVERY, key);
	if (!err)
		err = throttle_count(c, THROTTLE_RECOVERY, key);
	if (!err && strcmp(address, u.email) == 0)
		err = ask_current(c, &u);
	else if (!err)
		err = ask_new(c, &u, address);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	return reply_message(c, "We sent a link to that address: follow it to "
				"confirm the address");
}

/*
 * What the ticket makes of the account's address; ERR_NOT_FOUND when the
 * account has another one by now than when it was asked for.
 */
static enum err
confirm(struct ctx *c, const struct ticket *t, const struct user *u,
    struct user_patch *p)
{
	size_t n = strlen(u->email);

	*p = (struct user_patch){.id = u->id, .verified_at = time_now()};
	if (strcmp(t->data, u->email) == 0)
		return OK;
	if (strncmp(t->data, u->email, n) != 0 || t->data[n] != '\n')
		return ERR_NOT_FOUND;
	p->email = t->data + n + 1;
	p->email_key = email_fold(c->mem, p->email);
	return OK;
}

static enum err
find_ticket(struct ctx *c, struct ticket *t, struct user *u)
{
	const char *digest =
	    ticket_digest(c->mem, INPUT(c, token_input)->token);
	struct timestamp now = time_now();
	enum err err = tickets_find(c->db, TICKET_EMAIL, digest, now, t);

	if (!err)
		err = users_lock(c->db, t->user_id, u);
	if (!err)
		err = tickets_use(c->db, TICKET_EMAIL, digest, now);
	return !err && !u->is_active ? ERR_NOT_FOUND : err;
}

static enum err
verify_email(struct ctx *c)
{
	struct email_state before, after;
	struct user_patch p;
	struct ticket t;
	struct user u;
	enum err err = find_ticket(c, &t, &u);

	if (!err)
		err = confirm(c, &t, &u, &p);
	if (err == ERR_NOT_FOUND)
		return fail_code(c, ERR_BAD_REQUEST, "invalid_token",
		    "The link has been used or has expired");
	if (!err)
		err = users_update(c->db, &p);
	if (err == ERR_CONFLICT)
		return refuse_taken(c);
	if (!err && p.email != NULL)
		err = users_leave_address(c, &u, &p);
	if (err)
		return err;
	before = (struct email_state){u.email, u.verified_at.us != 0};
	after = (struct email_state){p.email != NULL ? p.email : u.email, true};
	c->trail.actor = u.id;
	trail_object(c, "user", u.id);
	trail_change(c, &email_state, &before, &after);
	return reply_message(c, "The address is confirmed");
}

static const struct route routes[] = {
    ROUTE(GET, "/auth/email", read_email, active_user, .out = &email_state,
	.tx = TX_READ, .doc = "The own address, and whether it is confirmed"),
    ROUTE(POST, "/auth/email/verify-request", request_verification,
	session_user, .in = &verify_request, .out = &message,
	.takes = TAKES_OPTIONAL, .tx = TX_WRITE, .status = 202,
	.refusals = ERRORS_OF(ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "Ask for a mail with a link that confirms the own address, or "
	       "a new one in its place"),
    ROUTE(POST, "/auth/email/verify", verify_email, anyone, .in = &token_input,
	.out = &message, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_CONFLICT),
	.doc = "Confirm an address with the token of that mail"),
};

DOMAIN(auth_email, "auth", "Sessions, devices and second factors", routes,
    .coded = true);
