/*
 * The logic of accounts: who calls, new sessions, recovery tokens, the
 * parameters of hashes.
 */
#include <string.h>
#include <strings.h>

#include "core/crypto.h"
#include "core/email.h"
#include "core/token_cache.h"
#include "http/router.h"
#include "users/model.h"

static const char kind[] = "access";

enum { RECOVERY_BYTES = 32 };

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

enum err
users_changed(struct db *db, struct uuid user_id, struct uuid spared)
{
	enum err err = sessions_end_others(db, user_id, spared);

	return err ? err : recovery_end(db, user_id);
}

const char *
recovery_digest(struct arena *mem, const char *token)
{
	uint8_t sum[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	crypto_sha256(token, strlen(token), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}

struct recovery
recovery_new(struct arena *mem, const struct config *config,
    struct uuid user_id, const char **token)
{
	int64_t hours = config->EMAIL_RESET_TOKEN_EXPIRE_HOURS;
	struct timestamp now = time_now();
	uint8_t secret[RECOVERY_BYTES];
	char hex[2 * RECOVERY_BYTES + 1];

	crypto_random(secret, sizeof(secret));
	crypto_hex(secret, sizeof(secret), hex);
	*token = arena_strdup(mem, hex);
	crypto_wipe(secret, sizeof(secret));
	crypto_wipe(hex, sizeof(hex));
	return (struct recovery){.digest = recovery_digest(mem, *token),
	    .user_id = user_id,
	    .created_at = now,
	    .expires_at = {now.us + hours * 3600 * 1000000}};
}

struct account_mail
recovery_mail(struct arena *mem, const struct config *config,
    const struct user *u, const char *token)
{
	return (struct account_mail){.project_name = config->PROJECT_NAME,
	    .email = u->email,
	    .full_name = u->full_name,
	    .link = arena_printf(mem, "%s/reset-password?token=%s",
		config->FRONTEND_HOST, token),
	    .valid_hours = config->EMAIL_RESET_TOKEN_EXPIRE_HOURS,
	    .site = config->FRONTEND_HOST};
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
	if (!u.is_active)
		return fail(c, ERR_BAD_REQUEST, "Inactive user");
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
	if (c->route->counts != NULL)
		err = sessions_owner(
		    c->db, t.session, t.subject, now, c->route->counts, u);
	else
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
	c->owned = (struct owned){u->id, u->total, u->version};
	if (c->route->counts == NULL || !u->is_superuser)
		return OK;
	c->owned = (struct owned){.version = -1};
	return users_owned(c->db, c->route->counts, &c->owned.n);
}
