/*
 * A Redis server that forgets, is full, is a replica, asks for a password, or
 * holds what is not ours; and numbers where Lua's begin to lose some.
 */
#include "store_redis.h"

#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/time.h"
#include "core/uuid.h"
#include "resolver.h"

enum { LIMIT_MS = 5000, SHORT_MS = 400, MANY = 6000 };

/* Tells the server of the run; what it says as a number or a text's. */
static long long tell(const char *, ...) __attribute__((format(printf, 1, 2)));

static long long
tell(const char *format, ...)
{
	redisContext *c =
	    redisConnectUnix(setting("ATRIUM_TEST_KV_URL") + strlen("unix:"));
	redisReply *reply;
	long long n;
	va_list args;

	CU_ASSERT_FATAL(c != NULL && c->err == 0);
	va_start(args, format);
	reply = redisvCommand(c, format, args);
	va_end(args);
	CU_ASSERT_FATAL(reply != NULL && reply->type != REDIS_REPLY_ERROR);
	n = reply->str != NULL ? strtoll(reply->str, NULL, 10) : reply->integer;
	freeReplyObject(reply);
	redisFree(c);
	return n;
}

static const char *
hash_of(const struct kv_space *s)
{
	char id[UUID_TEXT];

	uuid_format(&s->id, id);
	return arena_printf(me.call.mem, "atrium:{%c}:%s", id[35], id);
}

static enum err
try_put(struct hand *h, const struct kv_space *s, const char *key)
{
	struct kv_outcome out;

	return t_put(h, s, key, "1", KV_ANY, &out);
}

static enum err
try_read(struct hand *h, const struct kv_space *s, const char *key)
{
	struct kv_value value = {0};

	return t_read(h, s, &key, 1, &value);
}

static void
forgets_scripts(void)
{
	const struct kv_space s = new_space();

	set(&s, "a", "1");
	tell("SCRIPT FLUSH");
	check_write(
	    &s, KV_INSERT, PAIRS({"a", "2"}, {"b", "2"}), 0, KV_DONE, "01");
	check_usage(&s, 2, 4);
	tell("SCRIPT FLUSH");
	check_usage(&s, 2, 4);
	check_list(&s, "", "", 10, "a b ");
}

/* The connections of the pool end while nobody uses them. */
static void
cuts_connections(void)
{
	const struct kv_space s = new_space();

	set(&s, "a", "1");
	CU_ASSERT(tell("CLIENT KILL TYPE normal") > 0);
	set(&s, "a", "2");
	CU_ASSERT(tell("CLIENT KILL TYPE normal") > 0);
	check_text(&s, "a", "2");
}

static void
is_full(void)
{
	const struct kv_space s = new_space();
	struct kv_outcome out;

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}, {"c", "1"}),
	    60, KV_DONE, "111");
	tell("CONFIG SET maxmemory 1");
	CU_ASSERT_EQUAL(
	    t_write(&me, &s, KV_UPSERT, PAIRS({"a", "2"}, {"d", "1"}), 0, &out),
	    ERR_STORAGE);
	CU_ASSERT_EQUAL(try_put(&me, &s, "a"), ERR_STORAGE);
	check_text(&s, "a", "1");
	check_list(&s, "", "", 10, "a b c ");
	check_remove(&s, "b", KV_ANY, KV_DONE, true);
	check_delete(&s, KEYS("a", "x"), KV_DONE, "10");
	check_usage(&s, 1, 2);
	tell("CONFIG SET maxmemory 0");
	set(&s, "d", "1");
	check_list(&s, "", "", 10, "c d ");
	check_usage(&s, 2, 4);
}

/* Its primary is nowhere: it answers with what it has. */
static void
is_replica(void)
{
	const struct kv_space s = new_space();

	set(&s, "a", "1");
	tell("REPLICAOF 127.0.0.1 1");
	CU_ASSERT_EQUAL(try_put(&me, &s, "b"), ERR_BUSY);
	check_text(&s, "a", "1");
	check_list(&s, "", "", 10, "a ");
	check_usage(&s, 1, 2);
	tell("REPLICAOF NO ONE");
	CU_ASSERT_EQUAL(try_put(&me, &s, "b"), OK);
	check_usage(&s, 2, 4);
}

