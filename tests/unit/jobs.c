/*
 * What of a task's arguments may be seen.
 */
#include <string.h>

#include "jobs/model.h"
#include "unit.h"

struct shown {
	const char *email, *token_hash, *link, *password;
	struct uuid user_id;
};
#define T struct shown
SCHEMA(shown_args, "Shown", FIELD(email), FIELD(token_hash), FIELD(link),
    FIELD(password, .flags = SECRET), FIELD(user_id));
#undef T

#define MASKED "\"********\""

static void
expect(const char *args, const struct schema *view, const char *wanted)
{
	struct arena *a = arena_new(1 << 20);
	struct raw_json payload = job_payload(a, args, view);

	if (wanted == NULL)
		CU_ASSERT_PTR_NULL(payload.text)
	else if (payload.text == NULL)
		CU_FAIL("no payload")
	else
		CU_ASSERT_STRING_EQUAL(payload.text, wanted);
	arena_free(a);
}

static void
shows(void)
{
	expect("{}", &shown_args, "{}");
	expect(" { } ", NULL, "{}");
	expect("{ \"email\" : \"a\\\"\xC3\xA9@b\", \"user_id\": null }",
	    &shown_args, "{\"email\":\"a\\\"\xC3\xA9@b\",\"user_id\":null}");
	expect("{\"\\u0065mail\":\"x\"}", &shown_args, "{\"email\":\"x\"}");
}

static void
masks(void)
{
	expect(
	    "{\"token_hash\":1,\"link\":\"x\",\"password\":[1],\"user_id\":1}",
	    &shown_args,
	    "{\"token_hash\":" MASKED ",\"link\":" MASKED
	    ",\"password\":" MASKED ",\"user_id\":1}");
	/* What the view does not know, and what holds a link. */
	expect("{\"other\":{\"a\":1},\"a\\\"b\":1}", &shown_args,
	    "{\"other\":" MASKED ",\"a\\\"b\":" MASKED "}");
	expect("{\"email\":\"http://x/?token=hush\"}", &shown_args,
	    "{\"email\":" MASKED "}");
	expect("{\"email\":\"x\"}", NULL, "{\"email\":" MASKED "}");
}

static void
refuses(void)
{
	static const char *const others[] = {"", " ", "null", "1", "[{}]",
	    "\"x\"", "{", "{\"a\":1}x", "{\"a\":1,\"a\":2}",
	    "{\"a\":\"\xff\"}"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect(others[i], &shown_args, NULL);
}

CU_TestInfo jobs_tests[] = {{"arguments that the kind has", shows},
    {"no secret, by its name, its view or its text", masks},
    {"what is no object is none", refuses}, CU_TEST_INFO_NULL};
