/*
 * Templates: whatever the text, its partial and the values, rendering ends,
 * within its bounds, and says why when it refuses. An input is three texts,
 * parted by NULs: the template, the partial, the values as JSON.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mustache.h"

enum { OUTPUT = 1 << 20, MEMORY = 256 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
need(bool holds)
{
	if (!holds)
		abort();
}

static const char *
partial(const void *arg, const char *name)
{
	need(strlen(name) > 0 && strlen(name) <= MUSTACHE_NAME);
	return name[0] == 'p' ? arg : NULL;
}

static enum err
render(const char *const texts[3], const struct json *context, bool escapes,
    struct buf *out)
{
	const struct mustache m = {
	    .escapes = escapes, .partial = partial, .arg = texts[1]};
	struct arena *mem = arena_new(MEMORY);
	const char *why;
	enum err err;

	err = mustache_render(mem, &m, texts[0], context, out, &why);
	need(err == OK || err == ERR_INVALID);
	need((err == OK) == (why == NULL));
	need(out->len <= OUTPUT && strlen(out->data) <= out->len);
	arena_free(mem);
	return err;
}

/* Of a template that writes no bracket and has only tags that escape. */
static bool
is_tame(const char *text)
{
	return strpbrk(text, "<>&=") == NULL && strstr(text, "{{{") == NULL;
}

static void
render_twice(const char *const texts[3], const struct json *context)
{
	struct buf plain, escaped;
	enum err err, again;

	buf_init(&plain, OUTPUT);
	buf_init(&escaped, OUTPUT);
	err = render(texts, context, false, &plain);
	again = render(texts, context, true, &escaped);
	/* What is escaped is longer, and fills the buffer first. */
	need(escaped.full || (err == again && !plain.full));
	need(escaped.len >= plain.len || escaped.full);
	if (is_tame(texts[0]))
		need(strpbrk(escaped.data, "<>") == NULL);
	buf_free(&plain);
	buf_free(&escaped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* Three ends, so that there are three texts. */
	char *copy = calloc(1, n + 3);
	struct json_fault fault;
	const char *texts[3];
	struct json *context;

	need(copy != NULL);
	if (n > 0)
		memcpy(copy, data, n);
	texts[0] = copy;
	texts[1] = texts[0] + strlen(texts[0]) + 1;
	texts[2] = texts[1] + strlen(texts[1]) + 1;
	/* What is no document leaves NULL, which is one. */
	if (json_parse(
		texts[2], strlen(texts[2]), JSON_DEPTH, &context, &fault))
		need(context == NULL);
	render_twice(texts, context);
	json_free(context);
	free(copy);
	return 0;
}
