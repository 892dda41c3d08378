/*
 * Values on their way between structs and the server: arguments into
 * bindings, and the cells of a fetched row into the members of a struct.
 */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/texts.h"
#include "db/conn.h"

#define BYTE_ORDER_MARK '\xEF' /* its first byte */

enum { TEXTS_TEXT = 16 << 20 };

void
cell_bind(struct cell *cell, const struct field *f, MYSQL_BIND *bind)
{
	*bind = (MYSQL_BIND){.length = &cell->length,
	    .is_null = &cell->null,
	    .error = &cell->error,
	    .buffer = &cell->v,
	    .buffer_length = sizeof(cell->v)};
	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_INT:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		break;
	case FIELD_REAL:
		bind->buffer_type = MYSQL_TYPE_DOUBLE;
		break;
	case FIELD_TIME:
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		break;
	case FIELD_UUID:
	case FIELD_TEXT:
	case FIELD_TEXTS:
	case FIELD_JSON:
		/* As a blob: nothing is converted, nothing is appended. */
		bind->buffer_type = MYSQL_TYPE_BLOB;
		bind->buffer_length = sizeof(cell->v.text);
		break;
	case FIELD_LIST:
	case FIELD_OBJECT:
	case FIELD_MAP:
		BUG("a view of rows has a list, an object or a map");
	}
}

static enum outcome
data_fault(struct conn *c, const struct field *f, const char *what)
{
	char message[128];

	snprintf(message, sizeof(message), "column %s: %s", f->name, what);
	return conn_fail(c, 0, message);
}

static enum outcome
store_null(struct conn *c, const struct field *f, void *row)
{
	if ((f->flags & NULLABLE) == 0)
		return data_fault(c, f, "NULL");
	if (f->type == FIELD_TEXT)
		*FIELD_AT(const char *, row, f) = NULL;
	else if (f->type == FIELD_TEXTS)
		*FIELD_AT(struct texts, row, f) = (struct texts){0};
	else if (f->type == FIELD_JSON)
		*FIELD_AT(struct raw_json, row, f) = (struct raw_json){0};
	else if (f->type == FIELD_UUID)
		*FIELD_AT(struct uuid, row, f) = (struct uuid){{0}};
	else if (f->type == FIELD_TIME)
		*FIELD_AT(struct timestamp, row, f) = (struct timestamp){0};
	else
		return data_fault(c, f, "NULL in a type that has no none");
	return DONE;
}

static enum outcome
store_time(
    struct conn *c, const MYSQL_TIME *t, const struct field *f, void *row)
{
	struct civil civil = {.year = (int)t->year,
	    .month = (int)t->month,
	    .day = (int)t->day,
	    .hour = (int)t->hour,
	    .minute = (int)t->minute,
	    .second = (int)t->second,
	    .us = (int)t->second_part};

	if (t->month == 0 || t->day == 0)
		return data_fault(c, f, "not a date");
	*FIELD_AT(struct timestamp, row, f) = time_from_civil(&civil);
	return DONE;
}

/* The column under the cursor, which its cell could not hold. */
static enum outcome
fetch_long(
    struct conn *c, MYSQL_STMT *stmt, unsigned column, char *text, size_t n)
{
	my_bool null = 0, cut = 0;
	unsigned long length = 0;
	MYSQL_BIND bind = {.buffer_type = MYSQL_TYPE_BLOB,
	    .buffer = text,
	    .buffer_length = n,
	    .length = &length,
	    .is_null = &null,
	    .error = &cut};

	if (mysql_stmt_fetch_column(stmt, &bind, column, 0) != 0)
		return conn_fail(c, mysql_stmt_errno(stmt), "");
	return DONE;
}

/* Replies hold it as it is, so that it must not spoil them. */
static enum outcome
store_json(struct conn *c, const char *text, size_t n, const struct field *f,
    void *row)
{
	struct json_fault why;
	size_t members;

	if (text[0] == BYTE_ORDER_MARK ||
	    json_scan(text, n, JSON_DEPTH, &members, &why))
		return data_fault(c, f, "not JSON");
	FIELD_AT(struct raw_json, row, f)->text = text;
	return DONE;
}

static bool
is_text(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_TEXTS ||
	       f->type == FIELD_JSON;
}

static enum outcome
store_text(struct conn *c, MYSQL_STMT *stmt, const struct cell *cell,
    const struct field *f, unsigned column, struct arena *mem, void *row)
{
	size_t n = cell->length;
	enum outcome outcome = DONE;
	char *text;

	if (n <= sizeof(cell->v.text)) {
		text = arena_copy(mem, cell->v.text, n);
	} else {
		text = arena_alloc(mem, n + 1, 1);
		outcome = fetch_long(c, stmt, column, text, n);
	}
	if (outcome != DONE)
		return outcome;
	if (memchr(text, '\0', n) != NULL)
		return data_fault(c, f, "a text with U+0000");
	if (f->type == FIELD_TEXT)
		*FIELD_AT(const char *, row, f) = text;
	else if (f->type == FIELD_JSON)
		return store_json(c, text, n, f, row);
	else if (!texts_read(mem, text, n, FIELD_AT(struct texts, row, f)))
		return data_fault(c, f, "not a JSON array of texts");
	return DONE;
}

