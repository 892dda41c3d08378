/*
 * What a front end shows somebody first, in one answer. Above all domains that
 * it tells of. Grouped by the file that implements.
 */
#ifndef OVERVIEW_MODEL_H
#define OVERVIEW_MODEL_H

#include "core/schema.h"

struct domain;

struct overview_counts {
	int64_t items, sessions, api_keys, passkeys;
	int64_t kv_keys; /* of the own space */
};
struct overview_shown {
	struct object user; /* user_public */
	bool email_verified;
	struct texts permissions;
	struct object preferences; /* preferences_public */
	struct object counts;
	bool totp;
	int64_t recovery_codes_left;
};

/* schemas.c */
extern const struct schema overview_shown;

/* router.c */
extern const struct domain overview;

#endif
