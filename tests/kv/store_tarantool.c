/*
 * What is Tarantool's alone: instances that are not as they should be. Each
 * case starts its own, beside that of the run.
 */
#include "store_tarantool.h"

#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "kv/store_tarantool_part.h"
#include "resolver.h"

static const struct kv_space space = {
    .id = {.byte = {1, 2, 3}}, .max_keys = PLENTY, .max_bytes = PLENTY};

static enum err
write_one(struct kv_store *s, const char *key, const char *text, int64_t ttl_s)
{
	const struct kv_pair pair = {key, text};
	struct kv_outcome out;

	return kv_write(s, &me.call, &space, KV_UPSERT, &pair, 1, ttl_s, &out);
}

static enum err
read_one(struct kv_store *s, const char *key, struct kv_value *value)
{
	return kv_read(s, &me.call, &space, &key, 1, PLENTY, value);
}

static void
check_reads(struct kv_store *s, const char *key, const char *text)
{
	struct kv_value value = {0};

	CU_ASSERT_EQUAL_FATAL(read_one(s, key, &value), OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value.text);
	CU_ASSERT_STRING_EQUAL(value.text, text);
}

/* The functions are all that the user may call. */
static void
check_rights(const char *url)
{
	static const char *const other[] = {"box.execute", "box.info",
	    "os.exit", "loadstring", "atrium", "atrium.start"};
	const struct config config = settings(url);
	const struct iproto_bounds bounds = {4096, 64};
	struct iproto_reply reply;
	void *self = kv_tarantool_new(&config);
	struct talk talk;
	size_t i;

	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(talk_begin(self, other[i], 0, &talk), OK);
		CU_ASSERT_EQUAL(
		    talk_call(&talk, true, bounds, 0, &reply), ERR_BUSY);
		CU_ASSERT(reply.error != 0);
		talk_end(&talk);
	}
	kv_tarantool.free(self);
}

static void
password(void)
{
	const struct config good = settings("tcp://atrium:right@127.0.0.1:%d"),
			    wrong = settings("tcp://atrium:wrong@127.0.0.1:%d"),
			    nobody = settings("tcp://x:right@127.0.0.1:%d"),
			    guest = settings("tcp://127.0.0.1:%d"),
			    named = settings("tcp://atrium:right@localhost:%d");
	const struct config *const refused[] = {&wrong, &nobody, &guest};
	struct kv_store *s;
	struct kv_value value;
	size_t i;

	if (!is_store("tarantool"))
		return;
	instance("listen=PORT", "user='atrium', password='right'");
	s = kv_store_new(&good);
	CU_ASSERT_EQUAL(write_one(s, "a", "1", 0), OK);
	for (i = 0; i < 3; i++) {
		struct kv_store *other = kv_store_new(refused[i]);

		CU_ASSERT_EQUAL(read_one(other, "a", &value), ERR_BUSY);
		CU_ASSERT_EQUAL(write_one(other, "a", "2", 0), ERR_BUSY);
		kv_store_free(other);
	}
	check_reads(s, "a", "1");
	kv_store_free(s);
	s = kv_store_new(&named);
	check_reads(s, "a", "1");
	kv_store_free(s);
	check_rights("tcp://atrium:right@127.0.0.1:%d");
	instance_end();
}

static void
no_functions(void)
{
	const struct config config = settings("unix:%s");
	struct kv_store *s;
	struct kv_value value;

	if (!is_store("tarantool"))
		return;
	instance("listen=SOCKET", NULL);
	s = kv_store_new(&config);
	CU_ASSERT_EQUAL(read_one(s, "a", &value), ERR_BUSY);
	CU_ASSERT_EQUAL(write_one(s, "a", "1", 0), ERR_BUSY);
	instance_end();
	instance("listen=SOCKET", "user='guest'");
	CU_ASSERT_EQUAL(write_one(s, "a", "1", 0), OK);
	check_reads(s, "a", "1");
	instance_end();
	kv_store_free(s);
}

/* What was read stays there, nothing is half written, and room that is made
 * can be used. */
static void
full(void)
{
	const struct config config = settings("unix:%s");
	const char *text = repeat('7', KV_VALUE_MAX), *key[1000];
	struct kv_outcome out;
	struct kv_usage usage;
	struct kv_store *s;
	enum err err = OK;
	size_t n;

	if (!is_store("tarantool"))
		return;
	instance("listen=SOCKET, memtx_memory=33554432", "user='guest'");
	s = kv_store_new(&config);
	for (n = 0; err == OK && n < 1000; n++) {
		key[n] = arena_printf(me.call.mem, "k%zu", n);
		err = write_one(s, key[n], text, 0);
	}
	CU_ASSERT_EQUAL_FATAL(err, ERR_STORAGE);
	CU_ASSERT(n > 100);
	check_reads(s, "k0", text);
	CU_ASSERT_EQUAL(kv_usage(s, &me.call, &space, &usage), OK);
	CU_ASSERT_EQUAL(usage.keys, (int64_t)n - 1);
	CU_ASSERT_EQUAL(kv_delete(s, &me.call, &space, key, n / 2, &out), OK);
	CU_ASSERT_EQUAL(out.done[0], true);
	CU_ASSERT_EQUAL(write_one(s, "k0", "1", 0), OK);
	check_reads(s, "k0", "1");
	kv_store_free(s);
	instance_end();
}

