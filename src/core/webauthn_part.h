/*
 * What a browser sends of a passkey, read and bounded, before anything of it
 * is believed. Of core/webauthn*.c alone.
 */
#ifndef CORE_WEBAUTHN_PART_H
#define CORE_WEBAUTHN_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/webauthn.h"

struct bytes {
	const uint8_t *at;
	size_t n;
};

/* A PublicKeyCredential; members that are not there are "" or empty. */
struct passkey_message {
	const char *id;     /* base64url, as rawId */
	struct bytes raw;   /* the same, decoded */
	const char *handle; /* base64url */
	struct bytes client_data, attestation, auth_data, signature;
	/* Of clientDataJSON. */
	const char *type, *challenge, *origin;
	bool cross_origin;
};

/* All of these return why not (static text), or NULL when all is well. */
const char *
passkey_read(struct arena *, const char *json, struct passkey_message *);
const char *passkey_check_client(const struct passkey_message *,
    const struct webauthn_site *, const char *type, const char *challenge);

/* Authenticator data (Web Authentication, section 6.1). */
struct authenticator_data {
	const uint8_t *rp_id_hash;
	uint8_t flags;
	struct bytes credential_id; /* empty in an assertion */
};

/* The authenticator data within an attestation object. */
const char *attestation_read(struct bytes, struct bytes *auth_data);
/*
 * Each byte is accounted for and all CBOR is definite and no longer than it
 * says: libfido2 must not see other data (see webauthn_data.c).
 */
const char *auth_data_read(struct bytes, struct authenticator_data *);
/* `made` is whether it is of a credential that was just made. */
const char *auth_data_check(
    const struct authenticator_data *, const struct webauthn_site *, bool made);

#endif
