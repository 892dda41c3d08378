/*
 * Templates meet their values: names are looked up, sections repeated, values
 * escaped. The work of one rendering is bounded whatever the template says.
 */
#include "core/mustache.h"

#include <string.h>

#include "core/mustache_part.h"

/* What stands before each line of a partial. */
struct indent {
	struct mustache_text text;
	const struct indent *outer;
};

struct render {
	struct arena *mem;
	bool escapes;
	struct buf *out;
	const struct json *stack[MUSTACHE_DEPTH + 1]; /* of contexts */
	int top, depth;
	int work;
	const struct mustache_program *now;
	const struct indent *indent;
	const char *why;
};

static enum err render(struct render *, const struct mustache_node *,
    const struct mustache_node *stop);

static bool
lookup(struct render *r, const struct json *object, struct mustache_text name,
    const struct json **value)
{
	char key[MUSTACHE_NAME + 1];

	r->work++;
	*value = NULL;
	if (json_kind(object) != JSON_OBJECT)
		return false;
	memcpy(key, name.at, name.n);
	key[name.n] = '\0';
	return json_member(object, key, value);
}

/* The name up to the first dot; *name is what follows it. */
static struct mustache_text
first_part(struct mustache_text *name)
{
	const char *dot = memchr(name->at, '.', name->n);
	struct mustache_text part = *name;

	if (dot == NULL) {
		name->n = 0;
		return part;
	}
	part.n = (size_t)(dot - part.at);
	name->at = dot + 1;
	name->n -= part.n + 1;
	return part;
}

/* NULL, which is the JSON null, for what is not there. */
static const struct json *
find(struct render *r, struct mustache_text name)
{
	const struct json *value = NULL;
	struct mustache_text part;
	int i;

	if (name.n == 1 && name.at[0] == '.')
		return r->stack[r->top];
	part = first_part(&name);
	for (i = r->top; i >= 0; i--)
		if (lookup(r, r->stack[i], part, &value))
			break;
	while (name.n > 0 && value != NULL) {
		part = first_part(&name);
		lookup(r, value, part, &value);
	}
	return value;
}

/* null, false, no text and the empty list. */
static bool
is_nothing(const struct json *value)
{
	size_t n;

	switch (json_kind(value)) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return !json_is_true(value);
	case JSON_TEXT:
		json_text(value, &n);
		return n == 0;
	case JSON_LIST:
		return json_count(value) == 0;
	case JSON_INT:
	case JSON_REAL:
	case JSON_OBJECT:
		break;
	}
	return false;
}

static void
put_escaped(struct buf *out, const char *text, size_t n)
{
	static const char *const entity[256] = {['&'] = "&amp;",
	    ['<'] = "&lt;",
	    ['>'] = "&gt;",
	    ['"'] = "&quot;",
	    ['\''] = "&#39;"};
	const char *p = text, *end = text + n, *run = text;

	for (; p < end && !out->full; p++) {
		if (entity[(unsigned char)*p] == NULL)
			continue;
		buf_put(out, run, (size_t)(p - run));
		buf_puts(out, entity[(unsigned char)*p]);
		run = p + 1;
	}
	buf_put(out, run, (size_t)(end - run));
}

static void
put_value(struct buf *out, const struct json *value, bool escapes)
{
	const char *text;
	size_t n;

	switch (json_kind(value)) {
	case JSON_TEXT:
		text = json_text(value, &n);
		if (escapes)
			put_escaped(out, text, n);
		else
			buf_put(out, text, n);
		return;
	case JSON_BOOL:
	case JSON_INT:
	case JSON_REAL:
		json_write(out, value, NULL);
		return;
	case JSON_NULL:
	case JSON_LIST:
	case JSON_OBJECT:
		break;
	}
}

static void
put_indent(struct buf *out, const struct indent *indent)
{
	if (indent == NULL)
		return;
	put_indent(out, indent->outer);
	buf_put(out, indent->text.at, indent->text.n);
}

