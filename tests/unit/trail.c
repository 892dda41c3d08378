/*
 * What the audit trail says of a change: exact bytes, no secret, no more than
 * its bounds.
 */
#include "http/trail.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "core/json.h"
#include "http/ctx.h"
#include "http/router.h"
#include "unit.h"

struct thing {
	const char *title, *password;
	int64_t n;
	bool on;
	struct uuid id;
	struct texts names;
	struct raw_json more;
};

#define T struct thing
SCHEMA(thing, "Thing", FIELD(title, .flags = NULLABLE),
    FIELD(password, .flags = SECRET), FIELD(n), FIELD(on), FIELD(id),
    FIELD(names), FIELD(more, .flags = NULLABLE));
SCHEMA(thing_title, "ThingTitle", FIELD(title));
SCHEMA(thing_more, "ThingMore", FIELD(more));
#undef T

/* As many fields as a view can have, all of one member. */
#define TEXT(letter)                                                     \
	{                                                                \
		.name = letter, .offset = offsetof(struct thing, title), \
		.type = FIELD_TEXT                                       \
	}
static const struct field many_fields[] = {TEXT("a"), TEXT("b"), TEXT("c"),
    TEXT("d"), TEXT("e"), TEXT("f"), TEXT("g"), TEXT("h"), TEXT("i"), TEXT("j"),
    TEXT("k"), TEXT("l"), TEXT("m"), TEXT("n"), TEXT("o"), TEXT("p"), TEXT("q"),
    TEXT("r"), TEXT("s"), TEXT("t")};
static const struct schema many = {.name = "Many",
    .size = sizeof(struct thing),
    .fields = many_fields,
    .nfields = sizeof(many_fields) / sizeof(many_fields[0])};

static const char *const names[] = {"x", "y"};
static const struct thing one = {.title = "First \"one\"",
    .password = "hushhush-1",
    .n = 1,
    .id = {{1}},
    .names = {names, 1},
    .more = {"{\"a\":1}"}};

static struct ctx
begin(void)
{
	return (struct ctx){.mem = arena_new(16 << 20)};
}

static void
check(const struct schema *view, const void *before, const void *after,
    const char *expected)
{
	struct ctx c = begin();

	trail_change(&c, view, before, after);
	if (expected == NULL)
		CU_ASSERT_PTR_NULL(c.trail.diff)
	else if (c.trail.diff == NULL)
		CU_FAIL("no diff")
	else
		CU_ASSERT_STRING_EQUAL(c.trail.diff, expected);
	arena_free(c.mem);
}

static void
fields_that_differ(void)
{
	struct thing other = one;

	check(&thing, &one, &other, NULL);
	other.title = NULL;
	other.on = true;
	check(&thing, &one, &other,
	    "{\"title\":[\"First \\\"one\\\"\",null],\"on\":[false,true]}");
	other = one;
	other.names.n = 2;
	other.more.text = NULL;
	check(&thing, &one, &other,
	    "{\"names\":[[\"x\"],[\"x\",\"y\"]],\"more\":[{\"a\":1},null]}");
}

static void
new_and_gone(void)
{
	const struct thing empty = {.n = 7};

	check(&thing_title, NULL, &one,
	    "{\"title\":[null,\"First \\\"one\\\"\"]}");
	check(&thing_title, &one, NULL,
	    "{\"title\":[\"First \\\"one\\\"\",null]}");
	/* What is none before and after did not change. */
	check(&thing, NULL, &empty,
	    "{\"n\":[null,7],\"on\":[null,false],\"names\":[null,[]]}");
	check(&thing, NULL, NULL, NULL);
}

static void
secrets_are_masked(void)
{
	struct thing other = one;

	other.password = "hushhush-2";
	check(
	    &thing, &one, &other, "{\"password\":[\"********\",\"********\"]}");
	other.password = NULL;
	check(
	    &thing, &one, &other, "{\"password\":[\"********\",\"********\"]}");
}

static void
several_changes(void)
{
	struct ctx c = begin();
	struct thing other = one;

	other.n = 2;
	trail_change(&c, &thing, &one, &other);
	trail_change(&c, &thing_title, &one, &one);
	CU_ASSERT_STRING_EQUAL(c.trail.diff, "{\"n\":[1,2]}");
	trail_change(&c, &thing_title, &one, NULL);
	CU_ASSERT_STRING_EQUAL(c.trail.diff,
	    "{\"n\":[1,2],\"title\":[\"First \\\"one\\\"\",null]}");
	arena_free(c.mem);
}

static bool
is_json(const char *text)
{
	struct json_fault why;
	struct json *doc;
	bool good =
	    json_parse(text, strlen(text), JSON_DEPTH, &doc, &why) == OK;

	json_free(doc);
	return good;
}

