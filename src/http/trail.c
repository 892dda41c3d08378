/*
 * The words of an audit row: what changed, from two rows of one view. Bounded,
 * since whatever an account sends could end up here.
 */
#include "http/trail.h"

#include <string.h>

#include "core/crypto.h"
#include "core/encode.h"
#include "core/json.h"
#include "http/ctx.h"

enum { DIFF_MAX = 16 << 10, VALUE_MAX = 1000, WHOLE_MAX = 64 << 20 };

#define MASK "\"********\""
#define MARK "\u2026"
#define MORE "\"" MARK "\":[null,null]" /* fields that found no room */

struct change {
	struct arena *mem;
	const struct field *field;
	const void *row[2];  /* before and after; NULL: there is none */
	struct buf value[2]; /* of the field, as JSON */
	struct buf diff;
	bool cut; /* fields were left out */
};

void
trail_object(struct ctx *c, const char *type, struct uuid id)
{
	c->trail.type = type;
	c->trail.object = id;
	c->trail.name = NULL;
}

void
trail_named(struct ctx *c, const char *type, const char *name)
{
	c->trail.type = type;
	c->trail.object = (struct uuid){{0}};
	c->trail.name = arena_strdup(c->mem, name);
}

/* At most n bytes of a text, whole code points, and a mark. */
static const char *
beginning(struct arena *mem, const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(mem, "%.*s" MARK, (int)n, text);
}

/*
 * A text that is too long ends with a mark; a value of another type becomes
 * such a text, of its JSON.
 */
static void
shorten(struct change *k, struct buf *value, const void *row)
{
	bool plain = k->field->type == FIELD_TEXT && row != NULL;
	const char *text;
	size_t n;

	if (value->len <= VALUE_MAX)
		return;
	text = plain ? FIELD_OF(char *, row, k->field) : value->data;
	n = strnlen(text, VALUE_MAX);
	do {
		text = beginning(k->mem, text, n);
		buf_reset(value);
		json_quote(value, text, strlen(text));
		n -= n / 16 + 1;
	} while (value->len > VALUE_MAX);
}

static void
put_change(struct change *k)
{
	const char *name = k->field->name;
	size_t n = strlen(name) + k->value[0].len + k->value[1].len;

	if (k->diff.len + n + sizeof(",\"\":[,]," MORE "}") > DIFF_MAX) {
		k->cut = true;
		return;
	}
	buf_printf(&k->diff, "%c\"%s\":[", k->diff.len == 0 ? '{' : ',', name);
	buf_put(&k->diff, k->value[0].data, k->value[0].len);
	buf_putc(&k->diff, ',');
	buf_put(&k->diff, k->value[1].data, k->value[1].len);
	buf_putc(&k->diff, ']');
}

static void
encode(struct buf *out, const struct field *f, const void *row)
{
	buf_reset(out);
	if (row != NULL)
		field_encode(out, f, row);
	else
		buf_puts(out, "null");
}

static void
hide(struct buf *value)
{
	crypto_wipe(value->data, value->len);
	buf_reset(value);
	buf_puts(value, MASK);
}

static void
compare(struct change *k)
{
	struct buf *a = &k->value[0], *b = &k->value[1];
	bool same;

	encode(a, k->field, k->row[0]);
	encode(b, k->field, k->row[1]);
	same = !a->full && !b->full && a->len == b->len &&
	       memcmp(a->data, b->data, a->len) == 0;
	if (k->field->flags & SECRET) {
		hide(a);
		hide(b);
	}
	if (same)
		return;
	shorten(k, a, k->row[0]);
	shorten(k, b, k->row[1]);
	put_change(k);
}

/* What was noted before, without its end. */
static void
resume(struct change *k, const char *diff)
{
	size_t n = diff != NULL ? strlen(diff) - 1 : 0;
	size_t more = strlen("," MORE);

	if (n > more && memcmp(diff + n - more, "," MORE, more) == 0) {
		k->cut = true;
		n -= more;
	}
	buf_put(&k->diff, diff, n);
}

static const char *
finish(struct change *k)
{
	if (k->diff.len == 0)
		return NULL;
	if (k->cut)
		buf_puts(&k->diff, "," MORE);
	buf_putc(&k->diff, '}');
	return arena_copy(k->mem, k->diff.data, k->diff.len);
}

void
trail_change(struct ctx *c, const struct schema *view, const void *before,
    const void *after)
{
	struct change k = {.mem = c->mem, .row = {before, after}};
	size_t i;

	buf_init(&k.value[0], WHOLE_MAX);
	buf_init(&k.value[1], WHOLE_MAX);
	buf_init(&k.diff, DIFF_MAX);
	resume(&k, c->trail.diff);
	for (i = 0; i < view->nfields; i++) {
		k.field = &view->fields[i];
		compare(&k);
	}
	c->trail.diff = finish(&k);
	buf_free(&k.value[0]);
	buf_free(&k.value[1]);
	buf_free(&k.diff);
}

void
trail_note(struct ctx *c, const char *type, struct uuid id,
    const struct schema *view, const void *before, const void *after)
{
	trail_object(c, type, id);
	trail_change(c, view, before, after);
}
