/*
 * From a request to a question and from rows to an answer: what sort and
 * cursor say, and that no other cursor is taken than the one that was given.
 */
#include "http/found.h"

#include <stdio.h>
#include <string.h>

#include "core/base64url.h"
#include "http/router.h"
#include "unit.h"

struct good {
	struct uuid id;
	const char *name;
	int64_t price;
	bool fine;
	struct timestamp made;
};

#define T struct good
SCHEMA(good_row, "Good", FIELD(id), FIELD(name), FIELD(price), FIELD(fine),
    FIELD(made));
#undef T

struct goods_query {
	int64_t skip, limit;
	const char *sort, *cursor, *q;
	int64_t low;
	double heavy;
	struct uuid lot;
	bool fine;
	struct timestamp from;
};

#define T struct goods_query
SCHEMA(goods_query, "GoodsQuery",
    FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = 10000,
	.preset = "0"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 100, .preset = "2"),
    FIELD(sort, .from = FROM_QUERY, .max = 64),
    FIELD(cursor, .from = FROM_QUERY, .max = FOUND_CURSOR),
    FIELD(q, .from = FROM_QUERY, .max = 100), FIELD(low, .from = FROM_QUERY),
    FIELD(heavy, .from = FROM_QUERY), FIELD(lot, .from = FROM_QUERY),
    FIELD(fine, .from = FROM_QUERY), FIELD(from, .from = FROM_QUERY));
#undef T

static const struct search search = {.table = "goods",
    .row = &good_row,
    .key = "id",
    FILTERS({"q", "name", SEARCH_WORDS}, {"low", "price", SEARCH_FROM},
	{"heavy", "weight", SEARCH_FROM}, {"lot", "lot", SEARCH_IS},
	{"fine", "fine", SEARCH_IS}, {"from", "made", SEARCH_FROM}),
    ORDERS({"price", "price"}, {"name", "name"}, {"fine", "fine"},
	{"made", "made"}, {"newest", "id"}),
    .preset = "-price"};

FOUND(goods_found, "GoodsFound", good_row);

static const struct config config = {.SECRET_KEY = "a key of the test"};
static const struct route route = {.method = GET,
    .path = "/goods",
    .in = &goods_query,
    .out = &goods_found,
    .search = &search};

/* A request and what it becomes. */
struct asking {
	struct ctx c;
	struct faults faults;
	struct buf body;
	struct asked asked;
	enum err err;
};

/* "sort=name&low=3" as the dispatcher decodes it. */
static void
ask(struct asking *a, const char *const *pairs)
{
	struct pair pair[8];
	struct input input = {.query = pair};
	void *row;

	memset(a, 0, sizeof(*a));
	buf_init(&a->body, 1 << 20);
	a->c = (struct ctx){.mem = arena_new(16 << 20),
	    .config = &config,
	    .route = &route,
	    .faults = &a->faults,
	    .body = &a->body};
	row = arena_alloc(a->c.mem, goods_query.size, 1);
	a->c.in = row;
	for (; *pairs != NULL; pairs += 2)
		pair[input.nquery++] =
		    (struct pair){pairs[0], pairs[1], strlen(pairs[1])};
	a->err = schema_decode(
	    a->c.mem, &goods_query, &input, row, &a->c.given, &a->faults);
	a->err = found_ask(&a->c, &a->asked);
}

#define ASK(a, ...) ask((a), (const char *const[]){__VA_ARGS__, NULL})

static void
done(struct asking *a)
{
	arena_free(a->c.mem);
	buf_free(&a->body);
}

static const struct good goods[] = {
    {{{1}}, "n\xC3\xA4me", 30, true, {1700000000000000}},
    {{{2}}, "", -1, false, {1}},
    {{{3}}, "third", INT64_MIN, true, {INT64_MAX}},
};

/* The cursor of the page that ends with goods[1]. */
static const char *
cursor(struct asking *a, int64_t count)
{
	struct found out = {.data = {goods, 3}, .count = count};

	CU_ASSERT_EQUAL_FATAL(a->err, OK);
	CU_ASSERT_EQUAL(reply_found(&a->c, &a->asked, &out), OK);
	CU_ASSERT_EQUAL(out.data.n, 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out.next);
	return out.next;
}

