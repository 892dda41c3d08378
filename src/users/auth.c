/*
 * The logic of accounts: new ones, their tokens and links, the parameters of
 * hashes.
 */
#include "core/crypto.h"
#include "core/email.h"
#include "http/router.h"
#include "tickets/model.h"
#include "users/model.h"

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

const char *
users_access_token(
    struct ctx *c, const struct session *s, struct timestamp expires)
{
	const struct token t = {.kind = TOKEN_ACCESS,
	    .subject = s->user_id,
	    .session = s->id,
	    .issued = time_now(),
	    .expires = expires};

	return token_sign(c->mem, c->rules, &t);
}

enum err
users_changed(struct db *db, struct uuid user_id, struct uuid spared)
{
	enum err err = sessions_end_others(db, user_id, spared, NULL);

	return err ? err : tickets_end(db, user_id, NULL);
}

struct ticket
recovery_ticket(struct arena *mem, const struct config *config,
    struct uuid user_id, const char **token)
{
	return ticket_new(mem, TICKET_RECOVERY, user_id, NULL,
	    config->EMAIL_RESET_TOKEN_EXPIRE_HOURS * 3600, token);
}

const char *
users_link(struct arena *mem, const struct config *config, const char *path,
    const char *token)
{
	return arena_printf(
	    mem, "%s%s?token=%s", config->FRONTEND_HOST, path, token);
}

/* Keyed: whoever reads the table cannot try keys against it. */
const char *
api_key_digest(struct arena *mem, const struct config *config, const char *key)
{
	return crypto_keyed_digest(mem, config->SECRET_KEY, "api key", key);
}

struct account_mail
recovery_mail(struct arena *mem, const struct config *config,
    const struct user *u, const char *token)
{
	return (struct account_mail){.project_name = config->PROJECT_NAME,
	    .email = u->email,
	    .full_name = u->full_name,
	    .link = users_link(mem, config, "/reset-password", token),
	    .valid_hours = config->EMAIL_RESET_TOKEN_EXPIRE_HOURS,
	    .site = config->FRONTEND_HOST};
}
