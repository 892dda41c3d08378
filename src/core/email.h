/*
 * E-mail addresses: what email-validator (Python) accepts without DNS, with
 * its texts. Length is bounded by 254 octets in all.
 */
#ifndef CORE_EMAIL_H
#define CORE_EMAIL_H

#include <stddef.h>

#include "core/arena.h"

/*
 * The address in its normal form: spaces around it trimmed, "Name <a@b.c>"
 * reduced to a@b.c, the domain in lower case, the local part as typed, NFC.
 * NULL when it is not one; *why is then the reason, in the arena.
 */
const char *email_normalise(struct arena *, const char *text, const char **why);

/*
 * What two addresses have in common when they differ in case only (Unicode,
 * NFC; libunistring): the local part folded in full, the domain in lower case.
 * The key under which an account is unique and found.
 */
const char *email_fold(struct arena *, const char *address);

/*
 * A normal address as a mail server takes it: the domain in ASCII (IDNA), the
 * local part as it is. NULL when the domain has no such form.
 */
const char *email_to_ascii(struct arena *, const char *address);

#endif
