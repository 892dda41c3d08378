/*
 * Lists that can be searched (core/search.h): from a request to a question,
 * and from rows to an answer.
 *
 *	struct asked asked;
 *	struct found out = {0};
 *	enum err err = found_ask(c, &asked);
 *
 *	if (!err)
 *		err = products_list(c->db, &asked, &out);
 *	if (!err && found_uncounted(&asked, &out))
 *		err = products_count(c->db, &asked, FOUND_COUNT, &out.count);
 *	return err ? err : reply_found(c, &asked, &out);
 */
#ifndef HTTP_FOUND_H
#define HTTP_FOUND_H

#include <stdbool.h>

#include "core/err.h"
#include "core/search.h"

struct ctx;

enum {
	/* So many are counted of a list that has filters. */
	FOUND_COUNT = 1000,
	/*
	 * The input's cursor has to take so many characters where an order is
	 * by a text of at most 255; 120 where none is by a text.
	 */
	FOUND_CURSOR = 1500
};

/*
 * Reads the input of a route with `.search`. ERR_INVALID for a sort that is
 * none of its orders, for a cursor that is none of its answers to the same
 * filters and order, and for a cursor beside skip. Where the input has other
 * faults already, those of the sort join them: the dispatcher asks once, so
 * that a client hears of all at once.
 */
enum err found_ask(struct ctx *, struct asked *) MUST_CHECK;
/*
 * Of a list that was read: whether neither its rows nor the cursor tell how
 * many there are in all. Then they have to be counted (db_search_count, up to
 * FOUND_COUNT).
 */
bool found_uncounted(const struct asked *, const struct found *);
/*
 * Cuts the row that is one too many, and makes the cursor of the next page,
 * which holds the count too: it is counted once for a walk through all pages.
 * A count above FOUND_COUNT is FOUND_COUNT and `more`. Remembered for
 * reply_again() (http/again.h) where the route has `.counts`.
 */
enum err reply_found(struct ctx *, const struct asked *, struct found *);

#endif
