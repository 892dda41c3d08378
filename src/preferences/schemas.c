/*
 * The views of preferences.
 */
#include "preferences/model.h"

#define LOCALE .max = 35, .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
#define THEME  .pattern = "^(system|light|dark)$"

#define T struct preferences
SCHEMA(preferences_row, "PreferencesRow", FIELD(locale, .flags = NULLABLE),
    FIELD(theme), FIELD(notify_new_login));
SCHEMA(preferences_public, "PreferencesPublic",
    FIELD(locale, .flags = NULLABLE, LOCALE, .doc = "A BCP 47 tag"),
    FIELD(theme, THEME),
    FIELD(notify_new_login,
	.doc = "Whether a sign-in from a new device is told by mail"));
#undef T

#define T struct preferences_update
SCHEMA(preferences_update, "PreferencesUpdate",
    FIELD(locale, .flags = NULLABLE, LOCALE), FIELD(theme, THEME),
    FIELD(notify_new_login));
#undef T
