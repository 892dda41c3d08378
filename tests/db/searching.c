/*
 * The table that searches are tested on, and a search without SQL.
 */
#include "searching.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T struct thing
SCHEMA(thing_row, "Thing", FIELD(id), FIELD(name), FIELD(grade),
    FIELD(kind, .flags = NULLABLE), FIELD(fine), FIELD(made));
#undef T

#define T struct things_query
SCHEMA(things_query, "ThingsQuery",
    FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = 10000,
	.preset = "0"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 100, .preset = "50"),
    FIELD(sort, .from = FROM_QUERY), FIELD(cursor, .from = FROM_QUERY),
    FIELD(kind, .from = FROM_QUERY), FIELD(begins, .from = FROM_QUERY),
    FIELD(q, .from = FROM_QUERY), FIELD(low, .from = FROM_QUERY),
    FIELD(high, .from = FROM_QUERY), FIELD(heavy, .from = FROM_QUERY),
    FIELD(lot, .from = FROM_QUERY), FIELD(fine, .from = FROM_QUERY),
    FIELD(before, .from = FROM_QUERY), FIELD(since, .from = FROM_QUERY));
#undef T

const struct search things_search = {.table = "things",
    .row = &thing_row,
    .key = "id",
    .owner = "lot",
    FILTERS({"kind", "kind", SEARCH_IS}, {"begins", "name", SEARCH_PREFIX},
	{"low", "grade", SEARCH_FROM}, {"high", "grade", SEARCH_TO},
	{"heavy", "weight", SEARCH_FROM}, {"lot", "lot", SEARCH_IS},
	{"fine", "fine", SEARCH_IS}, {"before", "made", SEARCH_BEFORE},
	{"q", "name, kind", SEARCH_WORDS}, {"since", "made", SEARCH_FROM}),
    ORDERS({"id", "id"}, {"name", "name"}, {"grade", "grade"}, {"fine", "fine"},
	{"made", "made"}),
    INDEXES(INDEX("PRIMARY", "id"), INDEX("things_name", "name", "id"),
	INDEX("things_grade", "grade", "id"),
	INDEX("things_fine", "fine", "id"), INDEX("things_made", "made", "id"),
	INDEX("things_fine_name", "fine", "name", "id"),
	INDEX("things_fine_grade", "fine", "grade", "id"),
	INDEX("things_kind_grade", "fine", "kind", "grade", "id")),
    .preset = "-id"};

static const char create[] =
    "CREATE TABLE things (id BINARY(16) NOT NULL PRIMARY KEY,"
    " name VARCHAR(255) COLLATE utf8mb4_unicode_520_ci NOT NULL,"
    " grade BIGINT NOT NULL, kind VARCHAR(64) COLLATE utf8mb4_unicode_520_ci"
    " NULL, weight DOUBLE NULL, lot BINARY(16) NULL, fine BOOLEAN NOT NULL,"
    " made DATETIME(6) NOT NULL, KEY things_name (name, id),"
    " KEY things_grade (grade, id), KEY things_fine (fine, id),"
    " KEY things_made (made, id), KEY things_fine_name (fine, name, id),"
    " KEY things_fine_grade (fine, grade, id),"
    " KEY things_kind_grade (fine, kind, grade, id),"
    " FULLTEXT KEY things_words (name, kind))"
    " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

/* xorshift64*: the same rows and questions each time. */
uint64_t
random_next(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (*seed * UINT64_C(2685821657736338717)) >> 33;
}

/* In lower case: the reference compares bytes, the server its collation. */
static const char *const names[] = {"oak", "oak table", "oak top", "pine",
    "pine_box", "pine box", "50 percent", "a", "z"};
static const char *const kinds[] = {"box", "chair", "table"};

#define SOME(of, seed) of[random_next(seed) % (sizeof(of) / sizeof((of)[0]))]

static struct uuid
small_uuid(uint64_t n)
{
	struct uuid id = {{0x01, 0x90}};

	id.byte[15] = (uint8_t)(n + 1);
	return id;
}

struct thing
thing_random(uint64_t *seed)
{
	struct thing t = {.name = SOME(names, seed),
	    .grade = (int64_t)(random_next(seed) % 7) - 3,
	    .weight = (double)(random_next(seed) % 8) / 2 - 0.5,
	    .fine = random_next(seed) % 3 > 0,
	    .made = {
		1700000000000000 + (int64_t)(random_next(seed) % 5) * 1000001}};

	for (size_t i = 0; i < sizeof(t.id.byte); i++)
		t.id.byte[i] = (uint8_t)(random_next(seed) & 0xff);
	if (random_next(seed) % 4 > 0)
		t.kind = SOME(kinds, seed);
	if (random_next(seed) % 4 > 0)
		t.lot = small_uuid(random_next(seed) % 3);
	return t;
}

enum err
things_insert(struct db *db, const struct thing *t)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO things (id, name, grade, kind, weight, lot, fine,"
		" made) VALUES (?, ?, ?, ?, NULLIF(?, -0.5), ?, ?, ?)",
		ARG(t->id), ARG(t->name), ARG(t->grade), ARG(t->kind),
		ARG(t->weight), ARG(t->lot), ARG(t->fine), ARG(t->made)));
}

