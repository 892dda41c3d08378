/*
 * The views of passkeys: what is taken in, shown and stored, and the options
 * that a browser takes.
 */
#include "auth/passkeys.h"

#define NAME .flags = REQUIRED, .min = 1, .max = 80
#define CREDENTIAL \
	.flags = REQUIRED, .max = 16384, .doc = "PublicKeyCredential.toJSON()"

#define T struct passkey
SCHEMA(passkey_row, "PasskeyRow", FIELD(id), FIELD(user_id), FIELD(name),
    FIELD(credential_digest), FIELD(credential_id), FIELD(public_key),
    FIELD(algorithm), FIELD(sign_count), FIELD(created_at),
    FIELD(last_used_at, .flags = NULLABLE));
SCHEMA(passkey_public, "Passkey", FIELD(id), FIELD(name), FIELD(created_at),
    FIELD(last_used_at, .flags = NULLABLE));
#undef T

LISTING(passkeys_public, "Passkeys", passkey_public);

#define T struct passkeys_total
SCHEMA(passkeys_total, "PasskeysTotal", FIELD(total));
#undef T

#define T struct passkey_ask
SCHEMA(passkey_ask, "PasskeyAsk",
    FIELD(password, .flags = NULLABLE | SECRET, .max = 128,
	.format = FORMAT_PASSWORD,
	.doc = "Unless the session showed it in the last ten minutes"));
#undef T

#define T struct passkey_create
SCHEMA(passkey_create, "PasskeyCreate", FIELD(credential, CREDENTIAL),
    FIELD(name, NAME));
#undef T

#define T struct passkey_rename
SCHEMA(passkey_rename, "PasskeyRename", FIELD(id, .from = FROM_PATH),
    FIELD(name, NAME));
#undef T

#define T struct passkey_login_ask
SCHEMA(passkey_login_ask, "PasskeyLoginAsk",
    FIELD(email, .flags = NULLABLE, .min = 1, .max = 255,
	.doc = "Changes nothing: who has passkeys is not told"));
#undef T

#define T struct passkey_login
SCHEMA(passkey_login, "PasskeyLogin", FIELD(credential, CREDENTIAL),
    FIELD(transport, .pattern = "^(bearer|cookie)$", .preset = "\"bearer\""),
    FIELD(device_id, .flags = NULLABLE),
    FIELD(device_name, .flags = NULLABLE, .min = 1, .max = 80));
#undef T

#define T struct passkey_site
SCHEMA(passkey_site, "PasskeySite", FIELD(id), FIELD(name));
#undef T

#define T struct passkey_owner
SCHEMA(
    passkey_owner, "PasskeyOwner", FIELD(id), FIELD(name), FIELD(displayName));
#undef T

#define T struct passkey_kind
SCHEMA(passkey_kind, "PasskeyKind", FIELD(type), FIELD(alg));
#undef T

#define T struct passkey_named
SCHEMA(passkey_named, "PasskeyNamed", FIELD(type), FIELD(id));
#undef T

#define T struct passkey_wish
SCHEMA(
    passkey_wish, "PasskeyWish", FIELD(residentKey), FIELD(userVerification));
#undef T

#define T struct passkey_creation
SCHEMA(passkey_creation, "PasskeyCreationOptions",
    FIELD(rp, .view = &passkey_site), FIELD(user, .view = &passkey_owner),
    FIELD(challenge), FIELD(pubKeyCredParams, .view = &passkey_kind),
    FIELD(timeout, .doc = "Milliseconds"),
    FIELD(excludeCredentials, .view = &passkey_named),
    FIELD(authenticatorSelection, .view = &passkey_wish), FIELD(attestation));
#undef T

#define T struct passkey_request
SCHEMA(passkey_request, "PasskeyRequestOptions", FIELD(challenge),
    FIELD(timeout, .doc = "Milliseconds"), FIELD(rpId),
    FIELD(allowCredentials, .view = &passkey_named), FIELD(userVerification));
#undef T
