/*
 * What happens once somebody has shown who it is, by whatever means: is there
 * more to show, is the device known, which tokens are given.
 */
#include <string.h>

#include "auth/factors.h"
#include "core/crypto.h"
#include "core/email.h"
#include "core/utf8.h"
#include "http/router.h"
#include "preferences/model.h"
#include "tasks/task.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

#define SECOND INT64_C(1000000)

enum {
	MFA_S = 300,
	RECENT_S = 600,
	DEVICE_S = 365 * 86400,
	AGENT_MAX = 255,
	DAY_S = 86400
};

/* As much of the header as the column holds; NULL when it is no text. */
static const char *
user_agent(struct ctx *c)
{
	const char *text = ctx_header(c, "user-agent");
	size_t n;

	if (text == NULL || *text == '\0')
		return NULL;
	for (n = 0; n < AGENT_MAX && text[n] != '\0'; n++)
		if (text[n] < ' ' || text[n] > '~')
			return NULL;
	return arena_copy(c->mem, text, n);
}

/* What the client keeps; in a browser a cookie does. */
static struct uuid
device_id(struct ctx *c, const struct device *d)
{
	struct uuid id = d->device_id;
	const char *text;
	char why[80];

	if (!uuid_is_nil(&id) || strcmp(d->transport, "cookie") != 0)
		return id;
	text = cookie_get(c, COOKIE_DEVICE);
	if (text == NULL || !uuid_parse(text, &id, why))
		id = uuid_new();
	return id;
}

/* Whether to tell the owner: not of the first device of all. */
static enum err
note_device(struct ctx *c, const struct session *s, bool *tell)
{
	const char *key = c->config->SECRET_KEY;
	const char *agent = s->user_agent != NULL ? s->user_agent : "";
	const char *id_mark = NULL;
	char text[UUID_TEXT];
	bool known, first;
	enum err err;

	if (!uuid_is_nil(&s->device_id))
		id_mark = crypto_keyed_digest(
		    c->mem, key, "device", uuid_format(&s->device_id, text));
	err = devices_note(c->db, s->user_id, id_mark,
	    crypto_keyed_digest(c->mem, key, "agent", agent), s->created_at,
	    &known, &first);
	*tell = !err && !known && !first;
	return err;
}

static enum err
tell_owner(struct ctx *c, const struct session *s)
{
	struct session_ref about = {.user_id = s->user_id,
	    .session_id = s->id,
	    .device_name = s->device_name,
	    .user_agent = s->user_agent,
	    .ip = s->ip,
	    .at = s->created_at};
	enum err err = preferences_speak(c, s->user_id, true, &about.locale);

	return err ? err : task_later(c->db, &mail_new_device, &about);
}

enum err
auth_begin_session(struct ctx *c, const struct sign_in *in,
    struct timestamp expires, struct session *s)
{
	struct timestamp now = time_now();
	const struct user *u = in->user;
	bool tell = false;
	enum err err;

	*s = (struct session){.id = uuid_new(),
	    .user_id = u->id,
	    .created_at = now,
	    .expires_at = expires,
	    .transport = in->device.transport,
	    .device_id = device_id(c, &in->device),
	    .device_name = in->device.device_name,
	    .user_agent = user_agent(c),
	    .ip = ctx_address(c),
	    .last_seen_at = now,
	    .proven_at = now};
	err = sessions_insert(c->db, s, in->phc, in->strong);
	if (!err)
		err = note_device(c, s, &tell);
	if (!err && tell)
		err = tell_owner(c, s);
	if (!err)
		err = throttle_forgive(
		    c, THROTTLE_LOGIN, email_fold(c->mem, u->email));
	if (err)
		return err;
	c->trail.actor = u->id;
	trail_object(c, "session", s->id);
	return OK;
}

