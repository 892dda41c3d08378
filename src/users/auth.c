/*
 * The logic of accounts: who calls, new sessions, the parameters of hashes.
 */
#include <string.h>
#include <strings.h>

#include "core/email.h"
#include "core/token_cache.h"
#include "http/ctx.h"
#include "users/model.h"

static const char kind[] = "access";

struct password_cost
users_password_cost(const struct config *config)
{
	return (struct password_cost){
	    .memory_kib = (uint32_t)config->ARGON2_MEMORY_KIB,
	    .passes = (uint32_t)config->ARGON2_PASSES,
	    .lanes = (uint32_t)config->ARGON2_LANES};
}

struct user
users_new(struct arena *mem, const char *email)
{
	return (struct user){.id = uuid_new(),
	    .email = email,
	    .email_key = email_fold(mem, email),
	    .is_active = true,
	    .created_at = time_now()};
}

struct session
users_session(const struct config *config, struct uuid user_id)
{
	struct timestamp now = time_now();
	int64_t minutes = config->ACCESS_TOKEN_EXPIRE_MINUTES;

	return (struct session){.id = uuid_new(),
	    .user_id = user_id,
	    .created_at = now,
	    .expires_at = {now.us + minutes * 60 * 1000000}};
}

const char *
users_access_token(
    struct arena *mem, const struct config *config, const struct session *s)
{
	struct token t = {.kind = kind,
	    .subject = s->user_id,
	    .session = s->id,
	    .issued = s->created_at,
	    .expires = s->expires_at};

	return token_sign(mem, config->SECRET_KEY, &t);
}

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

/* No live session: is it the session that is gone, or the account too? */
static enum err
refuse_caller(struct ctx *c, struct uuid user_id)
{
	struct user u;
	enum err err = users_by_id(c->db, user_id, &u);

	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	if (err)
		return err;
	return fail(c, ERR_FORBIDDEN, "Could not validate credentials");
}

enum err
users_authenticate(struct ctx *c)
{
	const char *text = bearer(ctx_header(c, "authorization"));
	struct timestamp now = time_now();
	struct user *u = NEW(c->mem, struct user);
	struct token t;
	enum err err;

	if (text == NULL)
		return fail(c, ERR_UNAUTHORIZED, "Not authenticated");
	err = token_cache_verify(c->tokens, text, kind, now, &t);
	if (err)
		return fail(c, ERR_FORBIDDEN, "Could not validate credentials");
	err = sessions_caller(c->db, t.session, t.subject, now, u);
	if (err == ERR_NOT_FOUND)
		return refuse_caller(c, t.subject);
	if (err)
		return err;
	if (!u->is_active)
		return fail(c, ERR_BAD_REQUEST, "Inactive user");
	c->user = u;
	c->user_id = u->id;
	c->session = t.session;
	return OK;
}