static const char *
repeat(struct arena *mem, const char *part, size_t times)
{
	size_t n = strlen(part);
	char *text = arena_alloc(mem, n * times + 1, 1);

	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, part, n);
	return text;
}

/* {"title":["...",null]}: the value between. */
static void
check_long(struct ctx *c, const char *part, size_t times, size_t least)
{
	const size_t frame = strlen("{\"title\":[,null]}");
	struct thing t = one;
	const char *diff;

	t.title = repeat(c->mem, part, times);
	c->trail = (struct trail){0};
	trail_change(c, &thing_title, &t, NULL);
	diff = c->trail.diff;
	CU_ASSERT_TRUE(strlen(diff) <= 1000 + frame);
	CU_ASSERT_TRUE(strlen(diff) >= least + frame);
	CU_ASSERT_TRUE(is_json(diff));
	CU_ASSERT_PTR_NOT_NULL(strstr(diff, "\u2026\",null]}"));
}

static void
long_values_are_shortened(void)
{
	struct ctx c = begin();
	struct thing t = one;

	check_long(&c, "x", 999, 900);
	check_long(&c, "x", 100000, 900);
	check_long(&c, "\u00e9", 5000, 900);
	check_long(&c, "a\u20ac", 5000, 900);
	check_long(&c, "\U0001f600", 5000, 900);
	check_long(&c, "\x01", 5000, 800);
	check_long(&c, "\"", 600, 800);
	/* 998 letters and two quotes are 1000 bytes: whole. */
	t.title = repeat(c.mem, "x", 998);
	c.trail = (struct trail){0};
	trail_change(&c, &thing_title, NULL, &t);
	CU_ASSERT_STRING_EQUAL(c.trail.diff,
	    arena_printf(c.mem, "{\"title\":[null,\"%s\"]}", t.title));
	t.more.text =
	    arena_printf(c.mem, "[\"%s\"]", repeat(c.mem, "\u00e9", 4000));
	c.trail = (struct trail){0};
	trail_change(&c, &thing_more, NULL, &t);
	CU_ASSERT_TRUE(is_json(c.trail.diff));
	CU_ASSERT_TRUE(strlen(c.trail.diff) < 1030);
	CU_ASSERT_EQUAL(
	    strncmp(c.trail.diff, "{\"more\":[null,\"[\\\"\u00e9", 18), 0);
	arena_free(c.mem);
}

static void
long_diffs_end(void)
{
	struct ctx c = begin();
	struct thing t = one;
	size_t n;

	t.title = repeat(c.mem, "z", 5000);
	trail_change(&c, &many, NULL, &t);
	n = strlen(c.trail.diff);
	CU_ASSERT_TRUE(is_json(c.trail.diff));
	CU_ASSERT_TRUE(n <= 16384);
	CU_ASSERT_TRUE(n > 15000);
	CU_ASSERT_STRING_EQUAL(
	    c.trail.diff + n - 18, "\"\u2026\":[null,null]}");
	/* A change after that finds no room, and says so once. */
	trail_change(&c, &many, NULL, &t);
	CU_ASSERT_TRUE(strlen(c.trail.diff) <= 16384);
	CU_ASSERT_TRUE(is_json(c.trail.diff));
	arena_free(c.mem);
}

static void
objects(void)
{
	char name[] = "editors";
	const struct uuid id = {{7}};
	struct ctx c = begin();

	trail_object(&c, "user", id);
	CU_ASSERT_STRING_EQUAL(c.trail.type, "user");
	CU_ASSERT_TRUE(uuid_equal(&c.trail.object, &id));
	CU_ASSERT_PTR_NULL(c.trail.name);
	trail_named(&c, "role", name);
	name[0] = 'X';
	CU_ASSERT_STRING_EQUAL(c.trail.type, "role");
	CU_ASSERT_STRING_EQUAL(c.trail.name, "editors");
	CU_ASSERT_TRUE(uuid_is_nil(&c.trail.object));
	arena_free(c.mem);
}

/* "tag-name.refused" in a column of 64 characters. */
static void
actions_fit(void)
{
	const struct domain *const *d;
	size_t i, n;

	for (d = app_domains; *d != NULL; d++)
		for (i = 0; i < (*d)->nroutes; i++) {
			n = strlen((*d)->name) + 1 +
			    strlen((*d)->routes[i].name);
			CU_ASSERT_TRUE(n + strlen(".refused") <= 64);
		}
}

CU_TestInfo trail_tests[] = {
    {"the fields that differ, old and new", fields_that_differ},
    {"what is new and what is gone", new_and_gone},
    {"of secrets only that they changed", secrets_are_masked},
    {"several changes make one diff", several_changes},
    {"long values are shortened", long_values_are_shortened},
    {"a long diff ends with a mark", long_diffs_end},
    {"objects by id and by name", objects},
    {"the name of each action fits its column", actions_fit},
    CU_TEST_INFO_NULL,
};
