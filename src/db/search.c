/*
 * SQL of lists, put together from literals: what is given adds conditions, and
 * the order, the cursor and the index that serves both are said in full.
 */
#include <stdio.h>
#include <string.h>

#include "core/words.h"
#include "db/conn.h"
#include "db/search_part.h"
#include "db/unit.h"

static bool
is_equal(const struct query *q, const char *column)
{
	const struct search *s = q->asked->search;
	size_t i;

	for (i = 0; i < q->nfixed; i++)
		if (strcmp(q->fixed[i].column, column) == 0)
			return true;
	for (i = 0; i < s->nfilters; i++)
		if (s->filters[i].test == SEARCH_IS &&
		    strcmp(s->filters[i].column, column) == 0 &&
		    search_given(q->asked, &s->filters[i]) != NULL)
			return true;
	return false;
}

/* How many columns of an index come first and are equal to something. */
static size_t
count_equal(const struct query *q, const struct index *index)
{
	size_t n = 0;

	while (index->columns[n] != NULL && is_equal(q, index->columns[n]))
		n++;
	return n;
}

/* Whether, after n columns, an index goes on with the order and ends. */
static bool
ends_ordered(const struct query *q, const struct index *index, size_t n)
{
	const char *const *left = index->columns + n;
	const char *key = q->asked->search->key;
	const char *column = q->asked->order->column;

	if (strcmp(column, key) != 0) {
		if (*left == NULL || strcmp(*left++, column) != 0)
			return false;
	}
	return *left != NULL && strcmp(*left, key) == 0 && left[1] == NULL;
}

/*
 * Whether all that is given can be told from the index, or, where it cannot,
 * tells few rows apart: true and false. Else another index may be better, and
 * the server's statistics know which.
 */
static bool
suits(const struct query *q, const struct index *index)
{
	const struct search *s = q->asked->search;
	size_t i, k;

	for (i = 0; i < s->nfilters; i++) {
		const struct filter *filter = &s->filters[i];
		const struct field *f = search_given(q->asked, filter);

		if (f == NULL || f->type == FIELD_BOOL)
			continue;
		for (k = 0; index->columns[k] != NULL; k++)
			if (strcmp(index->columns[k], filter->column) == 0)
				break;
		if (index->columns[k] == NULL)
			return false;
	}
	return true;
}

/*
 * The index with most equal columns, of those that give the order. To count,
 * any order will do, and the index that has all columns that are asked for.
 */
static void
choose_index(struct query *q, bool ordered)
{
	const struct search *s = q->asked->search;
	const struct index *index;
	size_t i, n;

	for (i = 0; i < s->nindexes; i++) {
		index = &s->indexes[i];
		n = count_equal(q, index);
		/* The order's own column may be equal to something too. */
		while (ordered && n > 0 && !ends_ordered(q, index, n))
			n--;
		if (ordered ? !ends_ordered(q, index, n) : n == 0)
			continue;
		if (q->index != NULL && n < q->nequal)
			continue;
		if (q->index != NULL && n == q->nequal &&
		    (suits(q, q->index) || !suits(q, index)))
			continue;
		q->index = index;
		q->nequal = n;
	}
}

static void
put_by(struct query *q, const char *column, const char **comma)
{
	search_put(q, *comma);
	search_put_column(q, column);
	if (q->asked->descending)
		search_put(q, " DESC");
	*comma = ", ";
}

/*
 * The columns that are equal to something order nothing; named, they tell the
 * server that the index has the order.
 */
static void
put_order(struct query *q)
{
	const char *column = q->asked->order->column;
	const char *key = q->asked->search->key;
	const char *comma = " ORDER BY ";

	for (size_t i = 0; i < q->nequal; i++)
		put_by(q, q->index->columns[i], &comma);
	if (strcmp(column, key) != 0)
		put_by(q, column, &comma);
	put_by(q, key, &comma);
}

static void
put_select(struct query *q)
{
	const struct schema *row = q->asked->search->row;

	search_put(q, "SELECT ");
	for (size_t i = 0; i < row->nfields; i++) {
		if (i > 0)
			search_put(q, ", ");
		search_put_column(q, row->fields[i].name);
	}
	if (q->counted)
		search_put(q, ", hit.last");
}

/*
 * What full text finds that meets all conditions. It gives its rows in the
 * order of their relevance, so that a limit leaves the best; to ask for that
 * order costs a sort of them all.
 */
static void
put_hits(struct query *q)
{
	const struct search *s = q->asked->search;
	char limit[32];

	if (q->counted) {
		search_put(q, "(SELECT best.");
		search_put(q, s->key);
		search_put(q, ", COUNT(*) OVER () AS last FROM ");
	}
	search_put(q, "(SELECT ");
	search_put_column(q, s->key);
	search_put(q, " FROM ");
	search_put(q, s->table);
	search_put(q, " AS t");
	search_put_where(q);
	q->nconditions = 0;
	snprintf(limit, sizeof(limit), " LIMIT %d", SEARCH_WORDS_MAX + 1);
	search_put(q, limit);
	search_put(q, q->counted ? ") AS best) AS hit" : ") AS hit");
}

/* FROM and WHERE, but for a cursor. */
static void
put_from(struct query *q)
{
	const struct search *s = q->asked->search;

	search_put(q, " FROM ");
	if (q->words != NULL) {
		put_hits(q);
		search_put(q, " STRAIGHT_JOIN ");
		search_put(q, s->table);
		search_put(q, " AS t ON t.");
		search_put(q, s->key);
		search_put(q, " = hit.");
		search_put(q, s->key);
		return;
	}
	search_put(q, s->table);
	search_put(q, " AS t");
	if (q->index != NULL && suits(q, q->index)) {
		search_put(q, " FORCE INDEX (");
		search_put(q, q->index->name);
		search_put(q, ")");
	}
	search_put_where(q);
}

