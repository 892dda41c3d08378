/*
 * Lists that were encoded once are sent again while nothing changed. What a
 * route's list holds is told by the version of its owner's row in `counts`
 * (db/counts.h), which the guard reads together with the session; so a hit
 * costs no further statement, and a change made on any worker is seen at once.
 */
#ifndef HTTP_AGAIN_H
#define HTTP_AGAIN_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/page.h"

struct ctx;

/* Of one thread: a table of bounded size. */
struct again;
struct again *again_new(void);
/* NULL is fine. */
void again_free(struct again *);

/*
 * For handlers of routes with `.counts`, whose list depends on the rows that
 * c->owned tells of and on the address of the request alone. Callers who are
 * not known are one caller. What somebody may see besides has to be in the
 * version, or in none (-1): a reply is not made anew because a right came or
 * went.
 */

/* True: the reply is made, from an earlier one of the same version. */
bool reply_again(struct ctx *);
/* Remembers the reply that was just made, for reply_again(). */
void reply_remember(struct ctx *);
/*
 * Encodes a page and remembers it. The count was read a moment before the
 * rows: where the page holds all rows, it is their number.
 */
enum err reply_list(struct ctx *, const struct page *, struct listing *);

#endif
