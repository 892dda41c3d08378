/*
 * What somebody typed into a search field becomes words, and nothing else.
 */
#include "core/words.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>
#include <unistr.h>

/* The server's own list (INNODB_FT_DEFAULT_STOPWORD). */
static bool
is_stop_word(const char *word, size_t n)
{
	static const char *const words[] = {"a", "about", "an", "are", "as",
	    "at", "be", "by", "com", "de", "en", "for", "from", "how", "i",
	    "in", "is", "it", "la", "of", "on", "or", "that", "the", "this",
	    "to", "was", "what", "when", "where", "who", "will", "with", "und",
	    "the", "www"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && !strncasecmp(words[i], word, n))
			return true;
	return false;
}

/* Of the character at p; *step is its length. */
static bool
is_part(const uint8_t *p, size_t *step)
{
	const uint32_t parts =
	    UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N;
	ucs4_t c = 0;
	int n = u8_strmbtouc(&c, p);

	*step = n > 0 ? (size_t)n : 1;
	/* To the server, what is beyond 16 bits is no letter. */
	return n > 0 && c <= 0xFFFF &&
	       (c == '_' || uc_is_general_category_withtable(c, parts));
}

/* The next word: its bytes and characters; 0 at the end of the text. */
static size_t
next_word(const uint8_t **text, const uint8_t **word, size_t *nchars)
{
	const uint8_t *p = *text;
	size_t step;

	while (*p != '\0' && !is_part(p, &step))
		p += step;
	*word = p;
	for (*nchars = 0; *p != '\0' && is_part(p, &step); (*nchars)++)
		p += step;
	*text = p;
	return (size_t)(p - *word);
}

const char *
words_query(struct arena *mem, const char *text)
{
	const uint8_t *p = (const uint8_t *)text, *word;
	char *query = arena_alloc(mem, strlen(text) + 2 * WORDS_MAX + 2, 1);
	size_t n, nchars, len = 0;

	for (int words = 0; words < WORDS_MAX;) {
		n = next_word(&p, &word, &nchars);
		if (n == 0)
			break;
		if (nchars < WORD_MIN || nchars > WORD_MAX ||
		    is_stop_word((const char *)word, n))
			continue;
		if (words++ > 0)
			query[len++] = ' ';
		query[len++] = '+';
		memcpy(query + len, word, n);
		len += n;
	}
	if (len == 0)
		return NULL;
	query[len] = '*';
	return query;
}
