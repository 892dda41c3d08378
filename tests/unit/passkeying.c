/* An authenticator made of OpenSSL, with the CBOR written by hand: whatever
 * the tested code reads, another hand wrote. */
#include "passkeying.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "unit.h"

enum { HASH = 32, POINT = 65, MODULUS = 256, SIGNATURE = 512 };

const struct page page_create = {
    "webauthn.create", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""};
const struct page page_get = {
    "webauthn.get", PASSKEY_CHALLENGE, PASSKEY_ORIGIN, ""};

const struct webauthn_site passkeying_site = {"example.com", PASSKEY_ORIGIN};

void
blob_put(struct blob *b, const void *data, size_t n)
{
	CU_ASSERT_FATAL(n <= sizeof(b->data) - b->n);
	memcpy(b->data + b->n, data, n);
	b->n += n;
}

void
blob_byte(struct blob *b, int byte)
{
	blob_put(b, &(uint8_t){(uint8_t)byte}, 1);
}

/* A length of two bytes, whatever it is. */
static void
put_string(struct blob *b, int kind, const void *data, size_t n)
{
	blob_byte(b, kind << 5 | 25);
	blob_byte(b, (int)(n >> 8));
	blob_byte(b, (int)n);
	blob_put(b, data, n);
}

struct device
device_new(int algorithm)
{
	struct device d = {.algorithm = algorithm,
	    .rp_id = "example.com",
	    .flags = UP | UV,
	    .count = 1,
	    .id_length = 16};

	if (algorithm == -7)
		d.key = EVP_EC_gen("P-256");
	else if (algorithm == -257)
		d.key = EVP_RSA_gen(MODULUS * 8);
	else
		d.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	CU_ASSERT_PTR_NOT_NULL_FATAL(d.key);
	crypto_random(d.id, sizeof(d.id));
	return d;
}

void
device_free(struct device *d)
{
	EVP_PKEY_free(d->key);
}

