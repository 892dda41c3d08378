/*
 * /auth/refresh: a refresh token for the next one. Two tabs, or a client that
 * missed the answer, may show one token twice for a while and get the same
 * successor; later it was stolen, and the session ends.
 */
#include <string.h>

#include "auth/model.h"
#include "http/router.h"
#include "preferences/model.h"
#include "tasks/task.h"
#include "users/model.h"

#define SECOND INT64_C(1000000)

enum { GRACE_S = 30, DAY_S = 86400 };

struct shown {
	struct uuid session;
	int64_t generation;
	const char *transport;
};

/* A browser need not send again what is good for nothing. */
static enum err
no_session(struct ctx *c, const struct shown *shown)
{
	if (strcmp(shown->transport, "cookie") == 0)
		cookies_clear(c);
	/* No failure: that would drop the cookies' headers. */
	return refuse_code(c, ERR_UNAUTHORIZED, "refresh_expired",
	    "The session has ended: sign in again");
}

/* In the body or in the cookie; the body goes first. ERR_NOT_FOUND: neither. */
static enum err
read_token(struct ctx *c, struct shown *out)
{
	const struct refresh *in = INPUT(c, refresh);
	const char *text = in->refresh_token;
	enum err err = OK;

	out->transport = "bearer";
	if (text == NULL) {
		text = cookie_get(c, COOKIE_REFRESH);
		out->transport = "cookie";
		err = csrf_check_origin(c);
	}
	if (err)
		return err;
	if (text != NULL &&
	    refresh_read(c, text, &out->session, &out->generation))
		return OK;
	return ERR_NOT_FOUND;
}

/* Somebody else has it, or had it: nobody can tell who is who. */
static enum err
end_family(struct ctx *c, const struct session *s)
{
	struct session_ref about = {.user_id = s->user_id,
	    .session_id = s->id,
	    .device_name = s->device_name,
	    .user_agent = s->user_agent,
	    .ip = ctx_address(c),
	    .at = time_now()};
	enum err err = sessions_end(c->db, s->user_id, s->id);

	if (!err)
		err = preferences_speak(c, s->user_id, true, &about.locale);
	if (!err)
		err = task_later(c->db, &mail_refresh_reused, &about);
	if (err)
		return err;
	if (strcmp(s->transport, "cookie") == 0)
		cookies_clear(c);
	c->trail.refused = true;
	c->trail.actor = s->user_id;
	trail_object(c, "session", s->id);
	return refuse_code(c, ERR_UNAUTHORIZED, "refresh_reused",
	    "The token was used before: the session has been ended");
}

/* However much it is used. */
static int64_t
last_moment(const struct ctx *c, const struct session *s)
{
	return s->created_at.us + c->config->SESSION_MAX_DAYS * DAY_S * SECOND;
}

static enum err
rotate(struct ctx *c, struct session *s)
{
	struct timestamp now = time_now();
	int64_t idle = now.us + c->config->REFRESH_TOKEN_DAYS * DAY_S * SECOND;
	int64_t last = last_moment(c, s);

	s->generation++;
	s->rotated_at = now;
	s->last_seen_at = now;
	s->expires_at.us = idle < last ? idle : last;
	s->ip = ctx_address(c);
	return sessions_rotate(c->db, s);
}

/* The session, locked; ERR_NOT_FOUND when that token is not good for one. */
static enum err
find_session(struct ctx *c, const struct shown *shown, struct timestamp now,
    struct session *s)
{
	struct user u;
	enum err err = sessions_lock(c->db, shown->session, now, s);

	if (!err)
		err = users_by_id(c->db, s->user_id, &u);
	if (err)
		return err;
	if (!u.is_active || strcmp(s->transport, shown->transport) != 0 ||
	    shown->generation > s->generation || last_moment(c, s) <= now.us)
		return ERR_NOT_FOUND;
	return OK;
}

static enum err
refresh_tokens(struct ctx *c)
{
	struct timestamp now = time_now();
	struct shown shown;
	struct session s;
	enum err err;

	err = read_token(c, &shown);
	if (!err)
		err = find_session(c, &shown, now, &s);
	if (err == ERR_NOT_FOUND)
		return no_session(c, &shown);
	if (err)
		return err;
	if (shown.generation < s.generation - 1 ||
	    (shown.generation == s.generation - 1 &&
		now.us - s.rotated_at.us > GRACE_S * SECOND))
		return end_family(c, &s);
	if (shown.generation == s.generation)
		err = rotate(c, &s);
	if (err)
		return err;
	c->trail.actor = s.user_id;
	trail_object(c, "session", s.id);
	return auth_reply_tokens(c, &s);
}

static const struct route routes[] = {
    ROUTE(POST, "/auth/refresh", refresh_tokens, anyone, .in = &refresh,
	.out = &login_reply, .takes = TAKES_OPTIONAL, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN),
	.doc = "New tokens for a refresh token, which is then used up"),
};

DOMAIN(auth_refresh, "auth", "Sessions, devices and second factors", routes,
    .coded = true);
