/*
 * Calls by chance, against a model of what a store must answer. The sequence
 * is the same each time.
 */
#include <string.h>

#include "fixture.h"

enum { NAMES = 12, STEPS = 1500, MAX_KEYS = 7, MAX_BYTES = 60 };

/* What is under a key. */
struct cell {
	bool there;
	int64_t version, expires; /* 0: never */
	size_t size;              /* of the text */
	int number;               /* its digit */
};

struct model {
	struct kv_space space;
	struct cell cell[NAMES];
	uint64_t seed;
};

static const char *const names[NAMES] = {"a", "b", "ab", "B", "\xc3\xa4", "%",
    "a ", "\x01", "zzzzz", "\xf0\x9f\x98\x80", "1", "01"};

static size_t
chance(struct model *m, size_t n)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(m->seed >> 33) % n;
}

static bool
live(const struct cell *c)
{
	return c->there && (c->expires == 0 || c->expires > me.call.now.us);
}

static struct kv_usage
usage_of(const struct model *m)
{
	struct kv_usage usage = {0};
	size_t i;

	for (i = 0; i < NAMES; i++) {
		if (!live(&m->cell[i]))
			continue;
		usage.keys++;
		usage.bytes += (int64_t)(strlen(names[i]) + m->cell[i].size);
	}
	return usage;
}

static void
put_cell(struct cell *c, const char *text, int64_t ttl_s)
{
	const int64_t now = me.call.now.us;

	c->version = live(c) && c->version >= now ? c->version + 1 : now;
	c->there = true;
	c->size = strlen(text);
	c->number = text[0];
	c->expires = ttl_s > 0 ? now + ttl_s * SECOND : 0;
}

/* Whether it fits; if not, all is as it was. */
static bool
keep(struct model *m, const struct model *before)
{
	const struct kv_usage is = usage_of(m), was = usage_of(before);

	if ((is.keys <= m->space.max_keys || is.keys <= was.keys) &&
	    (is.bytes <= m->space.max_bytes || is.bytes <= was.bytes))
		return true;
	memcpy(m->cell, before->cell, sizeof(m->cell));
	return false;
}

/* Some different names: from one on, so many steps apart. */
static size_t
pick(struct model *m, size_t *which)
{
	static const size_t step[] = {1, 5, 7, 11};
	const size_t n = 1 + chance(m, 4), by = step[chance(m, 4)];
	size_t i;

	which[0] = chance(m, NAMES);
	for (i = 1; i < n; i++)
		which[i] = (which[i - 1] + by) % NAMES;
	return n;
}

static const char *
text_by_chance(struct model *m)
{
	return repeat((char)('1' + chance(m, 9)), 1 + chance(m, 14));
}

static void
step_write(struct model *m)
{
	const struct model before = *m;
	const enum kv_mode mode = (enum kv_mode)chance(m, 3);
	const int64_t ttl_s = (int64_t)chance(m, 4);
	enum kv_result result = KV_DONE;
	char done[NAMES + 1] = "";
	struct kv_pair pair[NAMES];
	size_t i, which[NAMES], n = pick(m, which);

	for (i = 0; i < n; i++) {
		struct cell *c = &m->cell[which[i]];

		pair[i] = (struct kv_pair){names[which[i]], text_by_chance(m)};
		done[i] = mode == KV_UPSERT || !live(c) ? '1' : '0';
		if (mode == KV_STRICT_INSERT && live(&before.cell[which[i]]))
			result = KV_EXISTS;
		if (done[i] == '1')
			put_cell(c, pair[i].text, ttl_s);
	}
	if (result == KV_EXISTS)
		memcpy(m->cell, before.cell, sizeof(m->cell));
	else if (!keep(m, &before))
		result = KV_FULL;
	if (result != KV_DONE)
		memset(done, '0', n);
	check_write(&m->space, mode, pair, n, ttl_s, result, done);
}

