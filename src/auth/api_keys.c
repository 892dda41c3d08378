/*
 * /auth/api-keys: what programs call with in place of a session. A key may
 * what its owner may with the own account, but not change how one gets in;
 * beyond that account, what it was given and its owner still has.
 */
#include "auth/access.h"
#include "core/base64url.h"
#include "core/crypto.h"
#include "http/router.h"
#include "users/model.h"

enum { KEYS_MAX = 50, NAME_BYTES = 4, SECRET_BYTES = 32 };

static enum err
read_api_keys(struct ctx *c)
{
	struct listing out;
	enum err err = api_keys_list(c->db, c->user_id, &out.data);

	out.count = (int64_t)out.data.n;
	return err ? err : reply(c, &out);
}

/* "atr_0123abcd_..."; the part before the secret tells keys apart. */
static const char *
new_key(struct arena *mem, const char **prefix)
{
	uint8_t name[NAME_BYTES], secret[SECRET_BYTES];
	char hex[2 * NAME_BYTES + 1];
	const char *key;

	crypto_random(name, sizeof(name));
	crypto_random(secret, sizeof(secret));
	crypto_hex(name, sizeof(name), hex);
	*prefix = arena_printf(mem, API_KEY_MARK "%s", hex);
	key = arena_printf(mem, "%s_%s", *prefix,
	    base64url_encode(mem, secret, sizeof(secret)));
	crypto_wipe(secret, sizeof(secret));
	return key;
}

/* Only this member may be null; the moment 0 is no null. */
static enum err
check_expiry(
    struct ctx *c, const struct api_key_create *in, struct timestamp now)
{
	struct timestamp expires = in->expires_at;
	char text[TIME_TEXT];

	if (!HAS(c, in, expires_at) || c->given.null != 0 ||
	    expires.us > now.us)
		return OK;
	c->faults->n = 1;
	c->faults->item[0] = (struct fault){.type = "datetime_future",
	    .from = "body",
	    .name = "expires_at",
	    .message = "Input should be in the future",
	    .input =
		arena_printf(c->mem, "\"%s\"", time_format(expires, text))};
	return ERR_INVALID;
}

/* The account is locked, or two requests could both be the fiftieth. */
static enum err
check_number(struct ctx *c)
{
	struct list keys;
	struct user u;
	enum err err = users_lock(c->db, c->user_id, &u);

	if (!err)
		err = api_keys_list(c->db, c->user_id, &keys);
	if (!err && keys.n >= KEYS_MAX)
		return fail_code(c, ERR_CONFLICT, "too_many_keys",
		    "There are %d keys already: delete one first", KEYS_MAX);
	return err;
}

static enum err
create_api_key(struct ctx *c)
{
	const struct api_key_create *in = INPUT(c, api_key_create);
	struct timestamp now = time_now();
	struct api_key k = {.id = uuid_new(),
	    .user_id = c->user_id,
	    .name = in->name,
	    .created_at = now,
	    .expires_at = in->expires_at};
	struct api_key_created out;
	enum err err;

	err = check_expiry(c, in, now);
	if (!err)
		err = users_may_give(
		    c, "permissions", in->permissions, &k.permissions);
	if (!err)
		err = check_number(c);
	if (err)
		return err;
	out = (struct api_key_created){.id = k.id,
	    .name = k.name,
	    .permissions = k.permissions,
	    .created_at = k.created_at,
	    .expires_at = k.expires_at,
	    .key = new_key(c->mem, &k.prefix)};
	out.prefix = k.prefix;
	k.digest = api_key_digest(c->mem, c->config, out.key);
	err = api_keys_insert(c->db, &k);
	if (err)
		return err;
	trail_object(c, "api_key", k.id);
	trail_change(c, &api_key_row, NULL, &k);
	return reply(c, &out);
}

static enum err
delete_api_key(struct ctx *c)
{
	const struct id_path *in = INPUT(c, id_path);
	enum err err = api_keys_delete(c->db, c->user_id, in->id);

	if (err == ERR_NOT_FOUND)
		return fail_code(
		    c, err, "not_found", "You have no such API key");
	if (err)
		return err;
	trail_object(c, "api_key", in->id);
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/auth/api-keys", read_api_keys, session_user,
	.out = &api_keys_public, .tx = TX_READ, .doc = "The own API keys"),
    ROUTE(POST, "/auth/api-keys", create_api_key, session_user,
	.in = &api_key_create, .out = &api_key_created, .tx = TX_WRITE,
	.status = 201, .refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_CONFLICT),
	.doc = "Make an API key; it is shown in this answer alone"),
    ROUTE(DELETE, "/auth/api-keys/{id}", delete_api_key, session_user,
	.in = &id_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "Delete an API key; it opens nothing any more"),
};

DOMAIN(auth_api_keys, "auth", "Sessions, devices and second factors", routes,
    .coded = true);