static enum err
put_at(const char *url, const struct kv_space *s)
{
	const struct config config = {
	    .KV_STORE = "redis", .KV_URL = url, .KV_TIMEOUT_MS = LIMIT_MS};
	struct hand h;
	enum err err;

	hand_open(&h, kv_store_new(&config));
	err = try_put(&h, s, "a");
	if (err == OK)
		err = try_read(&h, s, "a");
	kv_store_free(h.store);
	hand_close(&h);
	return err;
}

/* Tries ports until one is free. */
static int
listen_somewhere(const char *address)
{
	redisContext *c =
	    redisConnectUnix(setting("ATRIUM_TEST_KV_URL") + strlen("unix:"));
	redisReply *reply = NULL;
	int port = 20000;

	freeReplyObject(redisCommand(c, "CONFIG SET bind %s", address));
	do {
		freeReplyObject(reply);
		reply = redisCommand(c, "CONFIG SET port %d", ++port);
	} while (reply != NULL && reply->type == REDIS_REPLY_ERROR);
	freeReplyObject(reply);
	redisFree(c);
	return port;
}

static void
wants_password(void)
{
	const struct kv_space s = new_space();
	int port = listen_somewhere("*");
	struct {
		const char *who, *database;
		enum err err;
	} cases[] = {
	    {"", "", OK},
	    {"", "/3", OK},
	    {"", "/9999", ERR_BUSY},
	    {"app:p%20w@", "", OK},
	    {"app:p%20w@", "/3", OK},
	    {"app:other@", "", ERR_BUSY},
	    {"none:p%20w@", "", ERR_BUSY},
	    {"reader:x@", "", ERR_BUSY},
	    {":alone@", "", ERR_BUSY},
	};

	tell("ACL SETUSER app on %s ~atrium:* +@all", ">p w");
	tell("ACL SETUSER reader on >x ~atrium:* +hmget +select +script|load");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(
		    put_at(arena_printf(me.call.mem, "tcp://%s127.0.0.1:%d%s",
			       cases[i].who, port, cases[i].database),
			&s),
		    cases[i].err);
	tell("ACL DELUSER app reader");
	tell("CONFIG SET port 0");
}

/* A call ends in time; the next one finds the host, and of its two addresses
 * the one where the server is. */
static void
resolver_is_away(void)
{
	const struct kv_space s = new_space();
	const char *url = arena_printf(me.call.mem, "tcp://%s:%d", SLOW_HOST,
	    listen_somewhere("127.0.0.1"));
	const struct config config = {
	    .KV_STORE = "redis", .KV_URL = url, .KV_TIMEOUT_MS = SHORT_MS};
	int64_t since = time_monotonic_us();
	struct hand h;

	resolver_stop();
	hand_open(&h, kv_store_new(&config));
	CU_ASSERT_EQUAL(try_put(&h, &s, "a"), ERR_BUSY);
	CU_ASSERT_EQUAL(try_read(&h, &s, "a"), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - since >= 2 * SHORT_MS * 1000);
	CU_ASSERT(time_monotonic_us() - since < 2 * SECOND);
	resolver_go_on();
	CU_ASSERT_EQUAL(try_put(&h, &s, "a"), OK);
	check_text(&s, "a", "1");
	kv_store_free(h.store);
	hand_close(&h);
	tell("CONFIG SET port 0");
}

/* What a policy that drops values leaves of a space. */
static void
drops_values(void)
{
	const struct kv_space s = new_space();
	int calls = 0;
	bool more;

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 10, KV_DONE, "11");
	CU_ASSERT_EQUAL(tell("DEL %s", hash_of(&s)), 1);
	check_text(&s, "a", NULL);
	check_list(&s, "", "", 10, "");
	tick(10 * SECOND);
	do {
		CU_ASSERT_EQUAL_FATAL(t_purge(&me, 1, &more), OK);
	} while (more && ++calls < 100);
	CU_ASSERT(calls < 100);
	CU_ASSERT_EQUAL(tell("EXISTS %s:k %s:e", hash_of(&s), hash_of(&s)), 0);
	set(&s, "a", "2");
	check_usage(&s, 1, 2);
}