static void
sort_and_its_fault(void)
{
	struct asking a;
	const struct fault *f = &a.faults.item[0];

	ASK(&a, NULL);
	CU_ASSERT_EQUAL(a.err, OK);
	CU_ASSERT_STRING_EQUAL(a.asked.order->name, "price");
	CU_ASSERT_TRUE(a.asked.descending);
	CU_ASSERT_EQUAL(a.asked.limit, 2);
	CU_ASSERT_PTR_NULL(a.asked.after);
	done(&a);
	ASK(&a, "sort", "newest", "skip", "7");
	CU_ASSERT_STRING_EQUAL(a.asked.order->column, "id");
	CU_ASSERT_FALSE(a.asked.descending);
	CU_ASSERT_EQUAL(a.asked.skip, 7);
	done(&a);
	ASK(&a, "sort", "id'; --");
	CU_ASSERT_EQUAL(a.err, ERR_INVALID);
	CU_ASSERT_EQUAL_FATAL(a.faults.n, 1);
	CU_ASSERT_STRING_EQUAL(f->type, "enum");
	CU_ASSERT_STRING_EQUAL(f->from, "query");
	CU_ASSERT_STRING_EQUAL(f->name, "sort");
	CU_ASSERT_STRING_EQUAL(f->input, "\"id'; --\"");
#define NAMES                                                          \
	"'price', '-price', 'name', '-name', 'fine', '-fine', 'made'," \
	" '-made', 'newest' or '-newest'"
	CU_ASSERT_STRING_EQUAL(f->message, "Input should be " NAMES);
	CU_ASSERT_STRING_EQUAL(f->context, "{\"expected\":\"" NAMES "\"}");
	done(&a);
}

static void
no_order(void)
{
	static const char *const sorts[] = {"", "-", "--price", "+price",
	    " price", "Price", "price,name", "price ", "id", "pric"};
	struct asking a;

	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		ASK(&a, "sort", sorts[i]);
		CU_ASSERT_EQUAL(a.err, ERR_INVALID);
		CU_ASSERT_EQUAL(a.faults.n, 1);
		done(&a);
	}
}

/* All that is wrong, once each. */
static void
all_faults_at_once(void)
{
	struct asking a;

	ASK(&a, "limit", "0", "low", "x", "sort", "no", "cursor", "AAAA",
	    "skip", "1");
	CU_ASSERT_EQUAL(a.err, ERR_INVALID);
	CU_ASSERT_EQUAL_FATAL(a.faults.n, 4);
	CU_ASSERT_STRING_EQUAL(a.faults.item[0].name, "limit");
	CU_ASSERT_STRING_EQUAL(a.faults.item[1].name, "low");
	CU_ASSERT_STRING_EQUAL(a.faults.item[2].name, "sort");
	CU_ASSERT_STRING_EQUAL(a.faults.item[3].name, "cursor");
	CU_ASSERT_STRING_EQUAL(a.faults.item[3].message,
	    "Value error, a cursor goes without skip");
	done(&a);
	ASK(&a, "sort",
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "456789");
	CU_ASSERT_EQUAL(a.faults.n, 1);
	CU_ASSERT_STRING_EQUAL(a.faults.item[0].type, "string_too_long");
	done(&a);
}

/* What a cursor says, by each order. */
static void
places(void)
{
	static const char *const sorts[] = {
	    "price", "-name", "fine", "made", "newest"};
	const struct place *at;
	struct asking a, b;
	const char *text;

	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		ASK(&a, "sort", sorts[i]);
		text = cursor(&a, 17);
		CU_ASSERT_TRUE(strlen(text) < 120);
		ASK(&b, "sort", sorts[i], "cursor", text, "skip", "0", "limit",
		    "9");
		CU_ASSERT_EQUAL(b.err, OK);
		at = b.asked.after;
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		CU_ASSERT_TRUE(uuid_equal(&at->key, &goods[1].id));
		CU_ASSERT_EQUAL(at->count, 17);
		CU_ASSERT_FALSE(at->more);
		if (i == 0)
			CU_ASSERT_EQUAL(at->number, -1);
		if (i == 1)
			CU_ASSERT_STRING_EQUAL(at->text, "");
		if (i == 2)
			CU_ASSERT_EQUAL(at->number, 0);
		if (i == 3)
			CU_ASSERT_EQUAL(at->number, 1);
		if (i == 4)
			CU_ASSERT_TRUE(uuid_equal(&at->uuid, &goods[1].id));
		done(&a);
		done(&b);
	}
}

static void
check_refused(const char *text, const char *const *pairs)
{
	const char *all[16] = {"cursor", text};
	struct asking a;

	for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i++)
		all[i + 2] = pairs[i];
	ask(&a, all);
	CU_ASSERT_EQUAL(a.err, ERR_INVALID);
	CU_ASSERT_EQUAL(a.faults.n, 1);
	CU_ASSERT_STRING_EQUAL(a.faults.item[0].name, "cursor");
	CU_ASSERT_STRING_EQUAL(a.faults.item[0].type, "value_error");
	done(&a);
}

