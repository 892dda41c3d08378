/*
 * Matching of paths, and what a route table may not say.
 */
#include "http/router.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "unit.h"

struct ref {
	struct uuid id;
	int64_t n;
};

#define T struct ref
SCHEMA(by_id, "ById", FIELD(id, .from = FROM_PATH, .flags = REQUIRED));
SCHEMA(by_both, "ByBoth", FIELD(id, .from = FROM_PATH),
    FIELD(n, .from = FROM_PATH));
SCHEMA(with_body, "WithBody", FIELD(n));
#undef T

static enum err
nothing(struct ctx *c)
{
	(void)c;
	return OK;
}

#define ROW(verb, url, called, ...)                                   \
	{                                                             \
		.method = verb, .path = url, .name = called,          \
		.handle = nothing, .guard = &anyone, .doc = "A test", \
		.out = &with_body, __VA_ARGS__                        \
	}
#define TABLE(id, table, ...)                              \
	const struct domain id = {.name = #id,             \
	    .doc = "A test",                               \
	    .routes = table,                               \
	    .nroutes = sizeof(table) / sizeof((table)[0]), \
	    __VA_ARGS__}

static const struct route good[] = {
    ROW(GET, "/users/me", "me"),
    ROW(PATCH, "/users/me", "patch_me"),
    ROW(POST, "/users/signup", "signup"),
    ROW(GET, "/users/{id}", "one", .in = &by_id),
    ROW(DELETE, "/users/{id}", "delete", .in = &by_id),
    ROW(GET, "/users/{id}/rows/{n}", "row", .in = &by_both),
    ROW(GET, "/users/me/rows/all", "all"),
    ROW(GET, "/things/", "things"),
};

struct expectation {
	enum method method;
	const char *path;
	const char *name;  /* NULL: no route */
	unsigned allowed;  /* checked when there is no route */
	const char *value; /* of the first parameter */
};

