/*
 * The view of it.
 */
#include "overview/model.h"
#include "preferences/model.h"
#include "users/model.h"

#define T struct overview_counts
SCHEMA(overview_counts, "OverviewCounts", FIELD(items),
    FIELD(sessions, .doc = "Where one is signed in"), FIELD(api_keys),
    FIELD(passkeys), FIELD(kv_keys, .doc = "Of the own space"));
#undef T

#define T struct overview_shown
SCHEMA(overview_shown, "Overview", FIELD(user, .view = &user_public),
    FIELD(email_verified),
    FIELD(permissions, .doc = "What the caller may do beyond the own account"),
    FIELD(preferences, .view = &preferences_public),
    FIELD(counts, .view = &overview_counts),
    FIELD(totp, .doc = "Codes of an authenticator are asked for at sign-in"),
    FIELD(recovery_codes_left));
#undef T