enum err
auth_refuse_unverified(struct ctx *c, const struct user *u)
{
	const char *key = email_fold(c->mem, u->email);
	enum err err = throttle_check(c, THROTTLE_RECOVERY, key);

	if (!err)
		err = throttle_count(c, THROTTLE_RECOVERY, key);
	if (!err)
		err = users_verify_later(c, u->id, u->email);
	/* One mail fewer, but the reason is the same. */
	if (err && err != ERR_TOO_MANY)
		return err;
	c->retry_s = 0;
	return refuse_code(c, c->coded ? ERR_FORBIDDEN : ERR_BAD_REQUEST,
	    c->coded ? "email_unverified" : NULL,
	    "The address is not confirmed yet: follow the link in the mail "
	    "that was sent to it");
}

static enum err
ask_for_factor(struct ctx *c, const struct sign_in *s)
{
	struct login_reply out = {.mfa_required = true, .expires_in = MFA_S};
	struct ticket ticket;
	enum err err;

	err = auth_methods(c, s->user->id, &out.methods);
	if (err)
		return err;
	ticket = ticket_new(c->mem, TICKET_MFA, s->user->id,
	    mfa_data(c->mem, &s->device), MFA_S, &out.mfa_token);
	err = tickets_insert(c->db, &ticket);
	if (err)
		return err;
	c->trail.actor = s->user->id;
	trail_object(c, "user", s->user->id);
	return reply(c, &out);
}

/* When a session that is refreshed now ends by itself. */
static struct timestamp
session_end(const struct config *config, struct timestamp began)
{
	int64_t idle =
	    time_now().us + config->REFRESH_TOKEN_DAYS * DAY_S * SECOND;
	int64_t last = began.us + config->SESSION_MAX_DAYS * DAY_S * SECOND;

	return (struct timestamp){idle < last ? idle : last};
}

static void
set_cookies(struct ctx *c, const struct session *s, const char *access,
    int64_t access_s, const char *renewal)
{
	int64_t left = (s->expires_at.us - time_now().us) / SECOND;
	char id[UUID_TEXT];

	cookie_set(c, COOKIE_ACCESS, access, access_s);
	cookie_set(c, COOKIE_REFRESH, renewal, left);
	cookie_set(c, COOKIE_DEVICE, uuid_format(&s->device_id, id), DEVICE_S);
}

enum err
auth_reply_tokens(struct ctx *c, const struct session *s)
{
	struct timestamp now = time_now();
	int64_t lifetime = c->config->ACCESS_TOKEN_SECONDS;
	int64_t left = (s->expires_at.us - now.us) / SECOND;
	struct login_reply out = {.token_type = "bearer"};
	struct session shown = *s;
	const char *access, *renewal;

	if (lifetime > left)
		lifetime = left;
	access = users_access_token(
	    c, s, (struct timestamp){now.us + lifetime * SECOND});
	renewal = refresh_token(c, s->id, s->generation);
	shown.current = true;
	out.expires_in = lifetime;
	out.session.row = &shown;
	if (strcmp(s->transport, "cookie") == 0) {
		out.token_type = "cookie";
		out.csrf_token = csrf_token(c, s->id);
		set_cookies(c, s, access, lifetime, renewal);
	} else {
		out.access_token = access;
		out.refresh_token = renewal;
	}
	return reply(c, &out);
}

enum err
auth_sign_in(struct ctx *c, const struct sign_in *s)
{
	struct session begun;
	enum err err;

	/* A site must not sign a browser in to somebody else's account. */
	if (strcmp(s->device.transport, "cookie") == 0) {
		err = csrf_check_origin(c);
		if (err)
			return err;
	}
	if (!s->user->is_active)
		return fail_code(
		    c, ERR_FORBIDDEN, "inactive", "The account is not active");
	if (c->config->REQUIRE_VERIFIED_EMAIL && s->user->verified_at.us == 0)
		return auth_refuse_unverified(c, s->user);
	if (s->user->has_mfa && !s->strong)
		return ask_for_factor(c, s);
	err = auth_begin_session(
	    c, s, session_end(c->config, time_now()), &begun);
	return err ? err : auth_reply_tokens(c, &begun);
}

bool
auth_is_recent(struct ctx *c)
{
	struct timestamp now = time_now();
	struct session s;

	if (sessions_by_id(c->db, c->user_id, c->session, now, &s))
		return false;
	return s.proven_at.us > now.us - RECENT_S * SECOND;
}
