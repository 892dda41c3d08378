/*
 * Between the files that check an e-mail address: runs of code points and the
 * checks that both sides of the @-sign share. Not for anybody else.
 */
#ifndef CORE_EMAIL_PART_H
#define CORE_EMAIL_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Code points; not NUL-terminated. */
struct span {
	const uint32_t *at;
	size_t n;
};

struct email_work {
	struct arena *mem;
	const char *why; /* of the first refusal */
};

/* Sets the reason and returns false. */
bool email_refuse(struct email_work *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Refuses as "<intro>: 'x', SPACE." when `allowed` says no to one of them,
 * else returns true.
 */
bool email_check_chars(struct email_work *, struct span,
    bool (*allowed)(uint32_t), const char *intro);
/* Refuses what is not sensible Unicode: controls, separators, lone marks. */
bool email_check_safe(struct email_work *, struct span, bool spaces);
/* "An email address cannot <verb> a period<where>." */
struct email_end {
	const char *verb, *where;
};
struct email_ends {
	struct email_end first, last;
	bool hyphens; /* may not stand there either */
};
bool
email_check_dots(struct email_work *, struct span, const struct email_ends *);

/* How a code point is shown in a reason: 'x', SPACE, U+000A. */
const char *email_show(struct arena *, uint32_t);

struct span email_span(struct arena *, const char *utf8);
const char *email_utf8(struct arena *, struct span);
struct span email_nfc(struct arena *, struct span);
bool email_is_same(struct span, struct span);
bool email_is_atext(uint32_t);

/* The domain as shown (U-labels) and as ASCII (A-labels). */
struct email_domain {
	const char *shown, *ascii;
};
bool email_read_domain(struct email_work *, struct span, struct email_domain *);

#endif
