/*
 * Templates become lists of nodes, once for each rendering: each partial is
 * read once however often it is named, also when it names itself.
 */
#include <stdio.h>
#include <string.h>

#include "core/mustache_part.h"

enum { DELIMITER = 16, SHOWN = 40 };

#define SPACE " \t\r\n\v\f"

struct parser {
	struct arena *mem;
	const struct mustache *m;
	struct mustache_program *programs, *now;
	size_t nprograms, nnodes;
	const char *at; /* what is not read yet */
	char open[DELIMITER], close[DELIMITER];
	struct mustache_node **tail;
	struct mustache_node *sections[MUSTACHE_DEPTH]; /* not closed yet */
	int depth;
	const char *why;
};

struct tag {
	char sigil;              /* or NUL */
	const char *start, *end; /* the whole line, if it stands alone there */
	struct mustache_text text; /* without the space around it */
	struct mustache_text indent;
	bool alone;
};

static const char *__attribute__((format(printf, 4, 0)))
complain(struct arena *mem, const struct mustache_program *program,
    const char *place, const char *format, va_list ap)
{
	const char *what = arena_vprintf(mem, format, ap), *p = program->text;
	size_t line = 1;

	for (; p < place; p++)
		line += *p == '\n';
	if (program->name == NULL)
		return arena_printf(mem, "Line %zu: %s.", line, what);
	return arena_printf(
	    mem, "{{> %s}}, line %zu: %s.", program->name, line, what);
}

const char *
mustache_complain(struct arena *mem, const struct mustache_program *program,
    const char *place, const char *format, ...)
{
	const char *why;
	va_list ap;

	va_start(ap, format);
	why = complain(mem, program, place, format, ap);
	va_end(ap);
	return why;
}

static bool __attribute__((format(printf, 3, 4)))
refuse(struct parser *p, const char *place, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	p->why = complain(p->mem, p->now, place, format, ap);
	va_end(ap);
	return false;
}