static void
step_put(struct model *m)
{
	const struct model before = *m;
	const size_t which = chance(m, NAMES), how = chance(m, 4);
	const char *text = text_by_chance(m);
	struct cell *c = &m->cell[which];
	enum kv_result result = KV_DONE;
	int64_t version = KV_ANY, written;
	const bool fresh = !live(c);

	if (how == 1)
		version = KV_ABSENT;
	else if (how > 1)
		version = c->version + (int64_t)how - 2;
	if (how > 1 && version == 0)
		version = 1;
	if (version == KV_ABSENT && !fresh)
		result = KV_EXISTS;
	else if (version > 0 && (fresh || version != c->version))
		result = KV_CHANGED;
	else
		put_cell(c, text, 0);
	if (result == KV_DONE && !keep(m, &before))
		result = KV_FULL;
	written = check_put(&m->space, names[which], text, version, result,
	    result == KV_DONE && fresh);
	if (result != KV_DONE)
		return;
	/* What had expired may have left its version behind, or not. */
	CU_ASSERT(written >= c->version && written >= me.call.now.us);
	CU_ASSERT(fresh || before.cell[which].version < written);
	c->version = written;
}

static void
step_delete(struct model *m)
{
	size_t i, which[NAMES], n = pick(m, which);
	char done[NAMES + 1] = "";
	const char *key[NAMES];

	for (i = 0; i < n; i++) {
		key[i] = names[which[i]];
		done[i] = live(&m->cell[which[i]]) ? '1' : '0';
		m->cell[which[i]].there = false;
	}
	check_delete(&m->space, key, n, KV_DONE, done);
}

static void
step_remove(struct model *m)
{
	const size_t which = chance(m, NAMES), how = chance(m, 3);
	struct cell *c = &m->cell[which];
	const bool there = live(c);
	int64_t version = KV_ANY;

	if (how > 0)
		version = c->version + (int64_t)how - 1;
	if (how > 0 && version == 0)
		version = 1;
	if (version != KV_ANY && (!there || version != c->version)) {
		check_remove(
		    &m->space, names[which], version, KV_CHANGED, false);
		return;
	}
	check_remove(&m->space, names[which], version, KV_DONE, there);
	c->there = false;
}

/* All keys, with what is under them. */
static void
compare(struct model *m)
{
	const struct kv_usage usage = usage_of(m);
	struct kv_value v[NAMES];
	size_t i;

	check_usage(&m->space, usage.keys, usage.bytes);
	CU_ASSERT_EQUAL_FATAL(t_read(&me, &m->space, names, NAMES, v), OK);
	for (i = 0; i < NAMES; i++) {
		struct cell *c = &m->cell[i];

		CU_ASSERT_EQUAL_FATAL((v[i].text != NULL), live(c));
		if (v[i].text == NULL)
			continue;
		CU_ASSERT_EQUAL(v[i].size, (int64_t)c->size);
		CU_ASSERT_EQUAL(v[i].text[0], c->number);
		CU_ASSERT_EQUAL(v[i].expires_at.us, c->expires);
		CU_ASSERT(v[i].version >= c->version);
		c->version = v[i].version;
	}
}

static void
run(uint64_t seed, int64_t us)
{
	struct model m = {.space = space_of(MAX_KEYS, MAX_BYTES), .seed = seed};
	static void (*const step[])(struct model *) = {step_write, step_write,
	    step_write, step_put, step_put, step_delete, step_remove};
	bool more;
	int i;

	for (i = 0; i < STEPS; i++) {
		step[chance(&m, sizeof(step) / sizeof(step[0]))](&m);
		compare(&m);
		tick((int64_t)chance(&m, 2) * us);
		if (chance(&m, 50) == 0)
			CU_ASSERT_EQUAL(t_purge(&me, 5, &more), OK);
		if (chance(&m, 60) == 0)
			m.space.max_keys = (int64_t)chance(&m, MAX_KEYS + 2);
		if (chance(&m, 60) == 0)
			m.space.max_bytes = (int64_t)chance(&m, MAX_BYTES + 20);
	}
}

static void
within_a_moment(void)
{
	run(1, 0);
}

static void
over_time(void)
{
	run(2, SECOND / 3);
}

static void
over_long(void)
{
	run(3, 2 * SECOND);
}

CU_TestInfo model_tests[] = {
    {"a walk within one moment", within_a_moment},
    {"a walk while things expire", over_time},
    {"a walk while most expire", over_long},
    CU_TEST_INFO_NULL,
};