static void
put_es256(struct blob *b, EVP_PKEY *key)
{
	uint8_t point[POINT];
	size_t n = 0;

	CU_ASSERT_EQUAL_FATAL(
	    EVP_PKEY_get_octet_string_param(
		key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n),
	    1);
	CU_ASSERT_EQUAL_FATAL(n, POINT);
	blob_put(b, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
	blob_put(b, point + 1, HASH);
	blob_put(b, "\x22\x58\x20", 3);
	blob_put(b, point + 1 + HASH, HASH);
}

static void
put_rs256(struct blob *b, EVP_PKEY *key)
{
	uint8_t modulus[MODULUS];
	BIGNUM *n = NULL;

	CU_ASSERT_EQUAL_FATAL(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	CU_ASSERT_EQUAL_FATAL(
	    BN_bn2binpad(n, modulus, sizeof(modulus)), MODULUS);
	BN_free(n);
	blob_put(b, "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11);
	blob_put(b, modulus, sizeof(modulus));
	blob_put(b, "\x21\x43\x01\x00\x01", 5);
}

static void
put_eddsa(struct blob *b, EVP_PKEY *key)
{
	uint8_t point[HASH];
	size_t n = sizeof(point);

	CU_ASSERT_EQUAL_FATAL(EVP_PKEY_get_raw_public_key(key, point, &n), 1);
	blob_put(b, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
	blob_put(b, point, n);
}

static void
put_credential(struct blob *b, const struct device *d)
{
	static const uint8_t aaguid[16];

	blob_put(b, aaguid, sizeof(aaguid));
	blob_byte(b, (int)(d->id_length >> 8));
	blob_byte(b, (int)d->id_length);
	blob_put(b, d->id, d->id_length);
	if (d->algorithm == -7)
		put_es256(b, d->key);
	else if (d->algorithm == -257)
		put_rs256(b, d->key);
	else
		put_eddsa(b, d->key);
}

void
device_data(const struct device *d, bool with_key, struct blob *out)
{
	uint8_t hash[SHA256_SIZE];

	out->n = 0;
	crypto_sha256(d->rp_id, strlen(d->rp_id), hash);
	blob_put(out, hash, sizeof(hash));
	blob_byte(out,
	    d->flags | (with_key ? AT : 0) | (d->extensions != NULL ? ED : 0));
	for (int shift = 24; shift >= 0; shift -= 8)
		blob_byte(out, (int)(d->count >> shift & 255));
	if (with_key)
		put_credential(out, d);
	if (d->extensions != NULL)
		blob_put(out, d->extensions->data, d->extensions->n);
}

void
device_attest(
    const struct device *d, const struct blob *auth_data, struct blob *out)
{
	const char *format = d->format != NULL ? d->format : "none";

	out->n = 0;
	blob_byte(out, 0xa3);
	put_string(out, 3, "fmt", 3);
	put_string(out, 3, format, strlen(format));
	put_string(out, 3, "attStmt", 7);
	if (d->statement != NULL)
		blob_put(out, d->statement->data, d->statement->n);
	else
		blob_byte(out, 0xa0);
	put_string(out, 3, "authData", 8);
	put_string(out, 2, auth_data->data, auth_data->n);
}

static const char *
client_data(struct arena *mem, const struct page *page)
{
	return arena_printf(mem,
	    "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}",
	    page->type, page->challenge, page->origin, page->more);
}

static const char *
credential(struct arena *mem, const struct device *d, const struct page *page,
    const char *more)
{
	const char *id = base64url_encode(mem, d->id, d->id_length);
	const char *client = client_data(mem, page);

	return arena_printf(mem,
	    "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\","
	    "\"authenticatorAttachment\":\"platform\","
	    "\"clientExtensionResults\":{},"
	    "\"response\":{\"clientDataJSON\":\"%s\",%s}}",
	    id, id, base64url_encode(mem, client, strlen(client)), more);
}

const char *
passkey_create_json(struct arena *mem, const struct device *d,
    const struct page *page, const struct blob *attestation)
{
	const char *text =
	    base64url_encode(mem, attestation->data, attestation->n);

	return credential(mem, d, page,
	    arena_printf(mem,
		"\"transports\":[\"internal\"],\"attestationObject\":\"%s\"",
		text));
}

const char *
passkey_get_json(struct arena *mem, const struct device *d,
    const struct page *page, const struct blob *auth_data)
{
	const EVP_MD *md = d->algorithm == -8 ? NULL : EVP_sha256();
	const char *client = client_data(mem, page);
	struct blob *whole = NEW(mem, struct blob);
	uint8_t hash[SHA256_SIZE], signature[SIGNATURE];
	size_t n = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	blob_put(whole, auth_data->data, auth_data->n);
	crypto_sha256(client, strlen(client), hash);
	blob_put(whole, hash, sizeof(hash));
	CU_ASSERT_EQUAL_FATAL(
	    EVP_DigestSignInit(ctx, NULL, md, NULL, d->key), 1);
	CU_ASSERT_EQUAL_FATAL(
	    EVP_DigestSign(ctx, signature, &n, whole->data, whole->n), 1);
	EVP_MD_CTX_free(ctx);
	return credential(mem, d, page,
	    arena_printf(mem,
		"\"authenticatorData\":\"%s\",\"signature\":\"%s\","
		"\"userHandle\":\"AQID\"",
		base64url_encode(mem, auth_data->data, auth_data->n),
		base64url_encode(mem, signature, n)));
}

const char *
device_register(
    struct arena *mem, const struct device *d, const struct page *page)
{
	struct blob *auth_data = NEW(mem, struct blob);
	struct blob *attestation = NEW(mem, struct blob);

	device_data(d, true, auth_data);
	device_attest(d, auth_data, attestation);
	return passkey_create_json(mem, d, page, attestation);
}

const char *
device_sign(struct arena *mem, const struct device *d, const struct page *page)
{
	struct blob *auth_data = NEW(mem, struct blob);

	device_data(d, false, auth_data);
	return passkey_get_json(mem, d, page, auth_data);
}

bool
passkey_registers(struct arena *mem, const char *json, const char **why)
{
	struct passkey_key key;
	enum err err;

	*why = NULL;
	err = webauthn_register(
	    mem, &passkeying_site, PASSKEY_CHALLENGE, json, &key, why);
	CU_ASSERT_TRUE(err == OK || (err == ERR_INVALID && *why != NULL));
	return err == OK;
}

bool
passkey_registers_data(
    struct arena *mem, const struct device *d, const struct blob *auth_data)
{
	struct arena_mark mark = arena_mark(mem);
	struct blob *attestation = NEW(mem, struct blob);
	const char *why;
	bool good;

	device_attest(d, auth_data, attestation);
	good = passkey_registers(
	    mem, passkey_create_json(mem, d, &page_create, attestation), &why);
	arena_rewind(mem, mark);
	return good;
}

bool
passkey_registers_device(struct arena *mem, const struct device *d)
{
	struct arena_mark mark = arena_mark(mem);
	struct blob *auth_data = NEW(mem, struct blob);
	bool good;

	device_data(d, true, auth_data);
	good = passkey_registers_data(mem, d, auth_data);
	arena_rewind(mem, mark);
	return good;
}