static void
read_only(void)
{
	const struct config config = settings("unix:%s");
	struct kv_call late = me.call;
	struct kv_value value, *list;
	struct kv_usage usage;
	struct kv_store *s;
	size_t n = 0;

	if (!is_store("tarantool"))
		return;
	late.now.us += 60LL * SECOND;
	instance("listen=SOCKET", "user='guest'");
	s = kv_store_new(&config);
	CU_ASSERT_EQUAL(write_one(s, "a", "1", 0), OK);
	CU_ASSERT_EQUAL(write_one(s, "b", "22", 60), OK);
	instance_again("listen=SOCKET, read_only=true", "user='guest'");
	check_reads(s, "a", "1");
	CU_ASSERT_EQUAL(write_one(s, "a", "2", 0), ERR_BUSY);
	check_reads(s, "a", "1");
	/* What has expired cannot be removed, and is not there. */
	CU_ASSERT_EQUAL(kv_usage(s, &me.call, &space, &usage), OK);
	CU_ASSERT_EQUAL(usage.keys, 2);
	CU_ASSERT_EQUAL(usage.bytes, 5);
	CU_ASSERT_EQUAL(kv_usage(s, &late, &space, &usage), OK);
	CU_ASSERT_EQUAL(usage.keys, 1);
	CU_ASSERT_EQUAL(usage.bytes, 2);
	CU_ASSERT_EQUAL(
	    kv_list(s, &late, &space, "", "", 10, false, &list, &n), OK);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_EQUAL(read_one(s, "b", &value), OK);
	CU_ASSERT_PTR_NOT_NULL(value.text);
	kv_store_free(s);
	instance_end();
}

/* Killed without a warning: what was answered is there, and the connections
 * of before are no obstacle. */
static void
killed(void)
{
	const struct config config = settings("unix:%s");
	const char *key;
	struct kv_store *s;
	size_t i, n = 0;

	if (!is_store("tarantool"))
		return;
	instance("listen=SOCKET", "user='guest'");
	s = kv_store_new(&config);
	for (i = 0; i < 5; i++) {
		for (n = 0; n < 20; n++) {
			key = arena_printf(me.call.mem, "%zu.%zu", i, n);
			CU_ASSERT_EQUAL(write_one(s, key, key, 0), OK);
		}
		instance_again("listen=SOCKET", "user='guest'");
	}
	for (n = 0; n < 100; n++) {
		key = arena_printf(me.call.mem, "%zu.%zu", n / 20, n % 20);
		check_reads(s, key, key);
	}
	kv_store_free(s);
	instance_end();
}

static void
unknown_host(void)
{
	const struct config config = settings("tcp://nobody.invalid:%d");
	int64_t started = time_monotonic_us();
	struct kv_value value;
	struct kv_store *s;

	if (!is_store("tarantool"))
		return;
	s = kv_store_new(&config);
	CU_ASSERT_EQUAL(read_one(s, "a", &value), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - started < 3 * SECOND);
	kv_store_free(s);
}

static void
resolver_is_away(void)
{
	const struct config config = settings("tcp://" SLOW_HOST ":%d");
	int64_t started = time_monotonic_us();
	struct kv_store *s;
	struct kv_value value;

	if (!is_store("tarantool"))
		return;
	instance("listen=PORT", "user='guest'");
	resolver_stop();
	s = kv_store_new(&config);
	CU_ASSERT_EQUAL(read_one(s, "a", &value), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - started < 5 * SECOND);
	resolver_go_on();
	CU_ASSERT_EQUAL(write_one(s, "a", "1", 0), OK);
	check_reads(s, "a", "1");
	kv_store_free(s);
	instance_end();
}

CU_TestInfo tarantool_tests[] = {
    {"only with the password, and only its functions", password},
    {"an instance without the functions, and then with them", no_functions},
    {"no memory left", full},
    {"a read-only instance", read_only},
    {"killed and started again", killed},
    {"a host that nobody knows", unknown_host},
    {"a host name whose resolver is away", resolver_is_away},
    CU_TEST_INFO_NULL,
};
