/*
 * What a browser made with a passkey, checked against what is known. A
 * challenge is a ticket: what quotes it uses it up, be it good or bad.
 */
#include <string.h>

#include "auth/passkeys.h"
#include "core/base64url.h"
#include "core/crypto.h"
#include "core/log.h"
#include "http/ctx.h"
#include "tickets/model.h"

/* ERR_INVALID unless it is live and that user's (nil: nobody's). */
static enum err
take_challenge(struct ctx *c, const char *purpose, struct uuid user_id,
    const char *challenge)
{
	const char *digest = ticket_digest(c->mem, challenge);
	struct timestamp now = time_now();
	struct ticket t;
	enum err err;

	err = tickets_find(c->db, purpose, digest, now, &t);
	if (!err && !uuid_equal(&t.user_id, &user_id))
		err = ERR_NOT_FOUND;
	if (!err)
		err = tickets_use(c->db, purpose, digest, now);
	if (err != ERR_NOT_FOUND)
		return err;
	log_say(LOG_INFO, c->id,
	    "A passkey was refused: its challenge is not one of ours.");
	return ERR_INVALID;
}

static enum err
claim(struct ctx *c, const char *json, struct webauthn_claim *out)
{
	if (webauthn_claim(c->mem, json, out) == OK)
		return OK;
	log_say(LOG_INFO, c->id, "A passkey was refused: it is malformed.");
	return ERR_INVALID;
}

static const char *
credential_digest(struct arena *mem, const char *credential_id)
{
	uint8_t sum[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	crypto_sha256(credential_id, strlen(credential_id), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}

enum err
passkey_register(struct ctx *c, const char *json, struct passkey *p)
{
	struct webauthn_site site =
	    webauthn_site(c->mem, c->config->FRONTEND_HOST);
	const char *why = "it is malformed";
	struct webauthn_claim said;
	struct passkey_key key;
	enum err err;

	err = claim(c, json, &said);
	if (!err)
		err = take_challenge(
		    c, TICKET_PASSKEY_NEW, c->user_id, said.challenge);
	if (err)
		return err;
	err =
	    webauthn_register(c->mem, &site, said.challenge, json, &key, &why);
	if (err == ERR_INVALID)
		log_say(LOG_INFO, c->id, "A passkey was refused: %s.", why);
	if (err)
		return err;
	p->credential_id = key.credential_id;
	p->credential_digest = credential_digest(c->mem, key.credential_id);
	p->public_key = key.public_key;
	p->algorithm = key.algorithm;
	p->sign_count = key.sign_count;
	return OK;
}

/* Whether it is that user's (nil: anybody's), and its handle says the same. */
static bool
is_of(struct ctx *c, const struct passkey *p, struct uuid user_id,
    const char *handle)
{
	const uint8_t *id = p->user_id.byte;

	if (!uuid_is_nil(&user_id) && !uuid_equal(&user_id, &p->user_id))
		return false;
	if (*handle == '\0')
		return true;
	return strcmp(handle,
		   base64url_encode(c->mem, id, sizeof(p->user_id))) == 0;
}

static enum err
verify(struct ctx *c, struct uuid user_id, const struct webauthn_claim *said,
    const char *json, struct passkey *p)
{
	const struct passkey_key key = {
	    p->credential_id, p->public_key, p->algorithm, p->sign_count};
	struct webauthn_site site =
	    webauthn_site(c->mem, c->config->FRONTEND_HOST);
	const char *why = "it is another account's";
	enum err err = ERR_INVALID;

	if (is_of(c, p, user_id, said->user_handle))
		err = webauthn_verify(c->mem, &site, said->challenge, &key,
		    json, &p->sign_count, &why);
	if (err == ERR_INVALID) {
		log_say(LOG_WARN, c->id, "A passkey was refused: %s.", why);
		c->trail.refused = true;
		trail_object(c, "passkey", p->id);
	}
	if (err)
		return err;
	p->last_used_at = time_now();
	return passkeys_used(c->db, p->id, p->sign_count, p->last_used_at);
}

enum err
passkey_assert(
    struct ctx *c, struct uuid user_id, const char *json, struct passkey *p)
{
	const struct uuid nobody = {{0}};
	struct webauthn_claim said;
	enum err err;

	err = claim(c, json, &said);
	if (!err)
		err = take_challenge(
		    c, TICKET_PASSKEY_LOGIN, nobody, said.challenge);
	if (err)
		return err;
	/* Locked: of a device and its copy, one gets the next count. */
	err = passkeys_by_credential(
	    c->db, credential_digest(c->mem, said.credential_id), true, p);
	if (err == ERR_NOT_FOUND) {
		log_say(LOG_INFO, c->id, "A passkey was refused: unknown.");
		return ERR_INVALID;
	}
	return err ? err : verify(c, user_id, &said, json, p);
}
