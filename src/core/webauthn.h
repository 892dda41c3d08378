/*
 * Passkeys: what a browser sends after navigator.credentials.create() and
 * .get() (Web Authentication Level 2, sections 7.1 and 7.2), verified through
 * libfido2. Attestation is "none": what kind of device it is does not matter.
 */
#ifndef CORE_WEBAUTHN_H
#define CORE_WEBAUTHN_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

enum {
	WEBAUTHN_CHALLENGE = 32, /* bytes */
	WEBAUTHN_ID_MAX = 1023   /* of a credential, in bytes */
};

/* The site, for whom credentials are made. */
struct webauthn_site {
	const char *rp_id;  /* its host, without a port: "example.com" */
	const char *origin; /* "https://example.com" */
};

/* The site of an origin ("https://example.com:8443"); texts in the arena. */
struct webauthn_site webauthn_site(struct arena *, const char *origin);

/* What is stored of a credential. Binary values as base64url text. */
struct passkey_key {
	const char *credential_id;
	const char *public_key; /* of `algorithm`, as libfido2 takes it */
	int64_t algorithm;      /* COSE: -7 ES256, -257 RS256, -8 EdDSA */
	int64_t sign_count;
};

/*
 * `json` is a PublicKeyCredential as PublicKeyCredential.toJSON() (Level 3)
 * writes it: {id, rawId, type, response: {clientDataJSON, attestationObject}},
 * binary members as base64url. `challenge` is the base64url text that was
 * offered. ERR_INVALID for whatever is wrong: another challenge, origin, type
 * or site, no user presence or verification, an algorithm that was not
 * offered, a malformed or oversized member; *why (static text) says it for
 * the log.
 */
enum err webauthn_register(struct arena *, const struct webauthn_site *,
    const char *challenge, const char *json, struct passkey_key *out,
    const char **why) MUST_CHECK;

/*
 * The credential that it names ("id") and the challenge that its
 * clientDataJSON quotes, to find the rows by, of a new credential as of an
 * assertion; nothing is verified yet. The user handle is "" when there is none,
 * as in a new credential.
 */
struct webauthn_claim {
	const char *credential_id, *challenge, *user_handle; /* base64url */
};
enum err webauthn_claim(
    struct arena *, const char *json, struct webauthn_claim *) MUST_CHECK;

/*
 * {id, rawId, type, response: {clientDataJSON, authenticatorData, signature,
 * userHandle?}}. ERR_INVALID as above, and for a sign count that is not above
 * the stored one, unless both are 0: then somebody has a copy of the device.
 * *sign_count is the new one.
 */
enum err webauthn_verify(struct arena *, const struct webauthn_site *,
    const char *challenge, const struct passkey_key *, const char *json,
    int64_t *sign_count, const char **why) MUST_CHECK;

#endif
