/*
 * What passkeys.c takes and answers. Members of options for a browser have the
 * names that Web Authentication gives them: navigator.credentials takes them as
 * they are. Grouped by the file that implements.
 */
#ifndef AUTH_PASSKEYS_H
#define AUTH_PASSKEYS_H

#include "auth/factors.h"

enum { PASSKEYS_MAX = 20 /* of an account */ };

struct passkey_ask {
	const char *password;
};
struct passkey_create {
	struct raw_json credential;
	const char *name;
};
struct passkey_rename {
	struct uuid id;
	const char *name;
};
struct passkey_login_ask {
	const char *email;
};
struct passkey_login {
	struct raw_json credential;
	const char *transport;
	struct uuid device_id;
	const char *device_name;
};
struct passkeys_total {
	int64_t total;
};

/* PublicKeyCredentialCreationOptionsJSON, and its parts. */
struct passkey_site {
	const char *id;
	const char *name;
};
struct passkey_owner {
	const char *id;
	const char *name;
	const char *displayName;
};
struct passkey_kind {
	const char *type;
	int64_t alg;
};
struct passkey_named {
	const char *type;
	const char *id;
};
struct passkey_wish {
	const char *residentKey;
	const char *userVerification;
};
struct passkey_creation {
	struct object rp;
	struct object user;
	const char *challenge;
	struct list pubKeyCredParams;
	int64_t timeout;
	struct list excludeCredentials;
	struct object authenticatorSelection;
	const char *attestation;
};

/* PublicKeyCredentialRequestOptionsJSON. */
struct passkey_request {
	const char *challenge;
	int64_t timeout;
	const char *rpId;
	struct list allowCredentials;
	const char *userVerification;
};

/* schemas_passkeys.c */
extern const struct schema passkey_row, passkey_public, passkeys_public;
extern const struct schema passkeys_total;
extern const struct schema passkey_ask, passkey_create, passkey_rename;
extern const struct schema passkey_login_ask, passkey_login;
extern const struct schema passkey_creation, passkey_request;

/* passkey_options.c */
/* For a new passkey of the caller, beside those that there are. */
struct passkey_creation passkey_creation_options(
    struct ctx *, const struct list *passkeys, const char *challenge);
/* For a sign-in with any passkey. */
struct passkey_request
passkey_request_options(struct ctx *, const char *challenge);

/* passkey_proof.c */
/*
 * The caller's challenge is used up, and what its browser made of it goes into
 * the row. ERR_INVALID for whatever is wrong, with the cause logged.
 */
enum err passkey_register(
    struct ctx *, const char *credential_json, struct passkey *) MUST_CHECK;

#endif
