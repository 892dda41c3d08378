/* The fields that hold more than one plain value: lists of texts, whose items
 * are checked as texts of their own, and JSON that is kept as it came. */
#include "core/field.h"

#include <string.h>

#include "core/json.h"

enum { DOCUMENT_MAX = 16 << 20 };

/* A list on its way in: from a JSON array, or from what repeats a name. */
struct items {
	const struct conversion *to;
	struct field field; /* one item, as a field of text */
	const char **stored;
	size_t n;
};

enum err
field_wrong_number(const struct conversion *c, int64_t bound, size_t n)
{
	bool is_long = n > (size_t)bound;

	c->fault->context = arena_printf(c->mem,
	    "{\"field_type\":\"List\",\"%s_length\":%lld,"
	    "\"actual_length\":%zu}",
	    is_long ? "max" : "min", (long long)bound, n);
	return fault_set(c->fault, is_long ? "too_long" : "too_short",
	    arena_printf(c->mem,
		"List should have at %s %lld item%s after validation, not %zu",
		is_long ? "most" : "least", (long long)bound,
		bound == 1 ? "" : "s", n));
}

/* Before its items: a list that is too long costs nothing more. */
static enum err
items_begin(struct items *items, const struct conversion *c, size_t n)
{
	int64_t max = c->field->max > 0 ? c->field->max : TEXTS_ITEMS;

	if (n > (size_t)max)
		return field_wrong_number(c, max, n);
	*items = (struct items){.to = c,
	    .field = {.name = c->field->name,
		.type = FIELD_TEXT,
		.min = 1,
		.max = c->field->item_max > 0 ? c->field->item_max : TEXTS_ITEM,
		.format = c->field->format,
		.pattern = c->field->pattern},
	    .stored = NEW_N(c->mem, const char *, n + 1)};
	return OK;
}

/* Where the next item goes. */
static struct conversion
items_next(struct items *items)
{
	return (struct conversion){items->to->mem, &items->field,
	    &items->stored[items->n++], items->to->fault};
}

static enum err
items_end(const struct items *items)
{
	const struct conversion *c = items->to;

	if (items->n < (size_t)c->field->min)
		return field_wrong_number(c, c->field->min, items->n);
	*FIELD_AT(struct texts, c->row, c->field) =
	    (struct texts){.item = items->stored, .n = items->n};
	return OK;
}

enum err
field_texts_from_json(const struct conversion *c, const struct json *list)
{
	size_t n = json_count(list);
	struct items items;
	enum err err = items_begin(&items, c, n);

	for (size_t i = 0; !err && i < n; i++) {
		struct conversion item = items_next(&items);

		err = field_from_json(&item, json_at(list, i));
		if (err)
			c->fault->nth = items.n;
	}
	return err ? err : items_end(&items);
}

static void
echo_pair(const struct conversion *c, const struct pair *pair)
{
	if (!(c->field->flags & SECRET))
		c->fault->input =
		    fault_echo_text(c->mem, pair->value, pair->length);
}

enum err
field_texts_from_pairs(
    const struct conversion *c, const struct pair *pairs, size_t n)
{
	const char *name = c->field->name;
	struct items items;
	size_t found = 0;
	enum err err;

	for (size_t i = 0; i < n; i++)
		found += strcmp(pairs[i].name, name) == 0;
	err = items_begin(&items, c, found);
	for (size_t i = 0; !err && i < n; i++) {
		struct conversion item;

		if (strcmp(pairs[i].name, name) != 0)
			continue;
		item = items_next(&items);
		err = field_from_text(&item, pairs[i].value, pairs[i].length);
		if (!err)
			continue;
		c->fault->nth = items.n;
		echo_pair(c, &pairs[i]);
	}
	if (!err)
		err = items_end(&items);
	if (err && c->fault->nth == 0 && !(c->field->flags & SECRET))
		c->fault->input = fault_echo_pairs(c->mem, name, pairs, n);
	return err;
}

enum err
field_document_from_part(const struct conversion *c, struct json_part part)
{
	int64_t max = c->field->max > 0 ? c->field->max : DOCUMENT_MAX;
	size_t n;
	const char *text = json_compact(c->mem, part, &n);

	if (n > (size_t)max) {
		c->fault->context = arena_printf(
		    c->mem, "{\"max_length\":%lld}", (long long)max);
		return fault_set(c->fault, "bytes_too_long",
		    arena_printf(c->mem, "Data should have at most %lld byte%s",
			(long long)max, max == 1 ? "" : "s"));
	}
	FIELD_AT(struct raw_json, c->row, c->field)->text = text;
	return OK;
}

/* Where there are only texts, in a query or a form, it is written out. */
enum err
field_document_from_text(const struct conversion *c, const char *text, size_t n)
{
	struct json_fault why;
	struct json *value;
	enum err err;

	err = json_parse(text, n, JSON_DEPTH - 1, &value, &why);
	if (!err) {
		err = field_document_from_part(c, json_whole(text, n));
	} else {
		if (why.utf8)
			why.error = "not UTF-8";
		c->fault->context = arena_printf(
		    c->mem, "{\"error\":%s}", fault_quote(c->mem, why.error));
		fault_set(c->fault, "json_invalid",
		    arena_printf(c->mem, "Invalid JSON: %s", why.error));
	}
	json_free(value);
	return err;
}