void
things_make(struct thing *things)
{
	struct pool *pool = new_pool(1, 100, 5000);
	uint64_t seed = 20240229;
	struct db db;

	admin(create);
	unit_open(&db, pool, TX_WRITE);
	for (size_t i = 0; i < THINGS; i++) {
		things[i] = thing_random(&seed);
		CU_ASSERT_EQUAL(things_insert(&db, &things[i]), OK);
	}
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

void
things_make_many(int n)
{
	char sql[1024];

	admin(create);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO things SELECT UNHEX(CONCAT('0190',LPAD(HEX(seq), 12,"
	    " '0'), LPAD(HEX(seq * 7919 %% 65536), 16, '0'))), CONCAT('name ',"
	    " seq * 31 %% 5000), seq * 17 %% 1000, IF(seq %% 10 = 0, NULL,"
	    " CONCAT('kind', seq %% 20)), seq %% 9, NULL, seq %% 20 > 0,"
	    " '2024-01-01' + INTERVAL seq %% 1000 SECOND FROM seq_1_to_%d",
	    n);
	admin(sql);
	admin("ANALYZE TABLE things");
}

void
things_drop(void)
{
	admin("DROP TABLE things");
}

void
question_new(struct question *q, int64_t limit)
{
	*q = (struct question){0};
	q->asked = (struct asked){.search = &things_search,
	    .in = &things_query,
	    .input = &q->in,
	    .given = &q->given,
	    .limit = limit};
	question_sort(q, NULL);
}

void
question_sort(struct question *q, const char *sort)
{
	CU_ASSERT_TRUE_FATAL(search_order(
	    &things_search, sort, &q->asked.order, &q->asked.descending));
}

void
question_give(struct question *q, const char *field)
{
	const struct field *f = schema_field(&things_query, field);

	q->given.given |= UINT64_C(1) << (f - things_query.fields);
}

void
question_filter(struct question *q, size_t filter, uint64_t *seed)
{
	struct thing t = thing_random(seed);

	question_give(q, things_search.filters[filter].field);
	/* The values are those of rows, so that many are on the edge. */
	switch (filter) {
	case 0:
		q->in.kind = SOME(kinds, seed);
		return;
	case 1:
		q->in.begins = random_next(seed) % 3 ? "oak" : "pine_";
		return;
	case 2:
		q->in.low = t.grade;
		return;
	case 3:
		q->in.high = t.grade;
		return;
	case 4:
		q->in.heavy = t.weight < 0 ? 1 : t.weight;
		return;
	case 5:
		q->in.lot = small_uuid(random_next(seed) % 3);
		return;
	case 6:
		q->in.fine = t.fine;
		return;
	default:
		q->in.before = t.made;
	}
}

void
question_after(struct question *q, const struct thing *last)
{
	const char *column = q->asked.order->column;

	q->after = (struct place){.key = last->id, .uuid = last->id};
	if (strcmp(column, "name") == 0)
		q->after.text = last->name;
	else if (strcmp(column, "grade") == 0)
		q->after.number = last->grade;
	else if (strcmp(column, "fine") == 0)
		q->after.number = last->fine;
	else if (strcmp(column, "made") == 0)
		q->after.number = last->made.us;
	q->asked.after = &q->after;
}

static bool
meets(const struct things_query *in, const struct thing *t, size_t filter)
{
	switch (filter) {
	case 0:
		return t->kind != NULL && strcmp(t->kind, in->kind) == 0;
	case 1:
		return strncmp(t->name, in->begins, strlen(in->begins)) == 0;
	case 2:
		return t->grade >= in->low;
	case 3:
		return t->grade <= in->high;
	case 4:
		return t->weight >= 0 && t->weight >= in->heavy;
	case 5:
		return uuid_equal(&t->lot, &in->lot);
	case 6:
		return t->fine == in->fine;
	default:
		return t->made.us < in->before.us;
	}
}

static int
by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static const struct question *sorting;

static int
compare(const void *left, const void *right)
{
	const struct thing *a = *(const struct thing *const *)left;
	const struct thing *b = *(const struct thing *const *)right;
	const char *column = sorting->asked.order->column;
	int order = 0;

	if (strcmp(column, "name") == 0)
		order = strcmp(a->name, b->name);
	else if (strcmp(column, "grade") == 0)
		order = by_number(a->grade, b->grade);
	else if (strcmp(column, "fine") == 0)
		order = by_number(a->fine, b->fine);
	else if (strcmp(column, "made") == 0)
		order = by_number(a->made.us, b->made.us);
	if (order == 0)
		order = memcmp(&a->id, &b->id, sizeof(a->id));
	return sorting->asked.descending ? -order : order;
}

size_t
things_find(const struct question *q, const struct thing *things, size_t n,
    const struct thing **found)
{
	size_t i, k, count = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < FILTERS_OF_THINGS; k++)
			if (search_given(
				&q->asked, &things_search.filters[k]) &&
			    !meets(&q->in, &things[i], k))
				break;
		if (k == FILTERS_OF_THINGS)
			found[count++] = &things[i];
	}
	sorting = q;
	qsort(found, count, sizeof(found[0]), compare);
	return count;
}
