/*
 * Rows of a file as POST /products/ would take them: the same schema says what
 * is right, and a row that is not says why in words.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/products.h"
#include "core/decode.h"
#include "core/utf8.h"

enum { WHAT_MAX = 8192, DEPTH = 4 };

/* One row on its way. What is wrong with it gathers in `what`. */
struct checking {
	struct products_check *check;
	const struct products_raw *raw;
	struct product_wish wish;
	struct buf what;
};

/* "price: Input should be ...", after others. */
static void
fault(struct checking *c, const char *name, const char *message)
{
	if (c->what.len > 0)
		buf_puts(&c->what, "; ");
	if (name != NULL)
		buf_printf(&c->what, "%s: ", name);
	buf_puts(&c->what, message);
}

static uint64_t
bit(const struct field *f)
{
	return UINT64_C(1) << (f - product_file.fields);
}

static enum err
refuse_header(struct products_check *check, int64_t line, const char *what)
{
	products_complain(check->bad, line, what);
	return ERR_INVALID;
}

static const char *
all_columns(struct arena *mem)
{
	const char *all = "";

	for (size_t i = 0; i < product_file.nfields; i++)
		all = arena_printf(mem, "%s%s%s", all, i > 0 ? ", " : "",
		    product_file.fields[i].name);
	return all;
}

static const char *
add_column(struct products_check *check, const struct csv_cell *cell)
{
	const char *name = cell->text != NULL ? cell->text : "";
	const struct field *f = schema_field(&product_file, name);

	if (f == NULL || cell->n != strlen(name))
		return arena_printf(check->mem,
		    "\"%s\" is no column: the first line names some of %s",
		    name, all_columns(check->mem));
	if (check->columns & bit(f))
		return arena_printf(
		    check->mem, "the column %s stands there twice", name);
	check->columns |= bit(f);
	check->column[check->ncolumns++] = f;
	return NULL;
}

static enum err
take_header(struct products_check *check, const struct csv_row *row)
{
	const char *why = NULL;

	for (size_t i = 0; i < row->n && why == NULL; i++)
		why = add_column(check, &row->cell[i]);
	for (size_t i = 0; i < product_file.nfields && why == NULL; i++) {
		const struct field *f = &product_file.fields[i];
		const struct field *in = schema_field(&product_create, f->name);

		if (in->flags & REQUIRED && !(check->columns & bit(f)))
			why = arena_printf(check->mem,
			    "the column %s is missing: every product needs it",
			    f->name);
	}
	return why != NULL ? refuse_header(check, row->line, why) : OK;
}

static void
decode(struct checking *c, const struct input *in, struct presence *presence)
{
	struct faults faults;

	if (!schema_decode(c->check->mem, &product_create, in, &c->wish.product,
		presence, &faults))
		return;
	for (size_t i = 0; i < faults.n; i++)
		fault(c, faults.item[i].name, faults.item[i].message);
}

/*
 * Quotes around nothing are a text without characters, where there may be
 * one; for a form, as which the row is decoded, it would be left out.
 */
static void
take_empty(struct checking *c, const struct field *f)
{
	const struct field *in = schema_field(&product_create, f->name);
	struct fault why;

	if (f->type == FIELD_TEXT && !(in->flags & REQUIRED) &&
	    field_parse(c->check->mem, in, "", 0, &c->wish.product, &why))
		fault(c, f->name, why.message);
}

static void
check_csv(struct checking *c)
{
	const struct csv_row *row = c->raw->csv;
	const struct products_check *check = c->check;
	struct pair pairs[CSV_CELLS];
	struct input in = {.form = pairs, .body = BODY_FORM};
	struct presence presence;

	if (row->n != check->ncolumns) {
		buf_printf(&c->what, "%zu cells, but %zu columns", row->n,
		    check->ncolumns);
		return;
	}
	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = check->column[i];
		const struct csv_cell *cell = &row->cell[i];

		if (cell->text != NULL || f->flags & NULLABLE)
			c->wish.given |= bit(f);
		if (cell->text == NULL)
			continue;
		if (!utf8_valid(cell->text, cell->n))
			fault(c, f->name, "it is not UTF-8");
		else
			pairs[in.nform++] =
			    (struct pair){f->name, cell->text, cell->n};
	}
	if (c->what.len > 0)
		return;
	decode(c, &in, &presence);
	for (size_t i = 0; i < row->n; i++)
		if (row->cell[i].text != NULL && row->cell[i].n == 0)
			take_empty(c, check->column[i]);
}

