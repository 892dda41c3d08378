/* The order in which a passkey's message is judged, and what libfido2 does of
 * it: it reads keys and verifies signatures. */
#include "core/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/err.h>
#include <string.h>

#include "core/base64url.h"
#include "core/log.h"
#include "core/webauthn_part.h"

static void *
made(void *p)
{
	if (p == NULL)
		log_fatal("out of memory");
	return p;
}

struct webauthn_site
webauthn_site(struct arena *mem, const char *origin)
{
	const char *host = strstr(origin, "://");
	size_t n;

	host = host == NULL ? origin : host + strlen("://");
	n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	return (struct webauthn_site){
	    .rp_id = arena_copy(mem, host, strnlen(host, n)),
	    .origin = arena_strdup(mem, origin)};
}

/* A public key of one of the three algorithms. */
struct key {
	es256_pk_t *es256;
	rs256_pk_t *rs256;
	eddsa_pk_t *eddsa;
	const void *any;
};

/* False when it is none: of another size, or no point of the curve. */
static bool
key_open(struct key *k, int64_t algorithm, struct bytes in)
{
	int rc = FIDO_ERR_UNSUPPORTED_ALGORITHM;

	*k = (struct key){0};
	if (algorithm == COSE_ES256) {
		k->any = k->es256 = made(es256_pk_new());
		rc = es256_pk_from_ptr(k->es256, in.at, in.n);
	} else if (algorithm == COSE_RS256) {
		k->any = k->rs256 = made(rs256_pk_new());
		rc = rs256_pk_from_ptr(k->rs256, in.at, in.n);
	} else if (algorithm == COSE_EDDSA) {
		k->any = k->eddsa = made(eddsa_pk_new());
		rc = eddsa_pk_from_ptr(k->eddsa, in.at, in.n);
	}
	return rc == FIDO_OK;
}

static void
key_close(struct key *k)
{
	es256_pk_free(&k->es256);
	rs256_pk_free(&k->rs256);
	eddsa_pk_free(&k->eddsa);
}

/* libfido2 only reads a key of the kind that was named before. */
static bool
read_key(struct arena *mem, struct bytes auth_data, int algorithm,
    struct passkey_key *out)
{
	fido_cred_t *cred = made(fido_cred_new());
	struct key key = {0};
	struct bytes raw;
	bool good = false;

	if (fido_cred_set_type(cred, algorithm) == FIDO_OK &&
	    fido_cred_set_authdata_raw(cred, auth_data.at, auth_data.n) ==
		FIDO_OK) {
		raw = (struct bytes){
		    fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)};
		good = key_open(&key, algorithm, raw);
	}
	if (good) {
		out->public_key = base64url_encode(mem, raw.at, raw.n);
		out->algorithm = algorithm;
		out->sign_count = fido_cred_sigcount(cred);
	}
	key_close(&key);
	fido_cred_free(&cred);
	return good;
}

static const char *
read_offered_key(
    struct arena *mem, struct bytes auth_data, struct passkey_key *out)
{
	static const int offered[] = {COSE_ES256, COSE_RS256, COSE_EDDSA};

	for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
		if (read_key(mem, auth_data, offered[i], out))
			return NULL;
	return "its key is none, or of an algorithm that was not offered";
}

static const char *
judge_new(struct arena *mem, const struct webauthn_site *site,
    const char *challenge, const char *json, struct passkey_key *out)
{
	struct authenticator_data data;
	struct passkey_message m;
	struct bytes auth_data;
	const char *why;

	why = passkey_read(mem, json, &m);
	if (why == NULL)
		why = passkey_check_client(
		    &m, site, "webauthn.create", challenge);
	if (why == NULL)
		why = attestation_read(m.attestation, &auth_data);
	if (why == NULL)
		why = auth_data_read(auth_data, &data);
	if (why == NULL)
		why = auth_data_check(&data, site, true);
	if (why != NULL)
		return why;
	if (data.credential_id.n != m.raw.n ||
	    memcmp(data.credential_id.at, m.raw.at, m.raw.n) != 0)
		return "it names another credential than its device";
	out->credential_id = m.id;
	return read_offered_key(mem, auth_data, out);
}

