/*
 * The words of a text, and nothing that a server takes for more than a word.
 */
#include "core/words.h"

#include <string.h>

#include "unit.h"

static const char *const cases[][2] = {
    {"red lamp", "+red +lamp*"},
    {"  Red,LAMP! ", "+Red +LAMP*"},
    {"+red -lamp ~x (oak) \"pine box\" a* @3 <b >c", "+red +lamp +oak "
						     "+pine*"},
    {"don't", "+don*"},
    {"snake_case", "+snake_case*"},
    {"the lamp of AND in", "+lamp +AND*"},
    {"The WHO", NULL},
    {"tv", NULL},
    {"", NULL},
    {"+-*()\"@~<>%'\\", NULL},
    {"caf\xC3\xA9", "+caf\xC3\xA9*"},
    {"cafe\xCC\x81", "+cafe\xCC\x81*"},
    {"\xD0\xBB\xD0\xB0\xD0\xBC\xD0\xBF\xD0\xB0", "+\xD0\xBB\xD0\xB0\xD0\xBC"
						 "\xD0\xBF\xD0\xB0*"},
    {"\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD", "+\xE6\x9D\xB1\xE4\xBA\xAC"
					     "\xE9\x83\xBD*"},
    {"\xE6\x9D\xB1\xE4\xBA\xAC", NULL}, /* two characters */
    {"red\xC2\xA0lamp", "+red +lamp*"}, /* a space that does not break */
    {"red\xE2\x80\x93lamp", "+red +lamp*"},
    {"red\xF0\x9F\x98\x80lamp", "+red +lamp*"},
    {"\xEF\xBC\x8Bred", "+red*"}, /* a wide plus */
    {"345 12", "+345*"},
    {"\xD9\xA1\xD9\xA2\xD9\xA3", "+\xD9\xA1\xD9\xA2\xD9\xA3*"},
    {"aaa bbb ccc ddd", "+aaa +bbb +ccc +ddd*"},
    {"aaa bbb ccc ddd eee", "+aaa +bbb +ccc +ddd*"},
    {"a the aaa of bbb or ccc ddd eee", "+aaa +bbb +ccc +ddd*"},
    {"lamp of", "+lamp*"},
};

static void
words_of_texts(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = words_query(mem, cases[i][0]);
		if (cases[i][1] == NULL) {
			CU_ASSERT_PTR_NULL(got);
			continue;
		}
		CU_ASSERT_PTR_NOT_NULL_FATAL(got);
		CU_ASSERT_STRING_EQUAL(got, cases[i][1]);
	}
	arena_free(mem);
}

/* Those that the index has not, by their length. */
static void
lengths(void)
{
	struct arena *mem = arena_new(1 << 20);
	char word[WORD_MAX + 2] = {0}, want[WORD_MAX + 3];
	size_t i;

	memset(word, 'x', WORD_MAX);
	want[0] = '+';
	memcpy(want + 1, word, WORD_MAX);
	memcpy(want + 1 + WORD_MAX, "*", 2);
	CU_ASSERT_STRING_EQUAL(words_query(mem, word), want);
	word[WORD_MAX] = 'x';
	CU_ASSERT_PTR_NULL(words_query(mem, word));
	/* Nothing but what belongs into an expression, whatever comes. */
	for (i = 1; i < 128; i++) {
		char text[] = {'a', 'b', 'c', (char)i, 'd', 'e', 'f', '\0'};
		const char *got = words_query(mem, text);

		CU_ASSERT_PTR_NOT_NULL_FATAL(got);
		CU_ASSERT_EQUAL(
		    strspn(got, "+* _0123456789abcdefghijklmnopqrs"
				"tuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		    strlen(got));
		CU_ASSERT_EQUAL(strncmp(got, "+abc", 4), 0);
	}
	arena_free(mem);
}

CU_TestInfo words_tests[] = {
    {"what is a word of a text", words_of_texts},
    {"words have a length that the index has", lengths},
    CU_TEST_INFO_NULL,
};
