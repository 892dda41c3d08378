/*
 * What mfa.c takes and answers, and what a code is checked with. Grouped by
 * the file that implements.
 */
#ifndef AUTH_MFA_H
#define AUTH_MFA_H

#include "auth/factors.h"

struct mfa_status {
	bool totp;
	int64_t recovery_codes_left;
	int64_t passkeys;
};
struct totp_create {
	const char *password;
};
struct totp_created {
	const char *secret;
	const char *otpauth_uri;
	const char *qr_svg; /* NULL: too much for one code */
};
struct totp_remove {
	const char *password;
	const char *code;
};
struct mfa_code {
	const char *code;
};
struct recovery_codes {
	struct texts recovery_codes;
};
struct mfa_verify {
	const char *mfa_token;
	const char *method; /* one of auth_methods() */
	const char *code;
	struct raw_json credential;
};

/* schemas_mfa.c */
extern const struct schema mfa_status, totp_create, totp_created, totp_remove;
extern const struct schema mfa_code, recovery_codes, mfa_verify;
extern const struct schema totp_row, recovery_codes_left;

/* second.c */
/*
 * Whether the code is good: it is then used up. The key is locked, so that
 * one code cannot be good twice at a time.
 */
enum err second_totp(struct ctx *, const struct totp_key *, const char *code,
    bool *good) MUST_CHECK;
enum err second_recovery(
    struct ctx *, struct uuid user_id, const char *code, bool *good) MUST_CHECK;
/* New recovery codes, in place of those that there are. */
enum err
second_renew(struct ctx *, struct uuid user_id, struct texts *codes) MUST_CHECK;

/*
 * From now on the caller's account has two factors; the sessions that came in
 * by one end, but for its own.
 */
enum err second_begin(struct ctx *, struct texts *codes) MUST_CHECK;
/* And from now on it has one again. */
enum err second_end(struct ctx *) MUST_CHECK;

/* recovery_codes.c */
/*
 * 80 random bits in Crockford's Base32, four groups of four: "k3v9-...". In
 * the arena.
 */
const char *recovery_code_new(struct arena *);
/*
 * What is stored of a code as somebody typed it: case, spaces and hyphens do
 * not count, o is 0, i and l are 1. NULL when it cannot be one.
 */
const char *recovery_code_digest(struct arena *, const char *secret_key,
    struct uuid user_id, const char *code);

#endif
