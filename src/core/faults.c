/* What is wrong with an input, as pydantic words it, and how it is sent. What
 * is echoed is bounded, so that no answer is much larger than its request. */
#include "core/field.h"

#include <string.h>

enum { ECHO_MAX = 16 << 10, QUOTE_MAX = 1 << 20 };

enum err
fault_set(struct fault *f, const char *type, const char *message)
{
	f->type = type;
	f->message = message;
	return ERR_INVALID;
}

enum err
fault_type(const struct conversion *c)
{
	static const char *const texts[FIELD_MAP + 1][2] = {
	    [FIELD_BOOL] = {"bool_type", "Input should be a valid boolean"},
	    [FIELD_INT] = {"int_type", "Input should be a valid integer"},
	    [FIELD_REAL] = {"float_type", "Input should be a valid number"},
	    [FIELD_TEXT] = {"string_type", "Input should be a valid string"},
	    [FIELD_UUID] = {"uuid_type",
		"UUID input should be a string, bytes or UUID object"},
	    [FIELD_TIME] = {"datetime_type",
		"Input should be a valid datetime"},
	    [FIELD_TEXTS] = {"list_type", "Input should be a valid list"},
	    [FIELD_MAP] = {"dict_type", "Input should be a valid dictionary"},
	};
	const char *const *words = texts[c->field->type];

	if (words[0] == NULL)
		BUG("a list of rows is no input");
	return fault_set(c->fault, words[0], words[1]);
}

/* Takes the text out of the buffer; NULL when it did not fit. */
static const char *
take(struct arena *mem, struct buf *b)
{
	const char *out = b->full ? NULL : arena_copy(mem, b->data, b->len);

	buf_free(b);
	return out;
}

const char *
fault_echo_text(struct arena *mem, const char *text, size_t n)
{
	struct buf b;

	buf_init(&b, ECHO_MAX);
	json_quote(&b, text, n);
	return take(mem, &b);
}

const char *
fault_input(struct arena *mem, const char *text)
{
	return fault_echo_text(mem, text, strlen(text));
}

const char *
fault_echo_pairs(
    struct arena *mem, const char *name, const struct pair *pairs, size_t n)
{
	char next = '[';
	struct buf b;

	buf_init(&b, ECHO_MAX);
	for (size_t i = 0; i < n && !b.full; i++) {
		if (strcmp(pairs[i].name, name) != 0)
			continue;
		buf_putc(&b, next);
		json_quote(&b, pairs[i].value, pairs[i].length);
		next = ',';
	}
	buf_puts(&b, next == '[' ? "[]" : "]");
	return take(mem, &b);
}

const char *
fault_echo_json(
    struct arena *mem, const struct json *value, const char *const *masked)
{
	struct buf b;

	buf_init(&b, ECHO_MAX);
	json_write(&b, value, masked);
	return take(mem, &b);
}

const char *
fault_quote(struct arena *mem, const char *text)
{
	struct buf b;

	buf_init(&b, QUOTE_MAX);
	json_quote(&b, text, strlen(text));
	return take(mem, &b);
}

static void
put_quoted(struct buf *b, const char *text)
{
	json_quote(b, text, strlen(text));
}

static void
put_fault(struct buf *b, const struct fault *f)
{
	buf_puts(b, "{\"type\":");
	put_quoted(b, f->type);
	buf_puts(b, ",\"loc\":[");
	put_quoted(b, f->from);
	if (f->name != NULL) {
		buf_putc(b, ',');
		put_quoted(b, f->name);
	}
	if (f->nth > 0)
		buf_printf(b, ",%zu", f->nth - 1);
	if (f->member != NULL) {
		buf_putc(b, ',');
		put_quoted(b, f->member);
	}
	if (f->key != NULL) {
		buf_putc(b, ',');
		put_quoted(b, f->key);
		buf_puts(b, ",\"[key]\"");
	}
	buf_puts(b, "],\"msg\":");
	put_quoted(b, f->message);
	buf_puts(b, ",\"input\":");
	buf_puts(b, f->input != NULL ? f->input : "null");
	if (f->context != NULL) {
		buf_puts(b, ",\"ctx\":");
		buf_puts(b, f->context);
	}
	buf_putc(b, '}');
}

void
faults_add(struct arena *mem, struct faults *faults, const struct fault *f)
{
	while (faults->n == SCHEMA_FIELDS) {
		if (faults->more == NULL)
			faults->more = NEW(mem, struct faults);
		faults = faults->more;
	}
	faults->item[faults->n++] = *f;
}

void
faults_write(struct buf *b, const struct faults *faults)
{
	const char *comma = "";

	buf_puts(b, "{\"detail\":[");
	for (; faults != NULL; faults = faults->more)
		for (size_t i = 0; i < faults->n; i++) {
			buf_puts(b, comma);
			put_fault(b, &faults->item[i]);
			comma = ",";
		}
	buf_puts(b, "]}");
}

void
json_fault_write(struct buf *b, const struct json_fault *f)
{
	buf_puts(b, "{\"detail\":[{\"type\":\"json_invalid\",\"loc\":[");
	buf_printf(b, "\"body\",%zu],", f->offset);
	buf_puts(b, "\"msg\":\"JSON decode error\",\"input\":{},\"ctx\":");
	buf_puts(b, "{\"error\":");
	put_quoted(b, f->error);
	buf_puts(b, "}}]}");
}