static const struct expectation expectations[] = {
    {GET, "/api/v1/users/me", "me", 0, NULL},
    {GET, "/api/v1/users/me/", "me", 0, NULL},
    {PATCH, "/api/v1/users/me", "patch_me", 0, NULL},
    {GET, "/api/v1/users/42", "one", 0, "42"},
    {GET, "/api/v1/users/signup", "one", 0, "signup"},
    {POST, "/api/v1/users/signup", "signup", 0, NULL},
    {DELETE, "/api/v1/users/me", "delete", 0, "me"},
    {GET, "/api/v1/users/7/rows/8", "row", 0, "7"},
    {GET, "/api/v1/users/me/rows/all", "all", 0, NULL},
    {GET, "/api/v1/users/me/rows/1", "row", 0, "me"},
    {GET, "/api/v1/users/a%2Fb", "one", 0, "a/b"},
    {GET, "/api/v1/users/%2F", "one", 0, "/"},
    {GET, "/api/v1/users/me%2Frows%2Fall", "one", 0, "me/rows/all"},
    {GET, "/api/v1/users/a%2Fb%2f/rows/all", "row", 0, "a/b/"},
    {GET, "/api/v1/users/%6De", "me", 0, NULL},
    {GET, "/api/v1/users/..", "one", 0, ".."},
    {GET, "/api/v1/users/%2e%2E/", "one", 0, ".."},
    {GET, "/api/v1/users/%2e%2e%2Fthings", "one", 0, "../things"},
    {GET, "/api/v1/users/%257Bid%7D", "one", 0, "%7Bid}"},
    {GET, "/api/v1/users/%0A%20", "one", 0, "\n "},
    {GET, "/api%2Fv1/things", NULL, 0, NULL},
    {GET, "%2Fapi/v1/things", NULL, 0, NULL},
    {GET, "/api/v1/users/../things", NULL, 0, NULL},
    {GET, "/api/v1/things%2F", NULL, 0, NULL},
    {GET, "/api/v1/things", "things", 0, NULL},
    {GET, "/api/v1/things/", "things", 0, NULL},
    {PUT, "/api/v1/users/me", NULL, 1U << GET | 1U << PATCH | 1U << DELETE,
	NULL},
    {POST, "/api/v1/things", NULL, 1U << GET, NULL},
    {GET, "/api/v1/nowhere", NULL, 0, NULL},
    {GET, "/api/v1/users", NULL, 0, NULL},
    {GET, "/api/v1/users//me", NULL, 0, NULL},
    {GET, "//api/v1/users/me", NULL, 0, NULL},
    {GET, "/api/v1/users/me//", NULL, 0, NULL},
    {GET, "/users/me", NULL, 0, NULL},
    {GET, "/", NULL, 0, NULL},
    {GET, "", NULL, 0, NULL},
    {GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r", NULL, 0, NULL},
};

static void
matches(void)
{
	TABLE(d, good, .coded = true);
	const struct domain *const domains[] = {&d, NULL};
	struct router *router = router_new(domains);
	struct arena *mem = arena_new(1 << 20);
	struct match m;
	size_t i;

	CU_ASSERT_TRUE(router_check(domains));
	for (i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		const struct expectation *e = &expectations[i];

		router_match(router, mem, e->method, e->path, &m);
		if (e->name == NULL) {
			CU_ASSERT_PTR_NULL(m.route);
			CU_ASSERT_EQUAL(m.allowed, e->allowed);
			continue;
		}
		CU_ASSERT_PTR_NOT_NULL_FATAL(m.route);
		CU_ASSERT_STRING_EQUAL(m.route->name, e->name);
		if (e->value == NULL)
			continue;
		CU_ASSERT_FATAL(m.nparams > 0);
		CU_ASSERT_STRING_EQUAL(m.param[0].value, e->value);
		CU_ASSERT_EQUAL(m.param[0].length, strlen(e->value));
	}
	arena_free(mem);
	router_free(router);
}

/* As FastAPI's clients know it: no value of those domains holds one. */
static void
slashes(void)
{
	TABLE(d, good);
	const struct domain *const domains[] = {&d, NULL};
	struct router *router = router_new(domains);
	struct arena *mem = arena_new(1 << 20);
	struct match m;

	router_match(router, mem, GET, "/api/v1/users/a%2Fb", &m);
	CU_ASSERT_PTR_NULL(m.route);
	CU_ASSERT_EQUAL(m.allowed, 0);
	router_match(router, mem, PUT, "/api/v1/users/a%2fb", &m);
	CU_ASSERT_EQUAL(m.allowed, 0);
	router_match(router, mem, GET, "/api/v1/users/a%252Fb", &m);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m.route);
	CU_ASSERT_STRING_EQUAL(m.param[0].value, "a%2Fb");
	arena_free(mem);
	router_free(router);
}

static void
names_of_params(void)
{
	TABLE(d, good);
	const struct domain *const domains[] = {&d, NULL};
	struct router *router = router_new(domains);
	struct arena *mem = arena_new(1 << 20);
	struct match m;

	router_match(router, mem, GET, "/api/v1/users/x/rows/y", &m);
	CU_ASSERT_EQUAL_FATAL(m.nparams, 2);
	CU_ASSERT_STRING_EQUAL(m.param[0].name, "id");
	CU_ASSERT_STRING_EQUAL(m.param[0].value, "x");
	CU_ASSERT_STRING_EQUAL(m.param[1].name, "n");
	CU_ASSERT_STRING_EQUAL(m.param[1].value, "y");
	arena_free(mem);
	router_free(router);
}

/* The reasons go to stderr, which is not of interest here. */
static bool
are_refused(const struct domain *const *domains)
{
	int saved = dup(STDERR_FILENO);
	bool good_table;

	fflush(stderr);
	CU_ASSERT_PTR_NOT_NULL_FATAL(freopen("/dev/null", "w", stderr));
	good_table = router_check(domains);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	return !good_table;
}

static bool
is_refused(const struct route *routes, size_t n)
{
	const struct domain d = {
	    .name = "d", .doc = "A test", .routes = routes, .nroutes = n};
	const struct domain *const domains[] = {&d, NULL};

	return are_refused(domains);
}

