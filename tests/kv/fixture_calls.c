/*
 * Calls in phases of their own, as the dispatcher makes them, and what is
 * said of their answers.
 */
#include <string.h>

#include "core/buf.h"
#include "fixture.h"

enum { TRIES = 200, BATCH_TEXT = 1 << 21 };

static void
begin(struct hand *h, enum db_tx mode)
{
	if (h->call.db != NULL)
		db_phase(h->call.db, mode);
}

static enum err
end(struct hand *h, enum err err)
{
	if (h->call.db == NULL)
		return err;
	if (err == OK)
		return db_commit(h->call.db);
	db_rollback(h->call.db);
	return err;
}

#define IN_PHASE(h, mode, call_of_the_store)       \
	int tries = TRIES;                         \
	enum err err;                              \
                                                   \
	do {                                       \
		begin(h, mode);                    \
		err = end(h, call_of_the_store);   \
	} while (err == ERR_RETRY && tries-- > 0); \
	return err

enum err
t_read(struct hand *h, const struct kv_space *space, const char *const *key,
    size_t n, struct kv_value *value)
{
	return t_read_within(h, space, key, n, PLENTY, value);
}

enum err
t_read_within(struct hand *h, const struct kv_space *space,
    const char *const *key, size_t n, int64_t room, struct kv_value *value)
{
	IN_PHASE(h, TX_READ,
	    kv_read(h->store, &h->call, space, key, n, room, value));
}

enum err
t_write(struct hand *h, const struct kv_space *space, enum kv_mode mode,
    const struct kv_pair *pair, size_t n, int64_t ttl_s, struct kv_outcome *out)
{
	IN_PHASE(h, TX_WRITE,
	    kv_write(h->store, &h->call, space, mode, pair, n, ttl_s, out));
}

enum err
t_delete(struct hand *h, const struct kv_space *space, const char *const *key,
    size_t n, struct kv_outcome *out)
{
	IN_PHASE(
	    h, TX_WRITE, kv_delete(h->store, &h->call, space, key, n, out));
}

enum err
t_put(struct hand *h, const struct kv_space *space, const char *key,
    const char *text, int64_t version, struct kv_outcome *out)
{
	const struct kv_pair pair = {key, text};

	IN_PHASE(h, TX_WRITE,
	    kv_put(h->store, &h->call, space, &pair, version, out));
}

enum err
t_remove(struct hand *h, const struct kv_space *space, const char *key,
    int64_t version, struct kv_outcome *out)
{
	IN_PHASE(h, TX_WRITE,
	    kv_remove(h->store, &h->call, space, key, version, out));
}

enum err
t_list(struct hand *h, const struct kv_space *space, const char *prefix,
    const char *after, int64_t limit, bool texts, struct kv_value **value,
    size_t *n)
{
	IN_PHASE(h, TX_READ,
	    kv_list(h->store, &h->call, space, prefix, after, limit, texts,
		value, n));
}

enum err
t_usage(struct hand *h, const struct kv_space *space, struct kv_usage *usage)
{
	IN_PHASE(h, TX_READ, kv_usage(h->store, &h->call, space, usage));
}

enum err
t_purge(struct hand *h, int64_t limit, bool *more)
{
	IN_PHASE(h, TX_WRITE, kv_purge(h->store, &h->call, limit, more));
}

enum err
t_drop(struct hand *h, const struct kv_space *space, int64_t limit, bool *more)
{
	IN_PHASE(h, TX_WRITE, kv_drop(h->store, &h->call, space, limit, more));
}

enum err
t_spaces(struct hand *h, struct uuid after, int64_t limit, struct uuid **id,
    size_t *n)
{
	IN_PHASE(
	    h, TX_READ, kv_spaces(h->store, &h->call, after, limit, id, n));
}

static void
check_outcome(enum err err, const struct kv_outcome *out, size_t n,
    enum kv_result result, const char *done)
{
	size_t i;

	CU_ASSERT_EQUAL_FATAL(err, OK);
	CU_ASSERT_EQUAL(out->result, result);
	CU_ASSERT_EQUAL_FATAL(strlen(done), n);
	for (i = 0; i < n; i++)
		CU_ASSERT_EQUAL(out->done[i], done[i] == '1');
}

void
check_write(const struct kv_space *space, enum kv_mode mode,
    const struct kv_pair *pair, size_t n, int64_t ttl_s, enum kv_result result,
    const char *done)
{
	struct kv_outcome out;
	enum err err = t_write(&me, space, mode, pair, n, ttl_s, &out);

	check_outcome(err, &out, n, result, done);
}

void
check_delete(const struct kv_space *space, const char *const *key, size_t n,
    enum kv_result result, const char *done)
{
	struct kv_outcome out;
	enum err err = t_delete(&me, space, key, n, &out);

	check_outcome(err, &out, n, result, done);
}

int64_t
check_put(const struct kv_space *space, const char *key, const char *text,
    int64_t version, enum kv_result result, bool done)
{
	struct kv_outcome out = {0};
	enum err err = t_put(&me, space, key, text, version, &out);

	check_outcome(err, &out, 1, result, done ? "1" : "0");
	return result == KV_DONE ? out.version : 0;
}

void
check_remove(const struct kv_space *space, const char *key, int64_t version,
    enum kv_result result, bool done)
{
	struct kv_outcome out = {0};
	enum err err = t_remove(&me, space, key, version, &out);

	check_outcome(err, &out, 1, result, done ? "1" : "0");
}

void
set(const struct kv_space *space, const char *key, const char *text)
{
	struct kv_outcome out = {0};

	CU_ASSERT_EQUAL_FATAL(t_put(&me, space, key, text, KV_ANY, &out), OK);
	CU_ASSERT_EQUAL_FATAL(out.result, KV_DONE);
}

struct kv_value
get(const struct kv_space *space, const char *key)
{
	struct kv_value value;

	memset(&value, 0xee, sizeof(value));
	CU_ASSERT_EQUAL_FATAL(t_read(&me, space, &key, 1, &value), OK);
	CU_ASSERT_STRING_EQUAL(value.key, key);
	return value;
}

void
check_text(const struct kv_space *space, const char *key, const char *text)
{
	const struct kv_value value = get(space, key);

	CU_ASSERT_EQUAL_FATAL((value.text == NULL), (text == NULL));
	if (text == NULL)
		return;
	CU_ASSERT_STRING_EQUAL(value.text, text);
	CU_ASSERT_EQUAL(value.size, (int64_t)strlen(text));
}

void
check_usage(const struct kv_space *space, int64_t keys, int64_t bytes)
{
	struct kv_usage usage = {-1, -1};

	CU_ASSERT_EQUAL_FATAL(t_usage(&me, space, &usage), OK);
	CU_ASSERT_EQUAL(usage.keys, keys);
	CU_ASSERT_EQUAL(usage.bytes, bytes);
}

void
check_list(const struct kv_space *space, const char *prefix, const char *after,
    int64_t limit, const char *keys)
{
	struct kv_value *value = NULL;
	size_t i, n = 0;
	struct buf b;

	CU_ASSERT_EQUAL_FATAL(
	    t_list(&me, space, prefix, after, limit, false, &value, &n), OK);
	buf_init(&b, BATCH_TEXT);
	buf_puts(&b, "");
	for (i = 0; i < n; i++) {
		buf_puts(&b, value[i].key);
		buf_putc(&b, ' ');
		CU_ASSERT_PTR_NULL(value[i].text);
	}
	CU_ASSERT_STRING_EQUAL(b.data == NULL ? "" : b.data, keys);
	buf_free(&b);
}
