/*
 * The view of it.
 */
#include "overview/model.h"
#include "preferences/model.h"
#include "users/model.h"

/* What an API key is not told: how its owner signs in. */
#define NOT_FOR_KEYS "; null for an API key"

#define T struct overview_number
BARE_SCHEMA(overview_number, "OverviewNumber", FIELD(n));
#undef T

#define T struct overview_fact
BARE_SCHEMA(overview_fact, "OverviewFact", FIELD(is));
#undef T

#define NUMBER(member, text) \
	FIELD(member, .view = &overview_number, .flags = NULLABLE, .doc = text)

#define T struct overview_counts
SCHEMA(overview_counts, "OverviewCounts", FIELD(items),
    NUMBER(sessions, "Where one is signed in" NOT_FOR_KEYS),
    NUMBER(api_keys, "Those of the account" NOT_FOR_KEYS),
    NUMBER(passkeys, "Those of the account" NOT_FOR_KEYS),
    NUMBER(kv_keys, "Of the own space; null while its store is away"));
#undef T

#define T struct overview_shown
SCHEMA(overview_shown, "Overview", FIELD(user, .view = &user_public),
    FIELD(email_verified),
    FIELD(permissions, .doc = "What the caller may do beyond the own account"),
    FIELD(preferences, .view = &preferences_public),
    FIELD(counts, .view = &overview_counts),
    FIELD(totp, .view = &overview_fact, .flags = NULLABLE,
	.doc =
	    "Codes of an authenticator are asked for at sign-in" NOT_FOR_KEYS),
    NUMBER(recovery_codes_left, "Those not used yet" NOT_FOR_KEYS));
#undef T
