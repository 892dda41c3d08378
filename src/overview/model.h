/*
 * What a front end shows somebody first, in one answer. Above all domains that
 * it tells of. Grouped by the file that implements.
 */
#ifndef OVERVIEW_MODEL_H
#define OVERVIEW_MODEL_H

#include "core/schema.h"

struct domain;

struct overview_number {
	int64_t n;
};
struct overview_fact {
	bool is;
};
/* The objects are overview_numbers; none where it is not known or told. */
struct overview_counts {
	int64_t items;
	struct object sessions, api_keys, passkeys;
	struct object kv_keys; /* of the own space */
};
struct overview_shown {
	struct object user; /* user_public */
	bool email_verified;
	struct texts permissions;
	struct object preferences; /* preferences_public */
	struct object counts;
	struct object totp;                /* overview_fact, or none */
	struct object recovery_codes_left; /* overview_number, or none */
};

/* schemas.c */
extern const struct schema overview_shown;

/* router.c */
extern const struct domain overview;

#endif
