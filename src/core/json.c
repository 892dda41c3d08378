/*
 * The tree of a document, kept in json-c's objects, and its way back to text.
 * json-c's own parser is not used: see json.h for what it lets through.
 */
#include "core/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_scan.h"
#include "core/log.h"

enum { INT_TEXT = 20, LIST_FIRST = 4 }; /* "-9223372036854775808" */

struct json_tree {
	struct json_object *root, *open[JSON_DEPTH];
	size_t level, values;
	struct buf name, text;
};

static struct json_object *
made(struct json_object *o)
{
	if (o == NULL)
		log_fatal("out of memory");
	return o;
}

/* What the token stands for, until the next one. */
static const struct buf *
plain_text(struct buf *b, const struct json_token *t)
{
	buf_reset(b);
	if (t->escaped)
		json_unescape(b, t->at, t->n);
	else
		buf_put(b, t->at, t->n);
	return b;
}

static struct json_object *
new_text(struct json_tree *tree, const struct json_token *t)
{
	const struct buf *text;

	if (!t->escaped)
		return made(json_object_new_string_len(t->at, (int)t->n));
	text = plain_text(&tree->text, t);
	return made(json_object_new_string_len(text->data, (int)text->len));
}

/* A number that is no int64_t keeps its text beside its value. */
static struct json_object *
new_number(struct json_tree *tree, const struct json_token *t)
{
	const char *text = plain_text(&tree->text, t)->data;
	long long value;

	if (t->kind == TOKEN_INTEGER && t->n <= INT_TEXT) {
		errno = 0;
		value = strtoll(text, NULL, 10);
		if (errno == 0)
			return made(json_object_new_int64(value));
	}
	return made(json_object_new_double_s(strtod(text, NULL), text));
}

static struct json_object *
new_value(struct json_tree *tree, const struct json_token *t)
{
	switch (t->kind) {
	case TOKEN_FALSE:
	case TOKEN_TRUE:
		return made(json_object_new_boolean(t->kind == TOKEN_TRUE));
	case TOKEN_INTEGER:
	case TOKEN_NUMBER:
		return new_number(tree, t);
	case TOKEN_TEXT:
		return new_text(tree, t);
	case TOKEN_LIST:
		return made(json_object_new_array_ext(LIST_FIRST));
	case TOKEN_OBJECT:
		return made(json_object_new_object());
	case TOKEN_NULL:
	case TOKEN_NAME:
	case TOKEN_END:
		break;
	}
	return NULL;
}

static void
place(struct json_tree *tree, struct json_object *value)
{
	struct json_object *parent;
	int failed;

	if (tree->level == 0) {
		tree->root = value;
		return;
	}
	parent = tree->open[tree->level - 1];
	if (json_object_is_type(parent, json_type_array))
		failed = json_object_array_add(parent, value);
	else
		failed = json_object_object_add_ex(parent, tree->name.data,
		    value, JSON_C_OBJECT_ADD_KEY_IS_NEW);
	if (failed)
		log_fatal("out of memory");
}

const char *
json_tree_take(struct json_tree *tree, const struct json_token *t)
{
	struct json_object *value;

	if (t->kind == TOKEN_END) {
		tree->level--;
		return NULL;
	}
	if (t->kind == TOKEN_NAME) {
		plain_text(&tree->name, t);
		if (json_object_object_get_ex(
			tree->open[tree->level - 1], tree->name.data, NULL))
			return "Repeated member name";
		return NULL;
	}
	if (tree->values++ == JSON_VALUES)
		return "Too many values";
	value = new_value(tree, t);
	place(tree, value);
	if (t->kind == TOKEN_LIST || t->kind == TOKEN_OBJECT)
		tree->open[tree->level++] = value;
	return NULL;
}

enum err
json_parse(const char *text, size_t n, int depth, struct json **out,
    struct json_fault *fault)
{
	struct json_tree tree = {.root = NULL};
	size_t members;
	enum err err;

