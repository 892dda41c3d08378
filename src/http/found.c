/*
 * Lists that can be searched: a request becomes a question, its rows an answer
 * whose cursor says where to go on.
 */
#include "http/found.h"

#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/json.h"
#include "core/utf8.h"
#include "http/router.h"

/* A cursor: its mark, then what the mark signs. All numbers: big end first. */
enum {
	MARK = 12,
	NUMBER = 8,
	UUID = sizeof(struct uuid),
	HEAD = MARK + NUMBER + 1 + UUID, /* count, more, key; then the value */
	MARKED_MAX = 64 << 10,
	ECHO_MAX = 4096
};

static void
put_number(struct buf *b, int64_t n)
{
	for (int i = 56; i >= 0; i -= 8)
		buf_putc(b, (char)(unsigned char)((uint64_t)n >> i));
}

static int64_t
take_number(const uint8_t *p)
{
	uint64_t n = 0;

	for (int i = 0; i < NUMBER; i++)
		n = n << 8 | p[i];
	return (int64_t)n;
}

/* With its length, so that no two lists of values are alike. */
static void
put_text(struct buf *b, const char *text)
{
	put_number(b, (int64_t)strlen(text));
	buf_puts(b, text);
}

/* One value by its type, NULL-ended texts without their end. */
static void
put_value(struct buf *b, const struct field *f, const void *row)
{
	double real;

	switch (f->type) {
	case FIELD_BOOL:
		put_number(b, FIELD_OF(bool, row, f));
		return;
	case FIELD_INT:
		put_number(b, FIELD_OF(int64_t, row, f));
		return;
	case FIELD_TIME:
		put_number(b, FIELD_OF(struct timestamp, row, f).us);
		return;
	case FIELD_REAL:
		real = FIELD_OF(double, row, f);
		buf_put(b, &real, sizeof(real));
		return;
	case FIELD_UUID:
		buf_put(b, &FIELD_OF(struct uuid, row, f), UUID);
		return;
	case FIELD_TEXT:
		buf_puts(b, FIELD_OF(char *, row, f));
		return;
	default:
		BUG("a filter or an order has a type that no column has");
	}
}

static const struct field *
order_field(const struct asked *a)
{
	return schema_field(a->search->row, a->order->column);
}

/*
 * Signs what a cursor holds together with the question that it answers, so
 * that it is good for no other one and that nobody makes one up.
 */
static void
mark_of(struct ctx *c, const struct asked *a, const void *held, size_t n,
    uint8_t mark[MARK])
{
	const char *key = c->config->SECRET_KEY;
	uint8_t sum[SHA256_SIZE];
	struct buf b, value;

	buf_init(&b, MARKED_MAX);
	buf_init(&value, MARKED_MAX);
	put_text(&b, "cursor");
	put_text(&b, a->search->table);
	put_text(&b, a->order->name);
	buf_putc(&b, a->descending ? '-' : '+');
	for (size_t i = 0; i < a->search->nfilters; i++) {
		const struct filter *filter = &a->search->filters[i];
		const struct field *f = search_given(a, filter);

		if (f == NULL)
			continue;
		put_text(&b, filter->field);
		buf_reset(&value);
		put_value(&value, f, a->input);
		put_number(&b, (int64_t)value.len);
		buf_put(&b, value.data, value.len);
	}
	buf_put(&b, held, n);
	crypto_hmac_sha256(key, strlen(key), b.data, b.len, sum);
	memcpy(mark, sum, MARK);
	buf_free(&value);
	buf_free(&b);
}

static const char *
cursor_of(struct ctx *c, const struct asked *a, const struct found *out,
    const void *last)
{
	const struct field *key = schema_field(a->search->row, a->search->key);
	uint8_t mark[MARK] = {0};
	const char *text;
	struct buf b;

	buf_init(&b, MARKED_MAX);
	buf_put(&b, mark, MARK);
	put_number(&b, out->count);
	buf_putc(&b, out->more);
	buf_put(&b, &FIELD_OF(struct uuid, last, key), UUID);
	put_value(&b, order_field(a), last);
	mark_of(c, a, b.data + MARK, b.len - MARK, mark);
	memcpy(b.data, mark, MARK);
	text = base64url_encode(c->mem, b.data, b.len);
	buf_free(&b);
	return text;
}

/* The order's value of n bytes; the mark has said that it is one of ours. */
static bool
take_value(struct arena *mem, const struct field *f, const uint8_t *p, size_t n,
    struct place *at)
{
	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_TIME:
		if (n == NUMBER)
			at->number = take_number(p);
		return n == NUMBER;
	case FIELD_UUID:
		if (n == UUID)
			memcpy(&at->uuid, p, UUID);
		return n == UUID;
	case FIELD_TEXT:
		at->text = arena_copy(mem, p, n);
		return utf8_valid(at->text, n) && memchr(p, '\0', n) == NULL;
	default:
		return false;
	}
}

