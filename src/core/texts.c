/* Lists of texts and their JSON arrays. What a stored array may hold is the
 * writer's business, so that no bound of a field is checked here. */
#include "core/texts.h"

#include <string.h>

#include "core/json.h"

void
texts_write(struct buf *b, const struct texts *texts)
{
	buf_putc(b, '[');
	for (size_t i = 0; i < texts->n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		json_quote(b, texts->item[i], strlen(texts->item[i]));
	}
	buf_putc(b, ']');
}

static bool
copy_items(struct arena *mem, const struct json *list, struct texts *out)
{
	size_t i, length, n = json_count(list);
	const char **item = NEW_N(mem, const char *, n + 1);

	for (i = 0; i < n; i++) {
		const struct json *value = json_at(list, i);
		const char *text;

		if (json_kind(value) != JSON_TEXT)
			return false;
		text = json_text(value, &length);
		item[i] = arena_copy(mem, text, length);
		if (strlen(item[i]) != length)
			return false;
	}
	*out = (struct texts){.item = item, .n = n};
	return true;
}

bool
texts_read(struct arena *mem, const char *json, size_t n, struct texts *out)
{
	struct json *list;
	struct json_fault why;
	bool read;

	read = !json_parse(json, n, 1, &list, &why) &&
	       json_kind(list) == JSON_LIST && copy_items(mem, list, out);
	json_free(list);
	return read;
}
