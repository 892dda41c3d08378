/*
 * Second factors and passkeys, within this domain: what mfa.c, passkeys.c and
 * second.c share. Grouped by the file that implements.
 */
#ifndef AUTH_FACTORS_H
#define AUTH_FACTORS_H

#include "auth/model.h"
#include "core/webauthn.h"

enum { RECOVERY_CODES = 10 };

/* A row of totp. */
struct totp_key {
	struct uuid user_id;
	const char *secret; /* core/seal.h, purpose "totp", owner: the user */
	int64_t last_step;
	struct timestamp created_at;
	struct timestamp confirmed_at; /* zero: it does not count yet */
};

/* A row of passkeys. */
struct passkey {
	struct uuid id;
	struct uuid user_id;
	const char *name;
	const char *credential_digest; /* SHA-256 of its id: unique */
	const char *credential_id;
	const char *public_key;
	int64_t algorithm;
	int64_t sign_count;
	struct timestamp created_at;
	struct timestamp last_used_at;
};

/* dao_totp.c: ERR_NOT_FOUND for no row */
enum err totp_by_user(
    struct db *, struct uuid user_id, bool lock, struct totp_key *) MUST_CHECK;
/* Replaces one that is not confirmed; ERR_CONFLICT when it is. */
enum err totp_put(struct db *, const struct totp_key *) MUST_CHECK;
enum err
totp_confirm(struct db *, struct uuid user_id, struct timestamp) MUST_CHECK;
/* ERR_NOT_FOUND unless the step is later than the last: no code counts twice */
enum err totp_use(struct db *, struct uuid user_id, int64_t step) MUST_CHECK;
enum err totp_delete(struct db *, struct uuid user_id) MUST_CHECK;
enum err
recovery_codes_count(struct db *, struct uuid user_id, int64_t *) MUST_CHECK;
/* Exactly these digests; n 0: none. */
enum err recovery_codes_put(struct db *, struct uuid user_id,
    const char *const *digests, size_t n) MUST_CHECK;
/* ERR_NOT_FOUND when there is none such. */
enum err recovery_codes_use(
    struct db *, struct uuid user_id, const char *digest) MUST_CHECK;

/* dao_passkeys.c */
enum err passkeys_insert(struct db *, const struct passkey *) MUST_CHECK;
/* Oldest first; at most 100. */
enum err
passkeys_list(struct db *, struct uuid user_id, struct list *) MUST_CHECK;
enum err passkeys_by_id(struct db *, struct uuid user_id, struct uuid id,
    struct passkey *) MUST_CHECK;
enum err passkeys_by_credential(
    struct db *, const char *digest, bool lock, struct passkey *) MUST_CHECK;
enum err passkeys_rename(struct db *, struct uuid user_id, struct uuid id,
    const char *name) MUST_CHECK;
enum err
passkeys_delete(struct db *, struct uuid user_id, struct uuid id) MUST_CHECK;
enum err passkeys_used(struct db *, struct uuid id, int64_t sign_count,
    struct timestamp) MUST_CHECK;
enum err passkeys_count(struct db *, struct uuid user_id, int64_t *) MUST_CHECK;

/* second.c */
/* A device as the data of a ticket of TICKET_MFA, and back. In the arena. */
const char *mfa_data(struct arena *, const struct device *);
/* ERR_INVALID when the text is not what mfa_data() made. */
enum err
mfa_device(struct arena *, const char *data, struct device *) MUST_CHECK;

/* passkey_proof.c */
/*
 * A ticket of TICKET_PASSKEY_LOGIN is used up and the assertion verified: the
 * passkey, with its new count stored. `user_id` nil: whoever it is. ERR_INVALID
 * for whatever is wrong, with the cause logged.
 */
enum err passkey_assert(struct ctx *, struct uuid user_id,
    const char *credential_json, struct passkey *) MUST_CHECK;

#endif
