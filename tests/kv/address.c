/*
 * KV_URL: what is one, and what is none.
 */
#include <string.h>

#include "fixture.h"
#include "kv/store_part.h"

static const struct kv_address *
parse(const char *url)
{
	const char *why = NULL;
	const struct kv_address *a = kv_address_parse(me.call.mem, url, &why);

	CU_ASSERT_EQUAL((a == NULL), (why != NULL));
	/* It may hold a password. */
	CU_ASSERT(why == NULL || strstr(why, "secret") == NULL);
	return a;
}

static void
sockets(void)
{
	const struct kv_address *a = parse("unix:/run/a b/redis.sock");

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_STRING_EQUAL(a->socket, "/run/a b/redis.sock");
	CU_ASSERT_PTR_NULL(a->host);
	CU_ASSERT_PTR_NULL(a->user);
	CU_ASSERT_PTR_NULL(parse("unix:"));
	CU_ASSERT_PTR_NULL(parse("unix:relative"));
	CU_ASSERT_PTR_NULL(
	    parse(arena_printf(me.call.mem, "unix:/%s", repeat('s', 107))));
	CU_ASSERT_PTR_NOT_NULL(
	    parse(arena_printf(me.call.mem, "unix:/%s", repeat('s', 106))));
}

static void
hosts(void)
{
	const struct kv_address *a = parse("tcp://127.0.0.1:6379");

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_STRING_EQUAL(a->host, "127.0.0.1");
	CU_ASSERT_EQUAL(a->port, 6379);
	CU_ASSERT_EQUAL(a->database, 0);
	CU_ASSERT_PTR_NULL(a->socket);
	CU_ASSERT_PTR_NULL(a->user);
	CU_ASSERT_PTR_NULL(a->password);
	a = parse("tcp://u:se%40cr%25et@[::1]:1/7");
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_STRING_EQUAL(a->host, "::1");
	CU_ASSERT_EQUAL(a->port, 1);
	CU_ASSERT_EQUAL(a->database, 7);
	CU_ASSERT_STRING_EQUAL(a->user, "u");
	CU_ASSERT_STRING_EQUAL(a->password, "se@cr%et");
	a = parse("tcp://:secret@redis.lan:65535/");
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_PTR_NULL(a->user);
	CU_ASSERT_STRING_EQUAL(a->password, "secret");
	CU_ASSERT_EQUAL(a->port, 65535);
	a = parse("tcp://a:secret@b@h:2");
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_STRING_EQUAL(a->password, "secret@b");
}

static void
refused(void)
{
	static const char *const urls[] = {"", "redis://h:1", "tcp:h:1",
	    "TCP://h:1", "tcp://", "tcp://h", "tcp://h:", "tcp://h:0",
	    "tcp://h:65536", "tcp://h:99999999999999999999", "tcp://h:1x",
	    "tcp://h:-1", "tcp://h: 1", "tcp://:1", "tcp://::1:6379",
	    "tcp://[]:1", "tcp://[::1]", "tcp://u@h:1", "tcp://u:@h:1",
	    "tcp://u:secret@", "tcp://u:secret%@h:1", "tcp://u:secret%4@h:1",
	    "tcp://u:secret%4g@h:1", "tcp://u:secret%00@h:1", "tcp://h:1/x",
	    "tcp://h:1/1/", "tcp://h:1/-1", "tcp://h:1/10000", "tcp://h:1?db=1",
	    "tcp://h:1#1"};
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		if (parse(urls[i]) != NULL)
			CU_FAIL(urls[i]);
}

CU_TestInfo address_tests[] = {
    {"unix sockets", sockets},
    {"hosts, ports, passwords", hosts},
    {"what is no address", refused},
    CU_TEST_INFO_NULL,
};
