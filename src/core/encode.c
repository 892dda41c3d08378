/*
 * Replies are written from the views: no tree is built in between.
 */
#include "core/encode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/json.h"
#include "core/texts.h"

enum { REAL_TEXT = 32 };

static void
put_real(struct buf *out, double value)
{
	char text[REAL_TEXT];
	int precision;

	if (!isfinite(value))
		BUG("a number in a row is not finite");
	for (precision = 15; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	buf_puts(out, text);
}

static void
put_quoted(struct buf *out, const char *plain)
{
	buf_putc(out, '"');
	buf_puts(out, plain);
	buf_putc(out, '"');
}

static void
put_list(struct buf *out, const struct schema *view, const struct list *list)
{
	const char *row = list->rows;
	size_t i;

	buf_putc(out, '[');
	for (i = 0; i < list->n; i++, row += view->size) {
		if (i > 0)
			buf_putc(out, ',');
		schema_encode(out, view, row);
	}
	buf_putc(out, ']');
}

static void
put_text(struct buf *out, const char *text)
{
	json_quote(out, text, strlen(text));
}

static void
put_map(struct buf *out, const struct json_map *map)
{
	char next = '{';

	for (size_t i = 0; i < map->n; i++) {
		buf_putc(out, next);
		put_text(out, map->item[i].name);
		buf_putc(out, ':');
		buf_put(out, map->item[i].text, map->item[i].size);
		next = ',';
	}
	buf_puts(out, next == '{' ? "{}" : "}");
}

static void
put_value(struct buf *out, const struct field *f, const void *row)
{
	char text[64];

	switch (f->type) {
	case FIELD_BOOL:
		buf_puts(out, FIELD_OF(bool, row, f) ? "true" : "false");
		return;
	case FIELD_INT:
		buf_int(out, FIELD_OF(int64_t, row, f));
		return;
	case FIELD_REAL:
		put_real(out, FIELD_OF(double, row, f));
		return;
	case FIELD_TEXT:
		put_text(out, FIELD_OF(char *, row, f));
		return;
	case FIELD_UUID:
		put_quoted(
		    out, uuid_format(&FIELD_OF(struct uuid, row, f), text));
		return;
	case FIELD_TIME:
		put_quoted(
		    out, time_format(FIELD_OF(struct timestamp, row, f), text));
		return;
	case FIELD_LIST:
		put_list(out, f->view, &FIELD_OF(struct list, row, f));
		return;
	case FIELD_OBJECT:
		schema_encode(
		    out, f->view, FIELD_OF(struct object, row, f).row);
		return;
	case FIELD_TEXTS:
		texts_write(out, &FIELD_OF(struct texts, row, f));
		return;
	case FIELD_JSON:
		buf_puts(out, FIELD_OF(struct raw_json, row, f).text);
		return;
	case FIELD_MAP:
		put_map(out, &FIELD_OF(struct json_map, row, f));
		return;
	}
}

void
field_encode(struct buf *out, const struct field *f, const void *row)
{
	if (field_is_none(f, row))
		buf_puts(out, "null");
	else
		put_value(out, f, row);
}

static void
put_field(struct buf *out, const struct field *f, const void *row)
{
	if (!field_is_none(f, row))
		put_value(out, f, row);
	else if (f->flags & NULLABLE)
		buf_puts(out, "null");
	else
		BUG("a field that may not be null is none");
}

void
schema_encode(struct buf *out, const struct schema *s, const void *row)
{
	char next = '{';
	size_t i;

	if (s->bare) {
		if (s->fields[0].flags & SECRET)
			BUG("a secret is not encoded");
		put_field(out, &s->fields[0], row);
		return;
	}
	for (i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		if (f->flags & SECRET ||
		    (f->flags & OMITTED && field_is_none(f, row)))
			continue;
		buf_putc(out, next);
		put_quoted(out, f->name);
		buf_putc(out, ':');
		put_field(out, f, row);
		next = ',';
	}
	buf_puts(out, next == '{' ? "{}" : "}");
}