static void
put_text(struct render *r, const struct mustache_node *node)
{
	const char *p = node->text.at, *end = p + node->text.n, *eol;
	bool fresh = node->fresh;

	if (r->indent == NULL) {
		buf_put(r->out, p, node->text.n);
		return;
	}
	while (!r->out->full) {
		if (fresh && (p < end || node->goes_on))
			put_indent(r->out, r->indent);
		if (p == end)
			return;
		eol = memchr(p, '\n', (size_t)(end - p));
		fresh = eol != NULL;
		eol = fresh ? eol + 1 : end;
		buf_put(r->out, p, (size_t)(eol - p));
		p = eol;
	}
}

static enum err
refuse(struct render *r, const struct mustache_node *node, const char *what)
{
	r->why = mustache_complain(r->mem, r->now, node->text.at, "%s", what);
	return ERR_INVALID;
}

static enum err
put_section(struct render *r, const struct mustache_node *node,
    const struct json *context)
{
	enum err err;

	if (r->work++ >= MUSTACHE_WORK)
		return refuse(r, node, "this is too much work");
	r->stack[++r->top] = context;
	err = render(r, node->next, node->close);
	r->top--;
	return err;
}

static enum err
put_sections(struct render *r, const struct mustache_node *node,
    const struct json *value)
{
	enum err err = OK;
	size_t i, n;

	if (is_nothing(value))
		return OK;
	if (json_kind(value) != JSON_LIST)
		return put_section(r, node, value);
	n = json_count(value);
	for (i = 0; i < n && !err && !r->out->full; i++)
		err = put_section(r, node, json_at(value, i));
	return err;
}

static enum err
put_partial(struct render *r, const struct mustache_node *node)
{
	const struct indent *outer = r->indent;
	const struct indent inner = {node->indent, outer};
	const struct mustache_program *caller = r->now;
	enum err err;

	r->now = node->partial;
	r->indent = !node->alone ? NULL : node->indent.n > 0 ? &inner : outer;
	err = render(r, r->now->first, NULL);
	r->now = caller;
	r->indent = outer;
	return err;
}

/* A tag that holds others. */
static enum err
put_nest(struct render *r, const struct mustache_node *node)
{
	enum err err = OK;

	if (r->depth == MUSTACHE_DEPTH)
		return refuse(
		    r, node, "sections and partials are nested too deeply");
	r->depth++;
	if (node->kind == NODE_PARTIAL)
		err = put_partial(r, node);
	else if (node->kind == NODE_SECTION)
		err = put_sections(r, node, find(r, node->text));
	else if (is_nothing(find(r, node->text)))
		err = render(r, node->next, node->close);
	r->depth--;
	return err;
}

static enum err
render(struct render *r, const struct mustache_node *node,
    const struct mustache_node *stop)
{
	enum err err = OK;

	for (; node != stop && !err && !r->out->full; node = node->next) {
		if (r->work++ >= MUSTACHE_WORK)
			return refuse(r, node, "this is too much work");
		switch (node->kind) {
		case NODE_TEXT:
			put_text(r, node);
			break;
		case NODE_VALUE:
		case NODE_RAW:
			put_value(r->out, find(r, node->text),
			    node->kind == NODE_VALUE && r->escapes);
			break;
		case NODE_PARTIAL:
			err = put_nest(r, node);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			err = put_nest(r, node);
			node = node->close;
			break;
		case NODE_CLOSE:
			break;
		}
	}
	return err;
}

enum err
mustache_render(struct arena *mem, const struct mustache *m, const char *text,
    const struct json *context, struct buf *out, const char **why)
{
	struct render r = {
	    .mem = mem, .escapes = m->escapes, .out = out, .stack = {context}};
	struct mustache_program *program;
	enum err err;

	*why = NULL;
	/* An empty text is a text too. */
	buf_put(out, "", 0);
	err = mustache_parse(mem, m, text, &program, why);
	if (err)
		return err;
	r.now = program;
	err = render(&r, program->first, NULL);
	*why = r.why;
	return err;
}
