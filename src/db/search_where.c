/*
 * What a row has to meet: conditions in the making of a search's statement.
 */
#include <string.h>

#include "db/search_part.h"

void
search_put(struct query *q, const char *text)
{
	size_t n = strlen(text);

	if (n >= TEXT_MAX - q->len)
		BUG("a search has too long a text");
	memcpy(q->sql + q->len, text, n + 1);
	q->len += n;
}

void
search_put_column(struct query *q, const char *column)
{
	search_put(q, "t.");
	search_put(q, column);
}

void
search_put_arg(struct query *q, struct arg arg)
{
	if (q->nargs == ARGS_MAX)
		BUG("a search has too many arguments");
	q->arg[q->nargs++] = arg;
}

/* " t.price >= ?" */
static void
put_test(struct query *q, const char *column, const char *test, struct arg arg)
{
	search_put_column(q, column);
	search_put(q, test);
	search_put_arg(q, arg);
}

static void
put_and(struct query *q)
{
	search_put(q, q->nconditions++ == 0 ? " WHERE " : " AND ");
}

/* A moment that SQL has and that an argument can say (0 is NULL). */
static struct arg
moment(struct timestamp t)
{
	static const int64_t first = -62135596800000000; /* of year 1 */
	static const int64_t end = 253402300799999999;   /* of year 9999 */

	if (t.us == 0)
		t.us = 1;
	t.us = t.us < first ? first : t.us > end ? end : t.us;
	return arg_time(t);
}

static struct arg
value_of(const struct field *f, const void *row)
{
	switch (f->type) {
	case FIELD_BOOL:
		return arg_bool(FIELD_OF(bool, row, f));
	case FIELD_INT:
		return arg_int(FIELD_OF(int64_t, row, f));
	case FIELD_REAL:
		return arg_real(FIELD_OF(double, row, f));
	case FIELD_UUID:
		return arg_uuid(FIELD_OF(struct uuid, row, f));
	case FIELD_TIME:
		return moment(FIELD_OF(struct timestamp, row, f));
	case FIELD_TEXT:
		return arg_text(FIELD_OF(char *, row, f));
	default:
		BUG("a filter has a type that no column has");
	}
}

/* Of the order's column, where the last page ended. */
static struct arg
value_at(const struct field *f, const struct place *at)
{
	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_INT:
		return arg_int(at->number);
	case FIELD_TIME:
		return moment((struct timestamp){at->number});
	case FIELD_UUID:
		return arg_uuid(at->uuid);
	case FIELD_TEXT:
		return arg_text(at->text);
	default:
		BUG("an order's column has a type that has no place");
	}
}

/* "50%" as the pattern of what begins with it. */
static const char *
beginning(struct arena *mem, const char *text)
{
	char *pattern = arena_alloc(mem, 2 * strlen(text) + 2, 1);
	char *p = pattern;

	for (; *text != '\0'; text++) {
		if (strchr("|%_", *text) != NULL)
			*p++ = '|';
		*p++ = *text;
	}
	*p = '%';
	return pattern;
}

static bool
leads(const struct query *q, const char *column)
{
	for (size_t i = 0; i < q->nequal; i++)
		if (strcmp(q->index->columns[i], column) == 0)
			return true;
	return false;
}

/*
 * Between its first columns and a range of the next, the server has to choose
 * by statistics when it meets `=`, and then reads all that comes before the
 * range. A range from the value to the value leaves no choice.
 */
static void
put_equal(struct query *q, const char *column, struct arg value)
{
	put_and(q);
	if (!leads(q, column)) {
		put_test(q, column, " = ?", value);
		return;
	}
	put_test(q, column, " >= ?", value);
	put_and(q);
	put_test(q, column, " <= ?", value);
}

static void
put_prefix(struct query *q, const char *column, const char *text)
{
	put_and(q);
	put_test(q, column, " LIKE ?", arg_text(beginning(q->mem, text)));
	search_put(q, " ESCAPE '|'");
}

/* Nothing of the text is in the full-text index. */
static void
put_no_words(struct query *q, const char *columns, const char *text)
{
	size_t n;

	text += strspn(text, " ");
	for (n = strlen(text); n > 0 && text[n - 1] == ' ';)
		n--;
	put_prefix(q, arena_copy(q->mem, columns, strcspn(columns, ", ")),
	    arena_copy(q->mem, text, n));
}

static void
put_match(struct query *q, const char *columns)
{
	put_and(q);
	search_put(q, "MATCH (");
	search_put(q, columns);
	search_put(q, ") AGAINST (? IN BOOLEAN MODE)");
	search_put_arg(q, arg_text(q->words));
}

static void
put_filter(struct query *q, const struct filter *filter, const struct field *f)
{
	static const char *const tests[] = {[SEARCH_FROM] = " >= ?",
	    [SEARCH_TO] = " <= ?",
	    [SEARCH_BEFORE] = " < ?"};
	struct arg value = value_of(f, q->asked->input);

	switch (filter->test) {
	case SEARCH_IS:
		put_equal(q, filter->column, value);
		return;
	case SEARCH_FROM:
	case SEARCH_TO:
	case SEARCH_BEFORE:
		put_and(q);
		put_test(q, filter->column, tests[filter->test], value);
		return;
	case SEARCH_PREFIX:
		put_prefix(q, filter->column, value.v.s);
		return;
	case SEARCH_WORDS:
		if (q->words == NULL)
			put_no_words(q, filter->column, value.v.s);
		else
			put_match(q, filter->column);
		return;
	}
}

void
search_put_where(struct query *q)
{
	const struct search *s = q->asked->search;
	const struct field *f;
	size_t i;

	for (i = 0; i < q->nfixed; i++)
		put_equal(q, q->fixed[i].column, q->fixed[i].is);
	for (i = 0; i < s->nfilters; i++) {
		f = search_given(q->asked, &s->filters[i]);
		if (f != NULL)
			put_filter(q, &s->filters[i], f);
	}
}

void
search_put_after(struct query *q)
{
	const struct asked *asked = q->asked;
	const char *column = asked->order->column, *key = asked->search->key;
	const char *beyond = asked->descending ? " < ?" : " > ?";
	struct arg value, id;

	if (asked->after == NULL)
		return;
	value =
	    value_at(schema_field(asked->search->row, column), asked->after);
	id = arg_uuid(asked->after->key);
	put_and(q);
	if (strcmp(column, key) == 0) {
		put_test(q, key, beyond, id);
		return;
	}
	search_put(q, "(");
	put_test(q, column, beyond, value);
	search_put(q, " OR (");
	put_test(q, column, " = ?", value);
	search_put(q, " AND ");
	put_test(q, key, beyond, id);
	search_put(q, "))");
}

const struct filter *
search_words_filter(const struct query *q)
{
	const struct search *s = q->asked->search;

	for (size_t i = 0; i < s->nfilters; i++)
		if (s->filters[i].test == SEARCH_WORDS &&
		    search_given(q->asked, &s->filters[i]) != NULL)
			return &s->filters[i];
	return NULL;
}
