/* The JSON half of a passkey's message: the credential as toJSON() writes it,
 * and the client data, which the browser wrote and the device signed. */
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/json.h"
#include "core/webauthn_part.h"

enum { MESSAGE_MAX = 65536, HANDLE_MAX = 64 };

static const char malformed[] = "it is malformed";

/* The text of a member, in the arena; "" when there is none or null. */
static bool
read_text(struct arena *mem, const struct json *object, const char *name,
    const char **out)
{
	const struct json *value;
	const char *text;
	size_t n;

	*out = "";
	if (!json_member(object, name, &value) || value == NULL)
		return true;
	if (json_kind(value) != JSON_TEXT)
		return false;
	text = json_text(value, &n);
	if (memchr(text, '\0', n) != NULL)
		return false;
	*out = arena_copy(mem, text, n);
	return true;
}

static bool
decode(struct arena *mem, const char *text, struct bytes *out)
{
	return base64url_decode(mem, text, strlen(text), &out->at, &out->n) ==
	       OK;
}

static bool
read_bytes(struct arena *mem, const struct json *object, const char *name,
    struct bytes *out)
{
	const char *text;

	return read_text(mem, object, name, &text) && decode(mem, text, out);
}

static bool
read_object(
    const struct json *object, const char *name, const struct json **out)
{
	return json_member(object, name, out) && *out != NULL &&
	       json_kind(*out) == JSON_OBJECT;
}

static bool
read_response(
    struct arena *mem, const struct json *object, struct passkey_message *m)
{
	const struct json *response;
	struct bytes handle;

	return read_object(object, "response", &response) &&
	       read_bytes(mem, response, "clientDataJSON", &m->client_data) &&
	       read_bytes(
		   mem, response, "attestationObject", &m->attestation) &&
	       read_bytes(mem, response, "authenticatorData", &m->auth_data) &&
	       read_bytes(mem, response, "signature", &m->signature) &&
	       read_text(mem, response, "userHandle", &m->handle) &&
	       decode(mem, m->handle, &handle) && handle.n <= HANDLE_MAX;
}

static bool
read_credential(
    struct arena *mem, const struct json *object, struct passkey_message *m)
{
	const char *type, *raw_id;

	return read_text(mem, object, "type", &type) &&
	       strcmp(type, "public-key") == 0 &&
	       read_text(mem, object, "id", &m->id) &&
	       read_text(mem, object, "rawId", &raw_id) &&
	       strcmp(raw_id, m->id) == 0 && decode(mem, m->id, &m->raw) &&
	       m->raw.n > 0 && m->raw.n <= WEBAUTHN_ID_MAX &&
	       read_response(mem, object, m);
}

static bool
read_client_data(
    struct arena *mem, const struct json *object, struct passkey_message *m)
{
	const struct json *cross = NULL;
	struct bytes challenge;

	if (json_member(object, "crossOrigin", &cross) &&
	    (cross == NULL || json_kind(cross) != JSON_BOOL))
		return false;
	m->cross_origin = cross != NULL && json_is_true(cross);
	return read_text(mem, object, "type", &m->type) &&
	       read_text(mem, object, "challenge", &m->challenge) &&
	       decode(mem, m->challenge, &challenge) &&
	       challenge.n == WEBAUTHN_CHALLENGE &&
	       read_text(mem, object, "origin", &m->origin);
}

/* Whether the text is an object that `read` takes. */
static bool
read_json(struct arena *mem, const char *text, size_t n,
    bool (*read)(struct arena *, const struct json *, struct passkey_message *),
    struct passkey_message *m)
{
	struct json_fault fault;
	struct json *document = NULL;
	bool good = json_parse(text, n, JSON_DEPTH, &document, &fault) == OK &&
		    json_kind(document) == JSON_OBJECT &&
		    read(mem, document, m);

	json_free(document);
	return good;
}

const char *
passkey_read(struct arena *mem, const char *json, struct passkey_message *m)
{
	size_t n = strlen(json);

	*m = (struct passkey_message){0};
	if (n > MESSAGE_MAX)
		return "it is too long";
	if (!read_json(mem, json, n, read_credential, m))
		return malformed;
	if (!read_json(mem, (const char *)m->client_data.at, m->client_data.n,
		read_client_data, m))
		return "its client data is malformed";
	return NULL;
}

const char *
passkey_check_client(const struct passkey_message *m,
    const struct webauthn_site *site, const char *type, const char *challenge)
{
	if (strcmp(m->type, type) != 0)
		return "it was made for another purpose";
	if (!crypto_equal(m->challenge, strlen(m->challenge), challenge,
		strlen(challenge)))
		return "its challenge is another";
	if (strcmp(m->origin, site->origin) != 0)
		return "it was made on another page";
	if (m->cross_origin)
		return "it was made inside another site's page";
	return NULL;
}
