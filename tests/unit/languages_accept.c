/*
 * Which language somebody wants, by a tag or by a header that a stranger wrote.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/languages.h"
#include "unit.h"

static struct {
	char dir[64];
	struct arena *mem;
} run;

static void
put(const char *name)
{
	FILE *f = fopen(arena_printf(run.mem, "%s/%s", run.dir, name), "we");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_TRUE(fputs("{}", f) >= 0);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

/* English, German and Russian. */
static struct languages *
begin(void)
{
	struct languages *l;
	const char *why;

	snprintf(run.dir, sizeof(run.dir), "/tmp/atrium-languages-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(run.dir));
	run.mem = arena_new(16 << 20);
	put("de.json");
	put("en.json");
	put("ru.json");
	l = languages_load(run.mem, run.mem, run.dir, &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	return l;
}

static void
end(void)
{
	const char *command = arena_printf(run.mem, "rm -rf '%s'", run.dir);

	CU_ASSERT_EQUAL(system(command), 0);
	arena_free(run.mem);
}

static void
wants(const struct languages *l, const char *header, const char *language)
{
	const char *found = languages_accept(l, header);

	if (found != language &&
	    (found == NULL || language == NULL || strcmp(found, language)))
		printf("\n    %s: %s\n    ", header, found);
	CU_ASSERT_TRUE(
	    found == language || (found != NULL && language != NULL &&
				     strcmp(found, language) == 0));
}

static void
test_accept(void)
{
	struct languages *l = begin();

	wants(l, "ru", "ru");
	wants(l, "RU-ru", "ru");
	wants(l, "ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru");
	wants(l, "en-US,en;q=0.9,ru;q=0.8", "en");
	wants(l, "en;q=0.5, ru;q=0.501", "ru");
	wants(l, "de;q=0.3,ru;q=0.3", "de");
	wants(l, "fr, uk;q=0.9, ru;q=0.1", "ru");
	wants(l, "fr", NULL);
	wants(l, "fr, *;q=0.1", "en");
	wants(l, "*, ru;q=0.9", "en");
	wants(l, "ru;Q=0.5", "ru");
	wants(l, " , ,\tru ; q=1.000 ,, ", "ru");
	wants(l, "zh-Hant-TW, de-CH-1996;q=0.2", "de");
	/* Refused, or nothing that the RFC has. */
	wants(l, "ru;q=0", NULL);
	wants(l, "ru;q=0.000", NULL);
	wants(l, "ru;q=1.001, de;q=0.1", "de");
	wants(l, "ru;q=2", NULL);
	wants(l, "ru;q=0.1234", NULL);
	wants(l, "ru;q=.9", NULL);
	wants(l, "ru;q=-1", NULL);
	wants(l, "ru;q=", NULL);
	wants(l, "ru;q", NULL);
	wants(l, "ru;v=1", NULL);
	wants(l, "ru;q =1", NULL);
	wants(l, "ru q=1", NULL);
	wants(l, "ru_RU", NULL);
	wants(l, "ru-", NULL);
	wants(l, "-ru", NULL);
	wants(l, "ru-toolongtag", NULL);
	wants(l, "ru--RU", NULL);
	wants(l, "r\xd1\x83", NULL);
	wants(l, "rus", NULL);
	wants(l, "russianru", NULL);
	wants(l, "**", NULL);
	wants(l, "", NULL);
	wants(l, NULL, NULL);
	/* "0." is a weight of the RFC's grammar, and none. */
	wants(l, "ru;q=0.", NULL);
	wants(l, "ru;q=1.", "ru");
	end();
}

static void
test_accept_bounds(void)
{
	char header[ACCEPT_MAX + 2];
	struct languages *l = begin();
	size_t n = 0;

	for (int i = 0; i < ACCEPT_RANGES - 1; i++)
		n += (size_t)snprintf(header + n, sizeof(header) - n, "fr,");
	snprintf(header + n, sizeof(header) - n, "ru");
	wants(l, header, "ru");
	snprintf(header + n, sizeof(header) - n, "fr,ru");
	wants(l, header, NULL);
	memset(header, ' ', sizeof(header));
	memcpy(header, "ru", 2);
	header[ACCEPT_MAX] = '\0';
	wants(l, header, "ru");
	header[ACCEPT_MAX] = ' ';
	header[ACCEPT_MAX + 1] = '\0';
	wants(l, header, NULL);
	end();
}

static void
test_match(void)
{
	struct languages *l = begin();

	CU_ASSERT_STRING_EQUAL(languages_match(l, "ru"), "ru");
	CU_ASSERT_STRING_EQUAL(languages_match(l, "ru-Cyrl-BY"), "ru");
	CU_ASSERT_STRING_EQUAL(languages_match(l, "en-GB"), "en");
	CU_ASSERT_PTR_NULL(languages_match(l, "rue"));
	CU_ASSERT_STRING_EQUAL(languages_match(l, "de-RU"), "de");
	CU_ASSERT_PTR_NULL(languages_match(l, ""));
	end();
}

CU_TestInfo languages_accept_tests[] = {
    {"Accept-Language", test_accept},
    {"Accept-Language is bounded", test_accept_bounds},
    {"a tag's language", test_match},
    CU_TEST_INFO_NULL,
};