static void
holds_others(void)
{
	const struct kv_space s = new_space(), t = new_space();

	tell("SET %s x", hash_of(&s));
	CU_ASSERT_EQUAL(try_put(&me, &s, "a"), ERR_INTERNAL);
	CU_ASSERT_EQUAL(try_read(&me, &s, "a"), ERR_INTERNAL);
	tell("HSET %s ma garbage ta 1", hash_of(&t));
	CU_ASSERT_EQUAL(try_put(&me, &t, "a"), ERR_INTERNAL);
	CU_ASSERT_EQUAL(try_read(&me, &t, "a"), ERR_INTERNAL);
	CU_ASSERT_EQUAL(try_read(&me, &t, "b"), OK);
	tell("DEL %s", hash_of(&s));
	CU_ASSERT_EQUAL(try_put(&me, &s, "a"), OK);
}

/* Numbers of Lua are exact to 2^53. */
static void
late_versions(void)
{
	const struct timestamp now = me.call.now;
	const struct kv_space s = new_space();
	int64_t v;
	int i;

	me.call.now.us = (1LL << 53) - 11;
	v = check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true);
	CU_ASSERT_EQUAL(v, me.call.now.us);
	for (i = 1; i <= 10; i++) {
		check_put(&s, "a", "2", v - 1, KV_CHANGED, false);
		v = check_put(&s, "a", "2", v, KV_DONE, false);
		CU_ASSERT_EQUAL(v, me.call.now.us + i);
		CU_ASSERT_EQUAL(get(&s, "a").version, v);
		CU_ASSERT_EQUAL(get(&s, "a").updated_at.us, me.call.now.us);
	}
	check_remove(&s, "a", v - 1, KV_CHANGED, false);
	check_remove(&s, "a", v, KV_DONE, true);
	me.call.now = now;
}

/* More than one script goes past. */
static void
many_expired(void)
{
	const struct kv_space s = space_of(MANY + 2, PLENTY);
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	struct kv_outcome out;

	for (int i = 0; i < MANY; i += 1000) {
		for (int k = 0; k < 1000; k++)
			pair[k] = (struct kv_pair){
			    arena_printf(me.call.mem, "a%d", i + k), "1"};
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, &s, KV_INSERT, pair, 1000, 1, &out), OK);
	}
	set(&s, "b", "1");
	set(&s, "c", "1");
	tick(SECOND);
	check_list(&s, "", "", 1, "b ");
	check_list(&s, "a", "", 1, "");
	CU_ASSERT_EQUAL(tell("ZCARD %s:k", hash_of(&s)), MANY + 2);
	check_put(&s, "d", "1", KV_ANY, KV_DONE, true);
	CU_ASSERT(tell("ZCARD %s:k", hash_of(&s)) < MANY + 2);
	check_usage(&s, 3, 6);
	CU_ASSERT_EQUAL(tell("ZCARD %s:k", hash_of(&s)), 3);
}

/* Nothing of a refusal; of what was done, for as long as the call says. */
static void
remembers_works(void)
{
	const struct kv_space s = new_space();
	const char *hash = hash_of(&s);
	long long left;

	me.call.once = "one";
	me.call.once_s = 60;
	check_put(&s, "a", "1", 1, KV_CHANGED, false);
	CU_ASSERT_EQUAL(tell("EXISTS %s:o:one", hash), 0);
	check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true);
	left = tell("TTL %s:o:one", hash);
	CU_ASSERT(left > 30 && left <= 60);
	me.call.once = "two";
	me.call.once_s = 86400;
	check_delete(&s, KEYS("b"), KV_DONE, "0");
	left = tell("TTL %s:o:two", hash);
	CU_ASSERT(left > 86370 && left <= 86400);
	/* Coming again makes it no longer. */
	CU_ASSERT_EQUAL(tell("EXPIRE %s:o:two 30", hash), 1);
	check_delete(&s, KEYS("b"), KV_DONE, "0");
	CU_ASSERT(tell("TTL %s:o:two", hash) <= 30);
}

CU_TestInfo redis_tests[] = {
    {"a server that forgets scripts", forgets_scripts},
    {"a server that cuts connections", cuts_connections},
    {"a server without memory", is_full},
    {"a replica", is_replica},
    {"passwords, users, databases", wants_password},
    {"a host name whose resolver is away", resolver_is_away},
    {"a server that drops values", drops_values},
    {"how long it remembers works", remembers_works},
    {"keys that hold what is not ours", holds_others},
    {"versions of the year 2255", late_versions},
    {"thousands that have expired", many_expired},
    CU_TEST_INFO_NULL,
};