/*
 * libfido2 and OpenSSL keep notes by thread: those of a refusal are none of
 * the next one's business, which may be a TLS connection.
 */
static enum err
verdict(const char *reason, const char **why)
{
	ERR_clear_error();
	if (reason == NULL)
		return OK;
	*why = reason;
	return ERR_INVALID;
}

enum err
webauthn_register(struct arena *mem, const struct webauthn_site *site,
    const char *challenge, const char *json, struct passkey_key *out,
    const char **why)
{
	struct passkey_key key;
	const char *reason;

	fido_init(0); /* of this thread; touches nothing else */
	reason = judge_new(mem, site, challenge, json, &key);
	if (reason == NULL)
		*out = key;
	return verdict(reason, why);
}

enum err
webauthn_claim(struct arena *mem, const char *json, struct webauthn_claim *out)
{
	struct passkey_message m;

	if (passkey_read(mem, json, &m) != NULL)
		return ERR_INVALID;
	*out = (struct webauthn_claim){.credential_id = m.id,
	    .challenge = m.challenge,
	    .user_handle = m.handle};
	return OK;
}

/* False for any failure: of the signature, the key or the data. */
static bool
is_signed(const struct passkey_message *m, const struct webauthn_site *site,
    const struct key *key, int algorithm, uint32_t *count)
{
	fido_assert_t *a = made(fido_assert_new());
	bool good = fido_assert_set_clientdata(
			a, m->client_data.at, m->client_data.n) == FIDO_OK &&
		    fido_assert_set_rp(a, site->rp_id) == FIDO_OK &&
		    fido_assert_set_up(a, FIDO_OPT_TRUE) == FIDO_OK &&
		    fido_assert_set_uv(a, FIDO_OPT_TRUE) == FIDO_OK &&
		    fido_assert_set_count(a, 1) == FIDO_OK &&
		    fido_assert_set_authdata_raw(
			a, 0, m->auth_data.at, m->auth_data.n) == FIDO_OK &&
		    fido_assert_set_sig(
			a, 0, m->signature.at, m->signature.n) == FIDO_OK &&
		    fido_assert_verify(a, 0, algorithm, key->any) == FIDO_OK;

	*count = fido_assert_sigcount(a, 0);
	fido_assert_free(&a);
	return good;
}

static const char *
judge_signature(struct arena *mem, const struct passkey_message *m,
    const struct webauthn_site *site, const struct passkey_key *known,
    int64_t *sign_count)
{
	const char *text = known->public_key;
	struct bytes raw;
	uint32_t count;
	struct key key;
	bool good;

	if (base64url_decode(mem, text, strlen(text), &raw.at, &raw.n) != OK)
		return "the key that is known is none";
	good = key_open(&key, known->algorithm, raw) &&
	       is_signed(m, site, &key, (int)known->algorithm, &count);
	key_close(&key);
	if (!good)
		return "its signature is wrong";
	if (known->sign_count != 0 && count <= known->sign_count)
		return "its count does not rise: there is a copy of its device";
	*sign_count = count;
	return NULL;
}

enum err
webauthn_verify(struct arena *mem, const struct webauthn_site *site,
    const char *challenge, const struct passkey_key *known, const char *json,
    int64_t *sign_count, const char **why)
{
	struct authenticator_data data;
	struct passkey_message m;
	const char *reason;

	fido_init(0);
	reason = passkey_read(mem, json, &m);
	if (reason == NULL)
		reason =
		    passkey_check_client(&m, site, "webauthn.get", challenge);
	if (reason == NULL && strcmp(m.id, known->credential_id) != 0)
		reason = "it is another credential";
	if (reason == NULL)
		reason = auth_data_read(m.auth_data, &data);
	if (reason == NULL)
		reason = auth_data_check(&data, site, false);
	if (reason == NULL)
		reason = judge_signature(mem, &m, site, known, sign_count);
	return verdict(reason, why);
}
