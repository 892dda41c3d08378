/* The text of the index of a folder of keys. A text that is not exactly ours
 * is refused whole: a key that was taken back must not come back by accident.
 */
#include "core/keys_part.h"

#include <string.h>

static const char *const state_name[] = {"next", "active", "old"};

enum { STATES = sizeof(state_name) / sizeof(state_name[0]), WORDS = 5 };

/* The longest line: id, state, three times, spaces and a newline. */
enum { LINE_MAX = KEY_ID_TEXT + 8 + 3 * TIME_TEXT };

_Static_assert((int)KEYS_MAX *LINE_MAX <= (int)KEY_INDEX_MAX,
    "an index has room for all keys");

bool
key_id_valid(const char *id)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";

	return strnlen(id, KEY_ID_TEXT) == KEY_ID_TEXT - 1 &&
	       strspn(id, alphabet) == KEY_ID_TEXT - 1;
}

struct key_info *
key_index_find(struct key_index *index, const char *id)
{
	for (size_t i = 0; i < index->n; i++)
		if (strcmp(index->key[i].id, id) == 0)
			return &index->key[i];
	return NULL;
}

struct key_info *
key_index_active(struct key_index *index)
{
	for (size_t i = 0; i < index->n; i++)
		if (index->key[i].state == KEY_ACTIVE)
			return &index->key[i];
	return NULL;
}

static bool
parse_state(const char *word, enum key_state *out)
{
	for (unsigned i = 0; i < STATES; i++)
		if (strcmp(word, state_name[i]) == 0) {
			*out = (enum key_state)i;
			return true;
		}
	return false;
}

static bool
parse_time(const char *word, struct timestamp *out)
{
	*out = (struct timestamp){0};
	return strcmp(word, "-") == 0 || (time_parse(word, out) && out->us > 0);
}

/* A key has the times of the states that it has been in, and no others. */
static bool
has_its_times(const struct key_info *key)
{
	return key->created.us != 0 &&
	       (key->activated.us != 0) == (key->state != KEY_NEXT) &&
	       (key->retired.us != 0) == (key->state == KEY_OLD);
}

/* Exactly five words with one space between them; the line is changed. */
static bool
split(char *line, char *word[WORDS])
{
	for (int i = 0; i < WORDS; i++) {
		word[i] = line;
		line += strcspn(line, " ");
		if ((*line == '\0') != (i == WORDS - 1))
			return false;
		*line++ = '\0';
	}
	return true;
}

static bool
parse_line(char *line, struct key_info *out)
{
	struct key_info key = {0};
	char *word[WORDS];

	if (!split(line, word) || !key_id_valid(word[0]) ||
	    !parse_state(word[1], &key.state) ||
	    !parse_time(word[2], &key.created) ||
	    !parse_time(word[3], &key.activated) ||
	    !parse_time(word[4], &key.retired) || !has_its_times(&key))
		return false;
	memcpy(key.id, word[0], sizeof(key.id));
	*out = key;
	return true;
}

const char *
key_index_parse(
    struct arena *a, const char *text, size_t n, struct key_index *out)
{
	char *line = arena_copy(a, text, n);
	char *end = line + n;

	out->n = 0;
	while (line < end) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		struct key_info key;

		if (newline == NULL)
			return "its last line has no end";
		*newline = '\0';
		if (out->n == KEYS_MAX)
			return "it names too many keys";
		if (strlen(line) != (size_t)(newline - line) ||
		    !parse_line(line, &key))
			return arena_printf(
			    a, "line %zu is none of ours", out->n + 1);
		if (key_index_find(out, key.id) != NULL)
			return "it names a key twice";
		if (key.state == KEY_ACTIVE && key_index_active(out) != NULL)
			return "it names two active keys";
		out->key[out->n++] = key;
		line = newline + 1;
	}
	return key_index_active(out) == NULL ? "it names no active key" : NULL;
}

static void
put_time(struct buf *out, struct timestamp t)
{
	char text[TIME_TEXT];

	buf_putc(out, ' ');
	buf_puts(out, t.us != 0 ? time_format(t, text) : "-");
}

void
key_index_write(struct buf *out, const struct key_index *index)
{
	for (size_t i = 0; i < index->n; i++) {
		const struct key_info *key = &index->key[i];

		buf_printf(out, "%s %s", key->id, state_name[key->state]);
		put_time(out, key->created);
		put_time(out, key->activated);
		put_time(out, key->retired);
		buf_putc(out, '\n');
	}
}
