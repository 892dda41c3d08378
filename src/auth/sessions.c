/*
 * /auth/sessions: where somebody is signed in, and the end of that.
 */
#include <string.h>

#include "auth/model.h"
#include "http/router.h"
#include "tickets/model.h"
#include "users/model.h"

static enum err
no_session(struct ctx *c)
{
	return fail_code(
	    c, ERR_NOT_FOUND, "not_found", "There is no such session");
}

static enum err
read_sessions(struct ctx *c)
{
	struct session *row;
	struct listing out;
	enum err err;

	err = sessions_list(c->db, c->user_id, time_now(), &out.data);
	if (err)
		return err;
	row = (struct session *)(uintptr_t)out.data.rows;
	for (size_t i = 0; i < out.data.n; i++)
		row[i].current = uuid_equal(&row[i].id, &c->session);
	out.count = (int64_t)out.data.n;
	return reply(c, &out);
}

static enum err
update_session(struct ctx *c)
{
	const struct session_rename *in = INPUT(c, session_rename);
	struct session was, s;
	enum err err;

	err = sessions_by_id(c->db, c->user_id, in->id, time_now(), &was);
	if (!err)
		err =
		    sessions_rename(c->db, c->user_id, in->id, in->device_name);
	if (err == ERR_NOT_FOUND)
		return no_session(c);
	if (err)
		return err;
	s = was;
	s.device_name = in->device_name;
	s.current = was.current = uuid_equal(&s.id, &c->session);
	trail_object(c, "session", s.id);
	trail_change(c, &session_list, &was, &s);
	return reply(c, &s);
}

static enum err
end_one(struct ctx *c, struct uuid id)
{
	enum err err = sessions_end(c->db, c->user_id, id);

	if (err == ERR_NOT_FOUND)
		return no_session(c);
	if (err)
		return err;
	if (uuid_equal(&id, &c->session))
		if (c->via == VIA_COOKIE)
			cookies_clear(c);
	trail_object(c, "session", id);
	return OK;
}

static enum err
delete_session(struct ctx *c)
{
	return end_one(c, INPUT(c, id_path)->id);
}

static enum err
log_out(struct ctx *c)
{
	return end_one(c, c->session);
}

static enum err
delete_sessions(struct ctx *c)
{
	const struct uuid none = {{0}};
	bool others = INPUT(c, sessions_others)->others;
	struct revoked out;
	enum err err;

	err = sessions_end_others(
	    c->db, c->user_id, others ? c->session : none, &out.revoked);
	if (err)
		return err;
	if (!others)
		if (c->via == VIA_COOKIE)
			cookies_clear(c);
	trail_object(c, "user", c->user_id);
	return reply(c, &out);
}

/* The link in the mail about a new device: whoever reads it may end that. */
static enum err
end_session_by_link(struct ctx *c)
{
	const char *digest =
	    ticket_digest(c->mem, INPUT(c, token_input)->token);
	struct timestamp now = time_now();
	struct ticket ticket;
	struct uuid id;
	char why[80];
	enum err err;

	err = tickets_find(c->db, TICKET_SESSION, digest, now, &ticket);
	if (!err)
		err = tickets_use(c->db, TICKET_SESSION, digest, now);
	if (!err && !uuid_parse(ticket.data, &id, why))
		err = ERR_NOT_FOUND;
	if (err == ERR_NOT_FOUND)
		return fail_code(c, ERR_BAD_REQUEST, "invalid_token",
		    "The link has been used or has expired");
	if (!err)
		err = sessions_end(c->db, ticket.user_id, id);
	if (err && err != ERR_NOT_FOUND)
		return err;
	c->trail.actor = ticket.user_id;
	trail_object(c, "session", id);
	return reply_message(c, "The session has ended");
}

static enum err
read_csrf(struct ctx *c)
{
	const struct csrf_reply out = {csrf_token(c, c->session)};

	if (c->via != VIA_COOKIE)
		return fail_code(c, ERR_FORBIDDEN, "cookie_required",
		    "Only a session in a cookie needs this");
	return reply(c, &out);
}

static const struct route routes[] = {
    ROUTE(GET, "/auth/sessions", read_sessions, session_user,
	.out = &sessions_public, .tx = TX_READ,
	.doc = "Where the account is signed in"),
    ROUTE(DELETE, "/auth/sessions", delete_sessions, session_user,
	.in = &sessions_others, .out = &revoked, .tx = TX_WRITE,
	.doc = "End the other sessions, or with others=false all of them"),
    ROUTE(PATCH, "/auth/sessions/{id}", update_session, session_user,
	.in = &session_rename, .out = &session_list, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "Name a device"),
    ROUTE(DELETE, "/auth/sessions/{id}", delete_session, session_user,
	.in = &id_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "End a session"),
    ROUTE(POST, "/auth/sessions/end", end_session_by_link, anyone,
	.in = &token_input, .out = &message, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST),
	.doc = "End a session with the link in the mail about it"),
    ROUTE(POST, "/auth/logout", log_out, session_user, .tx = TX_WRITE,
	.status = 204, .refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "End the own session"),
    ROUTE(GET, "/auth/csrf", read_csrf, session_user, .out = &csrf_reply,
	.tx = TX_READ,
	.doc = "What X-CSRF-Token must say in requests with cookies"),
};

DOMAIN(auth_sessions, "auth", "Sessions, devices and second factors", routes,
    .coded = true);
