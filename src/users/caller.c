/*
 * Who calls: an access token, in the Authorization header or in a cookie, or
 * an API key. The header goes first: a cookie beside it is not looked at.
 */
#include <string.h>
#include <strings.h>

#include "core/crypto.h"
#include "core/token_cache.h"
#include "http/router.h"
#include "users/model.h"

enum {
	/* last_seen_at and last_used_at are that old at most. */
	SEEN_US = 60 * 1000000,
	CSRF_MAX = 256
};

/* The token of "Bearer TOKEN" in any case, "" when it is missing, or NULL. */
static const char *
bearer(const char *header)
{
	size_t n;

	if (header == NULL)
		return NULL;
	n = strcspn(header, " ");
	if (n != 6 || strncasecmp(header, "bearer", n) != 0)
		return NULL;
	return header + n + strspn(header + n, " ");
}

/* Of group 1, the contract says 403; on our own routes it is a plain 401. */
static enum err
refuse_token(struct ctx *c)
{
	if (c->coded)
		return fail_code(c, ERR_UNAUTHORIZED, "invalid_token",
		    "Could not validate credentials");
	return fail(c, ERR_FORBIDDEN, "Could not validate credentials");
}

static enum err
refuse_inactive(struct ctx *c)
{
	if (c->coded)
		return fail_code(c, ERR_FORBIDDEN, "inactive", "Inactive user");
	return fail(c, ERR_BAD_REQUEST, "Inactive user");
}

/* No live session: is it the session that is gone, or the account too? */
static enum err
refuse_caller(struct ctx *c, struct uuid user_id)
{
	struct user u;
	enum err err;

	if (c->coded)
		return refuse_token(c);
	err = users_by_id(c->db, user_id, &u);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	if (err)
		return err;
	return u.is_active ? refuse_token(c) : refuse_inactive(c);
}

/* After the reply, at most once a minute. */
static enum err
touch(struct ctx *c)
{
	if (c->via == VIA_KEY)
		return api_keys_touch(c->db, c->key, time_now());
	return sessions_touch(c->db, c->session, time_now());
}

/* A browser sends cookies whoever made it call: another site must not. */
static enum err
check_forgery(struct ctx *c)
{
	const char *given = ctx_header(c, "x-csrf-token");
	const char *right;
	enum err err;

	if (c->via != VIA_COOKIE || c->route->method == GET)
		return OK;
	err = csrf_check_origin(c);
	if (err)
		return err;
	right = csrf_token(c, c->session);
	if (given != NULL && strnlen(given, CSRF_MAX) < CSRF_MAX &&
	    crypto_equal(given, strlen(given), right, strlen(right)))
		return OK;
	return fail_code(c, ERR_FORBIDDEN, "csrf_failed",
	    "X-CSRF-Token is missing or wrong");
}

static enum err
find_key(struct ctx *c, const char *key, struct user *u)
{
	const char *digest = api_key_digest(c->mem, c->config, key);
	enum err err =
	    sessions_key(c->db, digest, time_now(), c->route->counts, u);

	if (err == ERR_NOT_FOUND)
		return refuse_token(c);
	c->via = VIA_KEY;
	c->key = u->key_id;
	c->permissions = u->permissions;
	return err;
}

static enum err
find_session(struct ctx *c, const char *text, struct user *u)
{
	struct timestamp now = time_now();
	struct token t;
	enum err err;

	err = token_cache_verify(c->tokens, text, TOKEN_ACCESS, now, &t);
	if (err)
		return refuse_token(c);
	if (c->route->counts != NULL)
		err = sessions_owner(
		    c->db, t.session, t.subject, now, c->route->counts, u);
	else
		err = sessions_caller(c->db, t.session, t.subject, now, u);
	if (err == ERR_NOT_FOUND)
		return refuse_caller(c, t.subject);
	if (!err && u->by_cookie != (c->via == VIA_COOKIE))
		return refuse_token(c);
	c->session = t.session;
	return err;
}

static enum err
find_caller(struct ctx *c, struct user *u)
{
	const char *header = ctx_header(c, "authorization");
	const char *text = bearer(header);

	c->via = VIA_BEARER;
	if (header == NULL) {
		text = cookie_get(c, COOKIE_ACCESS);
		c->via = VIA_COOKIE;
	}
	if (text == NULL)
		return fail(c, ERR_UNAUTHORIZED, "Not authenticated");
	if (c->via == VIA_BEARER &&
	    strncmp(text, API_KEY_MARK, strlen(API_KEY_MARK)) == 0)
		return find_key(c, text, u);
	return find_session(c, text, u);
}

/* What of the rows in counts it may see. */
static enum err
find_owned(struct ctx *c)
{
	const struct user *u = c->user;
	enum err err;

	c->owned = (struct owned){u->id, u->total, u->version};
	if (c->route->counts == NULL || c->route->all == NULL)
		return OK;
	if (!u->is_superuser && !u->has_roles)
		return OK;
	err = users_may(c, c->route->all);
	if (err == ERR_FORBIDDEN)
		return OK;
	if (err)
		return err;
	c->owned = (struct owned){.version = -1};
	return users_owned(c->db, c->route->counts, &c->owned.n);
}

enum err
users_authenticate(struct ctx *c)
{
	struct user *u = NEW(c->mem, struct user);
	enum err err = find_caller(c, u);

	if (err)
		return err;
	if (!u->is_active)
		return refuse_inactive(c);
	err = check_forgery(c);
	if (err)
		return err;
	c->user = u;
	c->user_id = u->id;
	if (time_now().us - u->seen_at.us > SEEN_US)
		c->after = touch;
	return find_owned(c);
}