static bool
is_space(char c)
{
	return c != '\0' && strchr(SPACE, c) != NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct mustache_text
trim(struct mustache_text t)
{
	while (t.n > 0 && is_space(t.at[0])) {
		t.at++;
		t.n--;
	}
	while (t.n > 0 && is_space(t.at[t.n - 1]))
		t.n--;
	return t;
}

static bool
begins_line(const struct parser *p, const char *at)
{
	return at == p->now->text || at[-1] == '\n';
}

/* NULL: there are too many. */
static struct mustache_node *
add(struct parser *p, enum mustache_kind kind, struct mustache_text text)
{
	struct mustache_node *node;

	if (p->nnodes++ == MUSTACHE_TAGS) {
		refuse(p, text.at, "there are too many tags");
		return NULL;
	}
	node = NEW(p->mem, struct mustache_node);
	node->kind = kind;
	node->text = text;
	*p->tail = node;
	p->tail = &node->next;
	return node;
}

/*
 * The text up to there. An empty one that begins a line is kept when a tag
 * follows on that line: a partial's indentation stands there.
 */
static bool
add_text(struct parser *p, const char *end, bool goes_on)
{
	struct mustache_text text = {p->at, (size_t)(end - p->at)};
	bool fresh = begins_line(p, p->at);
	struct mustache_node *node;

	if (text.n == 0 && !(fresh && goes_on))
		return true;
	node = add(p, NODE_TEXT, text);
	if (node == NULL)
		return false;
	node->fresh = fresh;
	node->goes_on = goes_on;
	return true;
}

/* A tag that has its line for itself takes the line with it. */
static void
take_line(const struct parser *p, struct tag *t)
{
	const char *start = t->start, *end = t->end;

	while (start > p->at && is_blank(start[-1]))
		start--;
	if (!begins_line(p, start))
		return;
	while (is_blank(*end))
		end++;
	if (end[0] == '\r' && end[1] == '\n')
		end++;
	if (*end != '\n' && *end != '\0')
		return;
	t->alone = true;
	t->indent = (struct mustache_text){start, (size_t)(t->start - start)};
	t->start = start;
	t->end = end + (*end == '\n');
}

/* The tag that opens at t->start. */
static bool
read_tag(struct parser *p, struct tag *t)
{
	const char *content = t->start + strlen(p->open), *stop;
	char close[DELIMITER + 1];

	if (*content != '\0' && strchr("#^/!>&={", *content) != NULL)
		t->sigil = *content++;
	snprintf(close, sizeof(close), "%s%s",
	    t->sigil == '{'   ? "}"
	    : t->sigil == '=' ? "="
			      : "",
	    p->close);
	stop = strstr(content, close);
	if (stop == NULL)
		return refuse(
		    p, t->start, "a tag has no end: %s is missing", close);
	t->text =
	    trim((struct mustache_text){content, (size_t)(stop - content)});
	t->end = stop + strlen(close);
	if (t->sigil != '\0' && strchr("#^/!>=", t->sigil) != NULL)
		take_line(p, t);
	return true;
}

static int
shown(struct mustache_text name)
{
	return name.n < SHOWN ? (int)name.n : SHOWN;
}

static bool
check_name(struct parser *p, struct mustache_text name)
{
	size_t i;

	if (name.n == 0)
		return refuse(p, name.at, "a tag has no name");
	if (name.n > MUSTACHE_NAME)
		return refuse(p, name.at, "a name is too long");
	for (i = 0; i < name.n; i++)
		if (is_space(name.at[i]))
			return refuse(p, name.at, "a name holds space: '%.*s'",
			    shown(name), name.at);
	return true;
}

static bool
set_delimiter(
    struct parser *p, char delimiter[DELIMITER], struct mustache_text t)
{
	if (t.n == 0 || t.n >= DELIMITER || memchr(t.at, '=', t.n) != NULL)
		return refuse(p, t.at,
		    "new delimiters are two, of at most %d characters and "
		    "without =",
		    DELIMITER - 1);
	memcpy(delimiter, t.at, t.n);
	delimiter[t.n] = '\0';
	return true;
}

static bool
set_delimiters(struct parser *p, struct mustache_text both)
{
	struct mustache_text open = {both.at, 0}, close;

	while (open.n < both.n && !is_space(both.at[open.n]))
		open.n++;
	close = trim((struct mustache_text){both.at + open.n, both.n - open.n});
	for (size_t i = 0; i < close.n; i++)
		if (is_space(close.at[i]))
			close.n = 0;
	return set_delimiter(p, p->open, open) &&
	       set_delimiter(p, p->close, close);
}

static bool
open_section(struct parser *p, const struct tag *t)
{
	struct mustache_node *node;

	if (p->depth == MUSTACHE_DEPTH)
		return refuse(p, t->text.at, "sections are nested too deeply");
	node = add(p, t->sigil == '#' ? NODE_SECTION : NODE_INVERTED, t->text);
	if (node == NULL)
		return false;
	p->sections[p->depth++] = node;
	return true;
}

static bool
close_section(struct parser *p, struct mustache_text name)
{
	struct mustache_text open;

	if (p->depth == 0)
		return refuse(p, name.at,
		    "{{/%.*s}} closes a section that is not open", shown(name),
		    name.at);
	open = p->sections[p->depth - 1]->text;
	if (open.n != name.n || memcmp(open.at, name.at, name.n) != 0)
		return refuse(p, name.at,
		    "{{/%.*s}} stands where {{/%.*s}} is due", shown(name),
		    name.at, shown(open), open.at);
	p->depth--;
	p->sections[p->depth]->close = add(p, NODE_CLOSE, name);
	return p->sections[p->depth]->close != NULL;
}

/* Each is listed once; the list is read to its end by mustache_parse(). */
static struct mustache_program *
find_partial(struct parser *p, struct mustache_text name)
{
	struct mustache_program **end = &p->programs->next, *found;

	for (; *end != NULL; end = &(*end)->next)
		if (strlen((*end)->name) == name.n &&
		    memcmp((*end)->name, name.at, name.n) == 0)
			return *end;
	if (p->nprograms++ == MUSTACHE_PARTIALS) {
		refuse(p, name.at, "there are too many partials");
		return NULL;
	}
	found = NEW(p->mem, struct mustache_program);
	found->name = arena_copy(p->mem, name.at, name.n);
	if (p->m->partial != NULL)
		found->text = p->m->partial(p->m->arg, found->name);
	*end = found;
	return found;
}

static bool
add_partial(struct parser *p, const struct tag *t)
{
	struct mustache_program *partial = find_partial(p, t->text);
	struct mustache_node *node;

	if (partial == NULL)
		return false;
	node = add(p, NODE_PARTIAL, t->text);
	if (node == NULL)
		return false;
	node->partial = partial;
	node->alone = t->alone;
	node->indent = t->indent;
	return true;
}

static bool
take_tag(struct parser *p, const struct tag *t)
{
	if (t->sigil == '!')
		return true;
	if (t->sigil == '=')
		return set_delimiters(p, t->text);
	if (!check_name(p, t->text))
		return false;
	switch (t->sigil) {
	case '#':
	case '^':
		return open_section(p, t);
	case '/':
		return close_section(p, t->text);
	case '>':
		return add_partial(p, t);
	case '{':
	case '&':
		return add(p, NODE_RAW, t->text) != NULL;
	default:
		return add(p, NODE_VALUE, t->text) != NULL;
	}
}

static bool
parse_program(struct parser *p, struct mustache_program *program)
{
	struct tag t;

	p->now = program;
	p->at = program->text;
	p->tail = &program->first;
	memcpy(p->open, "{{", sizeof("{{"));
	memcpy(p->close, "}}", sizeof("}}"));
	for (;;) {
		t = (struct tag){.start = strstr(p->at, p->open)};
		if (t.start == NULL)
			break;
		if (!read_tag(p, &t) || !add_text(p, t.start, !t.alone) ||
		    !take_tag(p, &t))
			return false;
		p->at = t.end;
	}
	if (p->depth == 0)
		return add_text(p, p->at + strlen(p->at), false);
	t.text = p->sections[p->depth - 1]->text;
	return refuse(p, t.text.at, "the section '%.*s' is not closed",
	    shown(t.text), t.text.at);
}

enum err
mustache_parse(struct arena *mem, const struct mustache *m, const char *text,
    struct mustache_program **main, const char **why)
{
	struct parser p = {.mem = mem, .m = m};
	struct mustache_program *program;

	*main = p.programs = NEW(mem, struct mustache_program);
	p.programs->text = text;
	for (program = *main; program != NULL; program = program->next) {
		if (program->text != NULL && !parse_program(&p, program)) {
			*why = p.why;
			return ERR_INVALID;
		}
	}
	return OK;
}
