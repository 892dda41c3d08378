/*
 * API keys and the confirmation of addresses, within this domain: what
 * api_keys.c, email.c and tasks_email.c take in and answer. Grouped by the file
 * that implements.
 */
#ifndef AUTH_ACCESS_H
#define AUTH_ACCESS_H

#include "auth/model.h"

struct api_key_create {
	const char *name;
	struct texts permissions;
	struct timestamp expires_at;
};
/* A key as it is shown once: with itself. */
struct api_key_created {
	struct uuid id;
	const char *name;
	const char *prefix;
	struct texts permissions;
	struct timestamp created_at;
	struct timestamp expires_at;
	struct timestamp last_used_at;
	const char *key;
};

struct email_state {
	const char *email;
	bool is_verified;
};
struct verify_request {
	const char *new_email;
};
/* The argument of a task about an address that takes another's place. */
struct email_change {
	struct uuid user_id;
	const char *old_email;
	const char *new_email;
	const char *locale; /* of the mail; NULL: English */
};

/* schemas_access.c */
extern const struct schema api_key_create, api_key_created, api_keys_public;
extern const struct schema email_state, verify_request, email_change;

/*
 * tasks_email.c. mail_new_email asks the new address to take the old one's
 * place, by a ticket of TICKET_EMAIL whose data is the old address, a newline
 * and the new one: it is void once the account has another than the old.
 */

#endif
