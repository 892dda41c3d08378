/*
 * Runs what core/search.h declares. The SQL is put together from the program's
 * literals alone, and only as many texts are kept prepared on a connection as
 * SEARCH_STATEMENTS says: the least used goes first.
 */
#ifndef DB_SEARCH_H
#define DB_SEARCH_H

#include "core/page.h"
#include "core/search.h"
#include "db/db.h"

enum {
	SEARCH_STATEMENTS = 64,
	SEARCH_FIXED = 4,
	/*
	 * What full text finds, with all filters, before the order looks at
	 * it: the rows that match best, and one more, which says that there
	 * are others.
	 */
	SEARCH_WORDS_MAX = 1000,
	/*
	 * So many rows are skipped as they are. More are skipped in the index
	 * alone (but for PRIMARY), and those of the page are read after it.
	 */
	SEARCH_SKIP = 100
};

/* A condition that is the program's own: whose rows, which state. */
struct fixed {
	const char *column;
	struct arg is; /* column = value */
};

/*
 * At most asked->limit + 1 rows, in the order asked for: one more than a page
 * tells that there is another. A cursor is met by comparing with its place,
 * never by an offset.
 */
enum err db_search(struct db *, const struct asked *, const struct fixed *,
    size_t nfixed, struct list *) MUST_CHECK;
/*
 * The same, into out->data. Where a full text was asked for, the rows come
 * with out->count and out->more (and out->counted), so that it runs once; not
 * so where no row came. ERR_BUSY: too many search words at the moment, or they
 * found more than the server's time and memory are for.
 */
enum err db_search_found(struct db *, const struct asked *,
    const struct fixed *, size_t nfixed, struct found *) MUST_CHECK;
/*
 * How many there are in all (no skip, limit, cursor). They are counted up to
 * `most`; most + 1 says that there are more.
 */
enum err db_search_count(struct db *, const struct asked *,
    const struct fixed *, size_t nfixed, int64_t most, int64_t *n) MUST_CHECK;
/*
 * A page of a list that takes skip and limit alone: at->limit rows at most, in
 * the preset order, of that owner (by the search's column); nil: everybody's.
 */
enum err db_search_page(struct db *, const struct search *, struct uuid owner,
    const struct page *at, struct list *) MUST_CHECK;

#endif