/* From FROM to LIMIT. */
static void
put_rows(struct query *q, int64_t limit)
{
	put_from(q);
	search_put_after(q);
	put_order(q);
	if (q->asked->skip > 0) {
		search_put(q, " LIMIT ?, ?");
		search_put_arg(q, arg_int(q->asked->skip));
	} else {
		search_put(q, " LIMIT ?");
	}
	search_put_arg(q, arg_int(limit));
}

/* The keys of the page first, and then their rows. */
static void
put_skipping(struct query *q, int64_t limit)
{
	const char *key = q->asked->search->key;

	put_select(q);
	search_put(q, " FROM (SELECT ");
	search_put_column(q, key);
	put_rows(q, limit);
	search_put(q, ") AS page STRAIGHT_JOIN ");
	search_put(q, q->asked->search->table);
	search_put(q, " AS t ON t.");
	search_put(q, key);
	search_put(q, " = page.");
	search_put(q, key);
	q->nequal = 0;
	put_order(q);
}

static void
begin(struct query *q, const struct asked *asked, bool ordered)
{
	const struct filter *words;
	const struct field *f;

	q->asked = asked;
	q->index = NULL;
	q->words = NULL;
	q->nequal = q->nconditions = q->nargs = q->len = 0;
	if (q->nfixed > SEARCH_FIXED)
		BUG("a search has too many conditions of its own");
	words = search_words_filter(q);
	if (words != NULL) {
		f = search_given(asked, words);
		q->words =
		    words_query(q->mem, FIELD_OF(char *, asked->input, f));
	}
	q->counted = q->words != NULL && ordered && asked->after == NULL;
	if (q->words != NULL)
		search_put(q, WORDS_BEGIN);
	else
		choose_index(q, ordered);
}

/* In the primary key's index stand the rows themselves. */
static bool
skips_apart(const struct query *q)
{
	return q->asked->skip > SEARCH_SKIP && q->words == NULL &&
	       (q->index == NULL || strcmp(q->index->name, "PRIMARY") != 0);
}

void
search_list(struct query *q, const struct asked *asked, int64_t limit)
{
	begin(q, asked, true);
	if (skips_apart(q)) {
		put_skipping(q, limit);
		return;
	}
	put_select(q);
	put_rows(q, limit);
}

void
search_count(struct query *q, const struct asked *asked, int64_t most)
{
	begin(q, asked, false);
	search_put(q, "SELECT COUNT(*) AS n FROM (SELECT 1");
	put_from(q);
	search_put(q, " LIMIT ?) AS counted");
	search_put_arg(q, arg_int(most + 1));
}

static enum err
run(struct db *db, const struct query *q, const struct schema *view,
    struct list *out, int64_t *total)
{
	int64_t *last = q->counted ? total : NULL;
	enum err err;

	if (q->words != NULL && !pool_may_search(db->pool))
		return ERR_BUSY;
	err = db_composed(db, view, out, last, q->sql, q->arg, q->nargs);
	if (q->words != NULL)
		pool_searched(db->pool);
	return err;
}

/* Where the rows tell how many there are in all, *total does. */
static enum err
list_rows(struct db *db, const struct asked *asked, const struct fixed *fixed,
    size_t nfixed, int64_t limit, struct list *out, int64_t *total)
{
	struct query q;

	q.mem = db->mem;
	q.fixed = fixed;
	q.nfixed = nfixed;
	search_list(&q, asked, limit);
	return run(db, &q, asked->search->row, out, total);
}

enum err
db_search(struct db *db, const struct asked *asked, const struct fixed *fixed,
    size_t nfixed, struct list *out)
{
	int64_t total;

	return list_rows(
	    db, asked, fixed, nfixed, asked->limit + 1, out, &total);
}

enum err
db_search_found(struct db *db, const struct asked *asked,
    const struct fixed *fixed, size_t nfixed, struct found *out)
{
	int64_t total = -1;
	enum err err = list_rows(
	    db, asked, fixed, nfixed, asked->limit + 1, &out->data, &total);

	if (err || total < 0)
		return err;
	out->counted = true;
	out->more = total > SEARCH_WORDS_MAX;
	out->count = out->more ? SEARCH_WORDS_MAX : total;
	return OK;
}

enum err
db_search_page(struct db *db, const struct search *search, struct uuid owner,
    const struct page *at, struct list *out)
{
	const struct fixed own = {search->owner, ARG(owner)};
	struct asked asked = {
	    .search = search, .skip = at->skip, .limit = at->limit};
	int64_t total;

	if (!search_order(search, NULL, &asked.order, &asked.descending))
		BUG("the preset of a search is none of its orders");
	return list_rows(
	    db, &asked, &own, !uuid_is_nil(&owner), at->limit, out, &total);
}

struct total {
	int64_t n;
};

#define T struct total
SCHEMA(search_total, "Total", FIELD(n));
#undef T

enum err
db_search_count(struct db *db, const struct asked *asked,
    const struct fixed *fixed, size_t nfixed, int64_t most, int64_t *n)
{
	struct list found;
	struct query q;
	enum err err;

	q.mem = db->mem;
	q.fixed = fixed;
	q.nfixed = nfixed;
	search_count(&q, asked, most);
	err = run(db, &q, &search_total, &found, NULL);
	if (!err)
		*n = ((const struct total *)found.rows)->n;
	return err;
}