enum outcome
row_store(struct conn *c, MYSQL_STMT *stmt, struct cell *cells,
    const struct schema *view, struct arena *mem, void *row)
{
	enum outcome outcome = DONE;
	unsigned i;

	for (i = 0; i < view->nfields && outcome == DONE; i++) {
		const struct field *f = &view->fields[i];
		const struct cell *cell = &cells[i];

		if (cell->null)
			outcome = store_null(c, f, row);
		else if (is_text(f))
			outcome = store_text(c, stmt, cell, f, i, mem, row);
		else if (cell->error)
			outcome = data_fault(c, f, "does not fit its type");
		else if (f->type == FIELD_BOOL)
			*FIELD_AT(bool, row, f) = cell->v.i != 0;
		else if (f->type == FIELD_INT)
			*FIELD_AT(int64_t, row, f) = cell->v.i;
		else if (f->type == FIELD_REAL)
			*FIELD_AT(double, row, f) = cell->v.r;
		else if (f->type == FIELD_TIME)
			outcome = store_time(c, &cell->v.t, f, row);
		else if (cell->length != sizeof(struct uuid))
			outcome = data_fault(c, f, "not of 16 bytes");
		else
			memcpy(FIELD_AT(struct uuid, row, f), cell->v.text,
			    sizeof(struct uuid));
	}
	return outcome;
}

static my_bool *
null_if(bool none)
{
	static const my_bool yes = 1, no = 0;

	/* The library reads it only. */
	return (my_bool *)(none ? &yes : &no);
}

static enum outcome
bind_time(
    struct conn *c, struct timestamp t, MYSQL_BIND *bind, MYSQL_TIME *room)
{
	struct civil civil = time_to_civil(t);

	if (civil.year < 0 || civil.year > 9999)
		return conn_fail(c, 0, "an argument's year is not in 0..9999");
	*room = (MYSQL_TIME){.year = (unsigned)civil.year,
	    .month = (unsigned)civil.month,
	    .day = (unsigned)civil.day,
	    .hour = (unsigned)civil.hour,
	    .minute = (unsigned)civil.minute,
	    .second = (unsigned)civil.second,
	    .second_part = (unsigned)civil.us,
	    .time_type = MYSQL_TIMESTAMP_DATETIME};
	bind->buffer_type = MYSQL_TYPE_DATETIME;
	bind->buffer = room;
	bind->is_null = null_if(t.us == 0);
	return DONE;
}

static void
bind_text(const char *text, MYSQL_BIND *bind)
{
	bind->buffer_type = MYSQL_TYPE_STRING;
	bind->buffer = (void *)(uintptr_t)text;
	bind->is_null = null_if(text == NULL);
	if (text != NULL)
		bind->buffer_length = strlen(text);
}

static enum outcome
bind_texts(struct conn *c, struct arena *mem, const struct texts *texts,
    MYSQL_BIND *bind)
{
	const char *text = NULL;
	struct buf b;
	bool full;

	buf_init(&b, TEXTS_TEXT);
	if (texts->item != NULL) {
		texts_write(&b, texts);
		text = arena_copy(mem, b.data, b.len);
	}
	bind_text(text, bind);
	full = b.full;
	buf_free(&b);
	return full ? conn_fail(c, 0, "an argument is too long a list") : DONE;
}

enum outcome
arg_bind(struct conn *c, struct arena *mem, const struct arg *arg,
    MYSQL_BIND *bind, MYSQL_TIME *room)
{
	*bind =
	    (MYSQL_BIND){.buffer = (void *)&arg->v, .is_null = null_if(false)};
	switch (arg->type) {
	case ARG_BOOL:
		bind->buffer_type = MYSQL_TYPE_TINY;
		break;
	case ARG_INT:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		break;
	case ARG_REAL:
		bind->buffer_type = MYSQL_TYPE_DOUBLE;
		break;
	case ARG_TEXT:
		bind_text(arg->v.s, bind);
		break;
	case ARG_UUID:
		bind->buffer_type = MYSQL_TYPE_BLOB;
		bind->buffer_length = sizeof(arg->v.u);
		bind->is_null = null_if(uuid_is_nil(&arg->v.u));
		break;
	case ARG_TIME:
		return bind_time(c, arg->v.t, bind, room);
	case ARG_TEXTS:
		return bind_texts(c, mem, &arg->v.l, bind);
	}
	return DONE;
}
