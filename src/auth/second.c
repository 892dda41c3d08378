/*
 * What a second factor is: which ones an account has, whether a code is good,
 * and what is remembered of a sign-in while one is asked for.
 */
#include <string.h>

#include "auth/mfa.h"
#include "core/decode.h"
#include "core/encode.h"
#include "core/log.h"
#include "core/seal.h"
#include "core/totp.h"
#include "http/ctx.h"
#include "tickets/model.h"
#include "users/model.h"

enum { METHODS_MAX = 3, DEVICE_TEXT = 4096 };

enum err
auth_methods(struct ctx *c, struct uuid user_id, struct texts *methods)
{
	const char **item = NEW_N(c->mem, const char *, METHODS_MAX);
	int64_t codes = 0, passkeys = 0;
	struct totp_key key = {0};
	enum err err;

	*methods = (struct texts){.item = item};
	err = totp_by_user(c->db, user_id, false, &key);
	if (err == ERR_NOT_FOUND)
		err = OK;
	if (!err)
		err = recovery_codes_count(c->db, user_id, &codes);
	if (!err)
		err = passkeys_count(c->db, user_id, &passkeys);
	if (err)
		return err;
	if (key.confirmed_at.us != 0)
		item[methods->n++] = "totp";
	if (codes > 0)
		item[methods->n++] = "recovery_code";
	if (passkeys > 0)
		item[methods->n++] = "passkey";
	return OK;
}

enum err
second_totp(
    struct ctx *c, const struct totp_key *key, const char *code, bool *good)
{
	const uint8_t *secret;
	char id[UUID_TEXT];
	int64_t step = 0;
	enum err err;
	size_t n;

	*good = false;
	err = unseal(c->mem, c->config->SECRET_KEY, "totp",
	    uuid_format(&key->user_id, id), key->secret, &secret, &n);
	if (err || n != TOTP_SECRET) {
		log_say(LOG_ERROR, c->id,
		    "The key of an authenticator cannot be read: was SECRET_KEY"
		    " changed?");
		return ERR_INTERNAL;
	}
	if (!totp_verify(secret, code, time_now(), key->last_step, &step))
		return OK;
	err = totp_use(c->db, key->user_id, step);
	*good = err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
second_recovery(
    struct ctx *c, struct uuid user_id, const char *code, bool *good)
{
	const char *digest =
	    recovery_code_digest(c->mem, c->config->SECRET_KEY, user_id, code);
	enum err err = ERR_NOT_FOUND;

	if (digest != NULL)
		err = recovery_codes_use(c->db, user_id, digest);
	*good = err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
second_renew(struct ctx *c, struct uuid user_id, struct texts *codes)
{
	const char **code = NEW_N(c->mem, const char *, RECOVERY_CODES);
	const char *digests[RECOVERY_CODES];

	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		code[i] = recovery_code_new(c->mem);
		digests[i] = recovery_code_digest(
		    c->mem, c->config->SECRET_KEY, user_id, code[i]);
	}
	*codes = (struct texts){code, RECOVERY_CODES};
	return recovery_codes_put(c->db, user_id, digests, RECOVERY_CODES);
}

enum err
second_begin(struct ctx *c, struct texts *codes)
{
	enum err err = totp_confirm(c->db, c->user_id, time_now());

	if (!err)
		err = users_set_mfa(c->db, c->user_id, true);
	if (!err)
		err = sessions_end_others(c->db, c->user_id, c->session, NULL);
	if (!err)
		err = auth_tell(c, c->user_id, "authenticator_added");
	return err ? err : second_renew(c, c->user_id, codes);
}

enum err
auth_remove_mfa(struct db *db, struct uuid user_id)
{
	enum err err = totp_delete(db, user_id);

	if (!err || err == ERR_NOT_FOUND)
		err = recovery_codes_put(db, user_id, NULL, 0);
	if (!err)
		err = users_set_mfa(db, user_id, false);
	return err ? err : tickets_end(db, user_id, TICKET_MFA);
}

enum err
second_end(struct ctx *c)
{
	enum err err = auth_remove_mfa(c->db, c->user_id);

	return err ? err : auth_tell(c, c->user_id, "authenticator_removed");
}

const char *
mfa_data(struct arena *mem, const struct device *d)
{
	const char *text;
	struct buf b;

	buf_init(&b, DEVICE_TEXT);
	schema_encode(&b, &device, d);
	if (b.full)
		BUG("a device is longer than its bounds");
	text = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return text;
}

enum err
mfa_device(struct arena *mem, const char *data, struct device *d)
{
	struct faults *faults = NEW(mem, struct faults);
	struct json *json = NULL;
	struct input in = {.body = BODY_JSON};
	struct json_fault why;
	struct presence given;
	enum err err;

	*d = (struct device){0};
	if (data == NULL)
		return ERR_INVALID;
	err = json_parse(data, strlen(data), JSON_DEPTH, &json, &why);
	in.json = json;
	if (!err)
		err = schema_decode(mem, &device, &in, d, &given, faults);
	json_free(json);
	return err;
}