/* A root domain's path may be that of another domain's with its prefix. */
static void
refuses_across_domains(void)
{
	const struct route in_api[] = {ROW(GET, "/a", "a")};
	const struct route at_root[] = {ROW(GET, API_PREFIX "/a", "a")};
	const struct domain api = {
	    .name = "api", .doc = "A test", .routes = in_api, .nroutes = 1};
	const struct domain root = {.name = "root",
	    .doc = "A test",
	    .root = true,
	    .routes = at_root,
	    .nroutes = 1};
	const struct domain *const domains[] = {&api, &root, NULL};

	CU_ASSERT_TRUE(are_refused(domains));
}

#define REFUSED(...)                                                     \
	do {                                                             \
		const struct route t[] = {__VA_ARGS__};                  \
                                                                         \
		CU_ASSERT_TRUE(is_refused(t, sizeof(t) / sizeof(t[0]))); \
	} while (0)

static void
refusals(void)
{
	struct route r = ROW(GET, "/a", "a");
	const struct route fine[] = {ROW(GET, "/a", "a")};

	CU_ASSERT_FALSE(is_refused(fine, 1));
	r.guard = NULL;
	REFUSED(r);
	REFUSED(ROW(GET, "/a", "a"), ROW(GET, "/a", "b"));
	REFUSED(ROW(GET, "/a", "a"), ROW(GET, "/a/", "b"));
	REFUSED(ROW(GET, "/a/{id}", "a", .in = &by_id),
	    ROW(GET, "/a/{n}", "b", .in = &by_both));
	REFUSED(ROW(GET, "/a", "same"), ROW(GET, "/b", "same"));
	REFUSED(ROW(GET, "/a/{id}", "a"));
	REFUSED(ROW(GET, "/a/{n}", "a", .in = &by_id));
	REFUSED(ROW(GET, "/a", "a", .in = &by_id));
	REFUSED(ROW(GET, "/a", "a", .tx = TX_WRITE));
	REFUSED(ROW(GET, "/a", "a", .in = &with_body));
	REFUSED(ROW(POST, "/a", "a", .work = nothing));
	REFUSED(ROW(GET, "a", "a"));
	REFUSED(ROW(GET, "/a//b", "a"));
	REFUSED(ROW(GET, "/a{id}", "a", .in = &by_id));
	REFUSED(ROW(GET, "/{id", "a", .in = &by_id));
	r = (struct route)ROW(GET, "/a", "a");
	r.out = NULL;
	REFUSED(r);
	r = (struct route)ROW(GET, "/a", "a");
	r.doc = NULL;
	REFUSED(r);
}

/* A route that declares what it cannot keep. */
static void
refuses_options(void)
{
	static const struct guard user = {.scheme = "A", .check = nothing};
	static const struct guard maybe = {
	    .scheme = "A", .check = nothing, .optional = true};
	struct route r = ROW(POST, "/a", "a", .tx = TX_WRITE);
	const struct route strict =
	    ROW(PATCH, "/a", "a", .tx = TX_WRITE, .match = MATCH_REQUIRED);

	r.idempotent = IDEMPOTENT;
	REFUSED(r);
	r.guard = &maybe;
	REFUSED(r);
	r.guard = &user;
	CU_ASSERT_FALSE(is_refused(&r, 1));
	r.type = "text/plain";
	REFUSED(r);
	r.type = NULL;
	r.tx = TX_READ;
	REFUSED(r);
	r.tx = TX_WRITE;
	r.method = PUT;
	REFUSED(r);
	CU_ASSERT_FALSE(is_refused(&strict, 1));
	REFUSED(ROW(POST, "/a", "a", .tx = TX_WRITE, .match = MATCH_REQUIRED));
	REFUSED(ROW(GET, "/a", "a", .match = MATCH_REQUIRED));
}

CU_TestInfo router_tests[] = {
    {"a path finds its route, or what it allows", matches},
    {"a slash in a value is for our own domains", slashes},
    {"parameters are named as their route names them", names_of_params},
    {"a table with a fault is refused", refusals},
    {"so are two domains with one path", refuses_across_domains},
    {"so is an option where it has no sense", refuses_options},
    CU_TEST_INFO_NULL,
};
