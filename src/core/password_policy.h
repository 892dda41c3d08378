/*
 * What a new password must be, beyond its length: NIST SP 800-63B, section
 * 5.1.1.2. The bounds of the length are the schemas'.
 */
#ifndef CORE_PASSWORD_POLICY_H
#define CORE_PASSWORD_POLICY_H

#include <stdbool.h>

#include "core/config.h"

/*
 * NULL when the password will do, else a sentence for its owner. It must not
 * be the address, its local part or the name (in any case, forwards or
 * backwards, or with a few characters beside it), nor one of the most common
 * passwords, and has characters of PASSWORD_CLASSES kinds (lower, upper,
 * digit, other). email and full_name may be NULL.
 */
const char *password_fault(const struct config *, const char *password,
    const char *email, const char *full_name);

/*
 * Whether it is among the 100,000 or so most common ones, in any case, with or
 * without up to four digits and marks at its end; or what needs no list: runs
 * along the keyboard or the alphabet, a short text repeated, a date. Of 100,000
 * random ones it takes one for common at most.
 */
bool password_is_common(const char *password);

#endif
