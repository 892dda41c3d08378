/*
 * Password hashes: Argon2id (RFC 9106) as PHC strings, through libargon2. A
 * hash needs tens of MiB for some milliseconds; that memory is an arena made
 * once per hashing thread, so its number bounds memory and admission.
 *
 * bcrypt hashes ($2a$, $2b$, $2y$, cost 4 to 14; libxcrypt) are verified too:
 * they are stale by definition, so a sign-in replaces them.
 */
#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

struct password_cost {
	uint32_t memory_kib, passes, lanes;
};

/* The memory of one hash at a time; belongs to one thread. */
struct password_slot;
struct password_slot *password_slot_new(const struct password_cost *);
void password_slot_free(struct password_slot *);

/*
 * Bind the slot to the calling thread: hashing uses it, and allocates for the
 * call when there is none or when a stored hash asks for more memory.
 */
void password_slot_use(struct password_slot *);

/* "$argon2id$v=19$m=..,t=..,p=..$salt$hash" with a new salt, in the arena. */
const char *
password_hash(struct arena *, const struct password_cost *, const char *plain);

/*
 * Whether `plain` made `phc`. `phc` NULL does the same work against a fixed
 * hash and is false, so that an unknown account takes as long as a wrong
 * password.
 */
bool password_verify(
    const struct password_cost *, const char *phc, const char *plain);

/* Whether `phc` was made with other parameters than `cost`. */
bool password_is_stale(const char *phc, const struct password_cost *);

#endif