/* The tree can be asked for members, but not which ones it has. */
static void
check_members(struct checking *c)
{
	struct json_part rest = json_whole(c->raw->json, c->raw->n), name,
			 value;

	while (json_next(&rest, &name, &value)) {
		const char *text = json_plain(c->check->mem, name);

		if (schema_field(&product_file, text) == NULL)
			fault(c, text, "there is no such member");
	}
}

static void
check_document(struct checking *c, const struct json *document)
{
	const struct input in = {.body = BODY_JSON,
	    .json = document,
	    .source = c->raw->json,
	    .nsource = c->raw->n};
	struct presence presence;

	decode(c, &in, &presence);
	if (json_kind(document) == JSON_OBJECT)
		check_members(c);
	c->wish.given |= products_given(&product_create, presence.given);
}

static void
check_json(struct checking *c)
{
	struct json *document = NULL;
	struct json_fault why;

	if (!json_parse(c->raw->json, c->raw->n, DEPTH, &document, &why))
		check_document(c, document);
	else if (why.utf8)
		fault(c, NULL, "it is not UTF-8");
	else
		buf_printf(&c->what, "it is not JSON: %s at character %zu",
		    why.error, why.offset + 1);
	json_free(document);
}

/* What no schema says. */
static void
check_rules(struct checking *c)
{
	struct product_fault faults[PRODUCT_RULES];
	size_t n = product_faults(&c->wish.product, faults);

	for (size_t i = 0; i < n; i++)
		fault(c, faults[i].member, faults[i].why);
}

static void
check_sku(struct checking *c)
{
	int64_t before = products_seen_add(
	    c->check->seen, c->wish.product.sku, c->raw->line);

	if (before != 0)
		buf_printf(
		    &c->what, "sku: the same as in line %" PRId64, before);
}

static bool
check_row(struct checking *c)
{
	struct products_check *check = c->check;

	buf_init(&c->what, WHAT_MAX);
	if (c->raw->fault != NULL)
		buf_printf(&c->what, "%s%s", c->raw->fault,
		    c->raw->json == NULL ? " (the rest was not read)" : "");
	else if (c->raw->csv != NULL)
		check_csv(c);
	else
		check_json(c);
	if (c->what.len == 0)
		check_rules(c);
	if (c->what.len == 0)
		check_sku(c);
	if (c->what.len > 0)
		products_complain(check->bad, c->raw->line, c->what.data);
	buf_free(&c->what);
	/* Nothing is written any more, but all faults shall be found. */
	return check->bad->rows > 0 ||
	       products_spool_put(check->spool, &c->wish);
}

static void
show_progress(struct products_check *check)
{
	const struct products_source *s = check->source;
	struct terminal_progress *progress = &check->bad->progress;

	if (s->size > 0)
		terminal_progress(progress,
		    "%" PRId64 " rows read, %" PRId64 " %%", check->rows,
		    s->at * 100 / s->size);
	else
		terminal_progress(
		    progress, "%" PRId64 " rows read", check->rows);
}

enum err
products_check_row(void *context, const struct products_raw *raw)
{
	struct products_check *check = context;
	const struct arena_mark mark = arena_mark(check->mem);
	struct checking c = {
	    .check = check, .raw = raw, .wish.line = raw->line};
	bool ok = true;

	if (raw->csv != NULL && check->ncolumns == 0)
		return take_header(check, raw->csv);
	check->rows++;
	ok = check_row(&c);
	arena_rewind(check->mem, mark);
	show_progress(check);
	return ok ? OK : ERR_STORAGE;
}