/* NULL: no cursor of an answer to that question. */
static const struct place *
place_of(struct ctx *c, const struct asked *a, const char *cursor)
{
	struct place *at = NEW(c->mem, struct place);
	uint8_t mark[MARK];
	const uint8_t *p;
	size_t n;

	if (base64url_decode(c->mem, cursor, strlen(cursor), &p, &n) != OK ||
	    n < HEAD)
		return NULL;
	mark_of(c, a, p + MARK, n - MARK, mark);
	if (!crypto_equal(p, MARK, mark, MARK))
		return NULL;
	at->count = take_number(p + MARK);
	at->more = p[MARK + NUMBER] != 0;
	memcpy(&at->key, p + HEAD - UUID, UUID);
	if (!take_value(c->mem, order_field(a), p + HEAD, n - HEAD, at))
		return NULL;
	return at;
}

static bool
has_fault(const struct ctx *c, const char *name)
{
	for (size_t i = 0; i < c->faults->n; i++)
		if (c->faults->item[i].name != NULL &&
		    strcmp(c->faults->item[i].name, name) == 0)
			return true;
	return false;
}

static void
add_fault(struct ctx *c, struct fault f, const char *name, const char *input)
{
	struct buf quoted;

	if (c->faults->n == SCHEMA_FIELDS)
		return;
	buf_init(&quoted, ECHO_MAX);
	json_quote(&quoted, input, strlen(input));
	f.from = "query";
	f.name = name;
	f.input = quoted.full ? NULL : arena_strdup(c->mem, quoted.data);
	buf_free(&quoted);
	c->faults->item[c->faults->n++] = f;
}

/* As pydantic words it of an enum: 'price', '-price' or 'name'. */
static void
refuse_sort(struct ctx *c, const char *sort)
{
	const struct search *s = c->route->search;
	const char *names = "", *between;
	size_t i, n = s->norders * 2;

	for (i = 0; i < n; i++) {
		between = i == 0 ? "" : i == n - 1 ? " or " : ", ";
		names = arena_printf(c->mem, "%s%s'%s%s'", names, between,
		    i % 2 == 0 ? "" : "-", s->orders[i / 2].name);
	}
	add_fault(c,
	    (struct fault){.type = "enum",
		.message = arena_printf(c->mem, "Input should be %s", names),
		.context =
		    arena_printf(c->mem, "{\"expected\":\"%s\"}", names)},
	    "sort", sort);
}

static void
refuse_cursor(struct ctx *c, const char *cursor, const char *why)
{
	add_fault(c, (struct fault){.type = "value_error", .message = why},
	    "cursor", cursor);
}

static const char *
text_of(const struct ctx *c, const char *name)
{
	return FIELD_OF(char *, c->in, schema_field(c->route->in, name));
}

static int64_t
number_of(const struct ctx *c, const char *name)
{
	return FIELD_OF(int64_t, c->in, schema_field(c->route->in, name));
}

enum err
found_ask(struct ctx *c, struct asked *a)
{
	const char *sort = text_of(c, "sort"), *cursor = text_of(c, "cursor");

	*a = (struct asked){.search = c->route->search,
	    .in = c->route->in,
	    .input = c->in,
	    .given = &c->given,
	    .skip = number_of(c, "skip"),
	    .limit = number_of(c, "limit")};
	if (!search_order(a->search, sort, &a->order, &a->descending) &&
	    !has_fault(c, "sort"))
		refuse_sort(c, sort);
	if (cursor != NULL && a->skip > 0)
		refuse_cursor(
		    c, cursor, "Value error, a cursor goes without skip");
	/* Only of a question without faults can it be a cursor. */
	if (c->faults->n > 0)
		return ERR_INVALID;
	if (cursor != NULL)
		a->after = place_of(c, a, cursor);
	if (cursor == NULL || a->after != NULL)
		return OK;
	refuse_cursor(c, cursor,
	    "Value error, this is no cursor of an answer to the same filters "
	    "and sort");
	return ERR_INVALID;
}

bool
found_uncounted(const struct asked *a, const struct found *out)
{
	bool last = out->data.n <= (size_t)a->limit;

	return a->after == NULL && !out->counted &&
	       !(last && (out->data.n > 0 || a->skip == 0));
}

static void
set_count(const struct asked *a, struct found *out)
{
	if (a->after != NULL) {
		out->count = a->after->count;
		out->more = a->after->more;
	} else if (out->counted) {
		return;
	} else if (!found_uncounted(a, out)) {
		out->count = a->skip + (int64_t)out->data.n;
	} else if (out->count > FOUND_COUNT && !out->exact) {
		out->count = FOUND_COUNT;
		out->more = true;
	}
}

enum err
reply_found(struct ctx *c, const struct asked *a, struct found *out)
{
	size_t limit = (size_t)a->limit;
	const char *rows = out->data.rows;
	enum err err;

	set_count(a, out);
	if (out->data.n > limit) {
		out->data.n = limit;
		out->next = cursor_of(
		    c, a, out, rows + (limit - 1) * a->search->row->size);
	}
	err = reply(c, out);
	if (!err && c->route->counts != NULL)
		reply_remember(c);
	return err;
}