/* Any bit, any length, any other text. */
static void
hostile_cursors(void)
{
	static const char *const texts[] = {"", "A", "AAAA", "=", "not base64!",
	    "../../etc/passwd", "\xF0\x9F\x98\x80",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	struct arena *mem = arena_new(16 << 20);
	struct asking a;
	const uint8_t *bytes;
	uint8_t wrong[256];
	const char *good;
	size_t n, i;

	ASK(&a, NULL);
	good = cursor(&a, 5);
	CU_ASSERT_EQUAL_FATAL(
	    base64url_decode(mem, good, strlen(good), &bytes, &n), OK);
	for (i = 0; i < n * 8; i++) {
		memcpy(wrong, bytes, n);
		wrong[i / 8] ^= (uint8_t)(1 << i % 8);
		check_refused(base64url_encode(mem, wrong, n), NULL);
	}
	for (i = 0; i < n; i++)
		check_refused(base64url_encode(mem, bytes, i), NULL);
	memcpy(wrong, bytes, n);
	memset(wrong + n, 0, 8);
	for (i = 1; i <= 8; i++)
		check_refused(base64url_encode(mem, wrong, n + i), NULL);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_refused(texts[i], NULL);
	check_refused(arena_printf(mem, "%s=", good), NULL);
	done(&a);
	arena_free(mem);
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Of the same filters and order, and of no others. */
static void
cursors_of_others(void)
{
	static const struct config other_key = {.SECRET_KEY = "another"};
	static const char lot[] = "01890a5d-ac96-774b-bcce-b302099a8057";
	struct asking a, b;
	const char *text;

	ASK(&a, "low", "3", "q", "ab", "lot", lot, "fine", "true");
	text = cursor(&a, 5);
	ASK(&b, "cursor", text, "low", "3", "q", "ab", "lot", lot, "fine", "1");
	CU_ASSERT_EQUAL(b.err, OK);
	/* Whoever has not the key cannot make one. */
	b.c.config = &other_key;
	CU_ASSERT_EQUAL(found_ask(&b.c, &b.asked), ERR_INVALID);
	done(&b);
	check_refused(text, NULL);
	check_refused(
	    text, PAIRS("low", "4", "q", "ab", "lot", lot, "fine", "1"));
	check_refused(
	    text, PAIRS("low", "3", "q", "a", "lot", lot, "fine", "1"));
	check_refused(text, PAIRS("low", "3", "q", "ab", "fine", "1"));
	check_refused(
	    text, PAIRS("low", "3", "q", "ab", "lot", lot, "fine", "0"));
	check_refused(text, PAIRS("low", "3", "q", "ab", "lot", lot));
	check_refused(text, PAIRS("low", "3", "q", "ab", "lot", lot, "fine",
				"1", "sort", "price"));
	check_refused(text, PAIRS("low", "3", "q", "ab", "lot", lot, "fine",
				"1", "sort", "-made"));
	check_refused(text, PAIRS("low", "3", "q", "ab", "lot", lot, "fine",
				"1", "heavy", "0"));
	done(&a);
}

static void
check_count(size_t rows, int64_t skip, int64_t counted, int64_t count,
    bool more, bool uncounted)
{
	char text[24];
	struct asking a;
	struct found out = {.data = {goods, rows}, .count = counted};

	snprintf(text, sizeof(text), "%lld", (long long)skip);
	ASK(&a, "skip", text);
	CU_ASSERT_EQUAL(found_uncounted(&a.asked, &out), uncounted);
	CU_ASSERT_EQUAL(reply_found(&a.c, &a.asked, &out), OK);
	CU_ASSERT_EQUAL(out.count, count);
	CU_ASSERT_EQUAL(out.more, more);
	CU_ASSERT_EQUAL(out.next != NULL, rows == 3);
	done(&a);
}

static void
counts(void)
{
	struct asking a, b;
	struct found out = {.data = {goods, 1}};

	check_count(3, 0, 1000, 1000, false, true);
	check_count(3, 0, 1001, 1000, true, true);
	check_count(3, 5, 8, 8, false, true);
	/* A last page that has rows tells the number, whatever was counted. */
	check_count(2, 0, 99, 2, false, false);
	check_count(0, 0, 99, 0, false, false);
	check_count(1, 5, 99, 6, false, false);
	/* One that skipped too far does not. */
	check_count(0, 5, 3, 3, false, true);
	/* From the first page on, the cursor knows. */
	ASK(&a, NULL);
	ASK(&b, "cursor", cursor(&a, 1001));
	CU_ASSERT_FALSE(found_uncounted(&b.asked, &out));
	CU_ASSERT_EQUAL(reply_found(&b.c, &b.asked, &out), OK);
	CU_ASSERT_EQUAL(out.count, 1000);
	CU_ASSERT_TRUE(out.more);
	CU_ASSERT_PTR_NULL(out.next);
	CU_ASSERT_STRING_EQUAL(b.body.data,
	    "{\"data\":[{\"id\":\"01000000-0000-0000-0000-000000000000\","
	    "\"name\":\"n\xC3\xA4me\",\"price\":30,\"fine\":true,"
	    "\"made\":\"2023-11-14T22:13:20Z\"}],\"count\":1000,"
	    "\"more\":true,\"next\":null}");
	done(&a);
	done(&b);
}

CU_TestInfo found_tests[] = {
    {"sort names an order, or says which there are", sort_and_its_fault},
    {"what is almost an order is none", no_order},
    {"all that is wrong is told at once", all_faults_at_once},
    {"a cursor says where to go on, by each order", places},
    {"a cursor with any change is none", hostile_cursors},
    {"a cursor is for its filters and its order", cursors_of_others},
    {"how many there are", counts},
    CU_TEST_INFO_NULL,
};
