/* The index of a folder of keys: what is not exactly ours is refused whole, by
 * the worker and by the commands. */
#include <stdio.h>
#include <string.h>

#include "core/keys_part.h"
#include "keying.h"
#include "unit.h"

/* Neither worker nor command takes anything from such an index. */
static void
refuses_index(struct scene *s, const char *index)
{
	char why[512], id[KEY_ID_TEXT], left[KEYING_TEXT];
	struct keys *fresh;

	keying_write(s->dir, "keys", index, 0600);
	CU_ASSERT_FALSE(keying_refresh(s->keys, s->second += 2));
	CU_ASSERT_TRUE(keying_verifies(s->keys, s->one, s->signature));
	fresh = keying_open(s->dir, 0);
	CU_ASSERT_FALSE(keys_active(fresh, id));
	CU_ASSERT_FALSE(keying_verifies(fresh, s->one, s->signature));
	keys_free(fresh);
	CU_ASSERT_EQUAL(keying_try(s, why, sizeof(why)), ERR_INTERNAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "/keys "));
	CU_ASSERT_STRING_EQUAL(keying_read(s->dir, "keys", left), index);
}

#define AT "2027-01-15T08:00:00Z"

static void
refuses_hostile_indexes(void)
{
	/* @ is an id, # its first 15 characters. */
	static const char *const bad[] = {"", "\n", "keys\n",
	    "@ active " AT " " AT " -", /* no newline */
	    "@ active " AT " " AT " -\n\n", "@ active " AT " " AT "\n",
	    "@ active " AT " " AT " - -\n", "@ active  " AT " " AT " -\n",
	    " @ active " AT " " AT " -\n", "@ active " AT " " AT " - \n",
	    "@ active " AT " " AT " -\r\n", "@\tactive\t" AT "\t" AT "\t-\n",
	    "@ Active " AT " " AT " -\n", "@ signing " AT " " AT " -\n",
	    "@ next " AT " - -\n",   /* none is active */
	    "@ active " AT " - -\n", /* since when? */
	    "@ active - " AT " -\n", "@ active " AT " " AT " " AT "\n",
	    "@ active yesterday " AT " -\n",
	    "@ active 1969-12-31T23:59:59Z " AT " -\n",
	    "@A active " AT " " AT " -\n", "# active " AT " " AT " -\n",
	    "#/ active " AT " " AT " -\n",
	    "../../etc/passwd active " AT " " AT " -\n",
	    "/etc/shadow/aaaa active " AT " " AT " -\n",
	    "../../../../../x active " AT " " AT " -\n",
	    "#'--  active " AT " " AT " -\n",
	    "@ active " AT " " AT " -\nAAAAAAAAAAAAAAAA old " AT " " AT
	    " -\n", /* old since when? */
	    "@ active " AT " " AT " -\nAAAAAAAAAAAAAAAA active " AT " " AT
	    " -\n"};
	struct scene s = {.second = 0};
	char text[KEYING_TEXT], half[KEYING_TEXT], start[KEY_ID_TEXT];
	size_t n;

	keying_set(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(start, sizeof(start), "%.15s", s.one);
		keying_fill(bad[i], '@', s.one, half);
		keying_fill(half, '#', start, text);
		refuses_index(&s, text);
	}
	/* Twice; too many; too long. */
	snprintf(
	    text, sizeof(text), "%s%s", s.index, strchr(s.index, '\n') + 1);
	refuses_index(&s, text);
	n = 0;
	for (int i = 0; i < KEYS_MAX + 1; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "AAAAAAAAAAAAAAA%c %s " AT " " AT " %s\n", 'A' + i,
		    i == 0 ? "active" : "old", i == 0 ? "-" : AT);
	refuses_index(&s, text);
	memset(text, 'A', sizeof(text));
	text[KEY_INDEX_MAX + 1] = '\0';
	refuses_index(&s, text);
	/* And what was there is taken again. */
	keying_write(s.dir, "keys", s.index, 0600);
	CU_ASSERT_FALSE(keying_refresh(s.keys, s.second += 2));
	CU_ASSERT_TRUE(keying_verifies(s.keys, s.one, s.signature));
	keying_strike(&s);
}

/* Cut anywhere but at the end of a line that leaves an active key. */
static void
refuses_cut_indexes(void)
{
	struct arena *a = arena_new(1 << 22);
	struct key_index index;
	struct scene s = {.second = 0};
	size_t n, first;

	keying_set(&s);
	n = strlen(s.index);
	first = (size_t)(strchr(s.index, '\n') - s.index) + 1;
	for (size_t i = 0; i <= n; i++)
		CU_ASSERT_EQUAL(key_index_parse(a, s.index, i, &index) == NULL,
		    i == n || i == first);
	for (size_t i = 0; i < n; i++) {
		char *text = arena_strdup(a, s.index);

		text[i] = '\0';
		CU_ASSERT_PTR_NOT_NULL(key_index_parse(a, text, n, &index));
	}
	arena_free(a);
	keying_strike(&s);
}

static void
needs_real_ids(void)
{
	static const char *const bad[] = {"", "keys", "../keys",
	    "AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAA/A",
	    "AAAAAAAAAAAAAA.A", "AAAAAAAAAAAAAA+A", "AAAAAAAAAAAAAA A",
	    "AAAAAAAAAAAAAAA\xff", "%s%n%s%n%s%n%s%n"};
	struct scene s = {.second = 0};

	keying_set(&s);
	CU_ASSERT_TRUE(key_id_valid("AZaz09-_AAAAAAAA"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_FALSE(key_id_valid(bad[i]));
		CU_ASSERT_EQUAL(
		    keying_activate(s.dir, bad[i], true, 0), ERR_NOT_FOUND);
		CU_ASSERT_EQUAL(
		    keying_retire(s.dir, bad[i], true, 0), ERR_NOT_FOUND);
		CU_ASSERT_FALSE(keying_verifies(s.keys, bad[i], s.signature));
	}
	keying_strike(&s);
}

CU_TestInfo keys_index_tests[] = {
    {"a hostile index is refused whole", refuses_hostile_indexes},
    {"a cut index is refused", refuses_cut_indexes},
    {"an id is 16 characters of base64url", needs_real_ids}, CU_TEST_INFO_NULL};