	*out = NULL;
	if (depth > JSON_DEPTH || n > INT_MAX)
		BUG("a document has no sane bounds");
	buf_init(&tree.name, n);
	buf_init(&tree.text, n);
	err = json_read(text, n, depth, &members, &tree, fault);
	buf_free(&tree.name);
	buf_free(&tree.text);
	if (err)
		json_object_put(tree.root);
	else
		*out = (struct json *)tree.root;
	return err;
}

void
json_free(struct json *j)
{
	json_object_put((struct json_object *)j);
}

/* json-c's getters take no const, but read. */
static struct json_object *
tree_of(const struct json *j)
{
	return (struct json_object *)(uintptr_t)j;
}

static struct json_object *
need(const struct json *j, enum json_kind kind)
{
	if (json_kind(j) != kind)
		BUG("a JSON value is not of the kind that is read");
	return tree_of(j);
}

enum json_kind
json_kind(const struct json *j)
{
	switch (json_object_get_type(tree_of(j))) {
	case json_type_null:
		return JSON_NULL;
	case json_type_boolean:
		return JSON_BOOL;
	case json_type_int:
		return JSON_INT;
	case json_type_double:
		return JSON_REAL;
	case json_type_string:
		return JSON_TEXT;
	case json_type_array:
		return JSON_LIST;
	case json_type_object:
		return JSON_OBJECT;
	}
	BUG("json-c knows a new type");
}

bool
json_is_true(const struct json *j)
{
	return json_object_get_boolean(need(j, JSON_BOOL));
}

int64_t
json_int(const struct json *j)
{
	return json_object_get_int64(need(j, JSON_INT));
}

double
json_real(const struct json *j)
{
	return json_object_get_double(need(j, JSON_REAL));
}

const char *
json_text(const struct json *j, size_t *n)
{
	struct json_object *o = need(j, JSON_TEXT);

	*n = (size_t)json_object_get_string_len(o);
	return json_object_get_string(o);
}

size_t
json_count(const struct json *j)
{
	return json_object_array_length(need(j, JSON_LIST));
}

const struct json *
json_at(const struct json *j, size_t i)
{
	return (const struct json *)json_object_array_get_idx(
	    need(j, JSON_LIST), i);
}

bool
json_member(const struct json *j, const char *name, const struct json **value)
{
	struct json_object *found = NULL;

	*value = NULL;
	if (!json_object_object_get_ex(need(j, JSON_OBJECT), name, &found))
		return false;
	*value = (const struct json *)found;
	return true;
}

static bool
is_listed(const char *name, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static void
write_object(struct buf *b, struct json_object *o, const char *const *masked)
{
	struct json_object_iterator i = json_object_iter_begin(o),
				    end = json_object_iter_end(o);
	char next = '{';

	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i)) {
		const char *name = json_object_iter_peek_name(&i);
		const struct json *value =
		    (const struct json *)json_object_iter_peek_value(&i);

		buf_putc(b, next);
		json_quote(b, name, strlen(name));
		buf_putc(b, ':');
		json_write(b, is_listed(name, masked) ? NULL : value, NULL);
		next = ',';
	}
	buf_puts(b, next == '{' ? "{}" : "}");
}

static void
write_list(struct buf *b, const struct json *j)
{
	size_t i, n = json_count(j);

	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		json_write(b, json_at(j, i), NULL);
	}
	buf_putc(b, ']');
}

void
json_write(struct buf *b, const struct json *j, const char *const *masked)
{
	const char *text;
	size_t n;

	/* What is dropped need not be walked either. */
	if (b->full)
		return;
	switch (json_kind(j)) {
	case JSON_NULL:
		buf_puts(b, "null");
		return;
	case JSON_BOOL:
		buf_puts(b, json_is_true(j) ? "true" : "false");
		return;
	case JSON_INT:
		buf_printf(b, "%lld", (long long)json_int(j));
		return;
	case JSON_REAL:
		/* json-c keeps the text of the number there. */
		buf_puts(b, json_object_get_userdata(tree_of(j)));
		return;
	case JSON_TEXT:
		text = json_text(j, &n);
		json_quote(b, text, n);
		return;
	case JSON_LIST:
		write_list(b, j);
		return;
	case JSON_OBJECT:
		write_object(b, tree_of(j), masked);
		return;
	}
}
