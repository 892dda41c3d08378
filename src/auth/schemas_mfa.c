/*
 * The views of second factors: what is taken in, shown and stored.
 */
#include "auth/mfa.h"

/* A recovery code with room for spaces and hyphens. */
#define CODE_BOUNDS .flags = REQUIRED | SECRET, .min = 1, .max = 64
#define PASSWORD_BOUNDS \
	.flags = REQUIRED | SECRET, .max = 128, .format = FORMAT_PASSWORD

#define T struct mfa_status
SCHEMA(mfa_status, "MfaStatus",
    FIELD(totp, .doc = "Codes of an authenticator are asked for at sign-in"),
    FIELD(recovery_codes_left), FIELD(passkeys));
#undef T

#define T struct totp_create
SCHEMA(totp_create, "TotpCreate", FIELD(password, PASSWORD_BOUNDS));
#undef T

#define T struct totp_created
SCHEMA(totp_created, "TotpCreated",
    FIELD(secret, .doc = "Base32, to type into an authenticator"),
    FIELD(otpauth_uri),
    FIELD(qr_svg, .flags = NULLABLE,
	.doc = "The URI as a picture; null when it is too long for one"));
#undef T

#define T struct totp_remove
SCHEMA(totp_remove, "TotpRemove", FIELD(password, PASSWORD_BOUNDS),
    FIELD(code, CODE_BOUNDS, .doc = "Of the authenticator or for recovery"));
#undef T

#define T struct mfa_code
SCHEMA(mfa_code, "MfaCode",
    FIELD(code, CODE_BOUNDS, .doc = "Of the authenticator"));
#undef T

#define T struct recovery_codes
SCHEMA(recovery_codes, "RecoveryCodes",
    FIELD(recovery_codes, .min = RECOVERY_CODES, .max = RECOVERY_CODES,
	.doc = "Each is good once; they are not shown again"));
#undef T

#define T struct mfa_verify
SCHEMA(mfa_verify, "MfaVerify", FIELD(mfa_token, .flags = REQUIRED | SECRET),
    FIELD(
	method, .flags = REQUIRED, .pattern = "^(totp|recovery_code|passkey)$"),
    FIELD(code, .flags = NULLABLE | SECRET, .min = 1, .max = 64,
	.doc = "For totp and recovery_code"),
    FIELD(credential, .flags = NULLABLE, .max = 16384,
	.doc = "For passkey: the assertion of POST /auth/passkeys/login"));
#undef T

#define T struct totp_key
SCHEMA(totp_row, "TotpRow", FIELD(user_id), FIELD(secret), FIELD(last_step),
    FIELD(created_at), FIELD(confirmed_at, .flags = NULLABLE));
#undef T

#define T struct mfa_status
SCHEMA(recovery_codes_left, "RecoveryCodesLeft", FIELD(recovery_codes_left));
#undef T
