/*
 * What answers in Redis' place talks nonsense: a call fails, and that is all.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/config.h"
#include "core/time.h"
#include "store_redis.h"

enum { LIMIT_MS = 100, SCRIPTS_LOADED = 6, PURGE = 5, DROP, CALLS = 8 };

/* All that it will ever say, at once, to whoever connects. */
struct stranger {
	int fd;
	char greeting[1024];
	const char *reply;
};

enum { REPLIES = 20 };

static void
say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return;
}

static void *
serve(void *arg)
{
	const struct stranger *s = arg;
	char heard[4096];
	int fd, i;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		say(fd, s->greeting);
		for (i = 0; i < REPLIES; i++)
			say(fd, s->reply);
		while (recv(fd, heard, sizeof(heard), 0) > 0)
			continue;
		close(fd);
	}
	return NULL;
}

/* Answers of SELECT, the scripts and INFO. */
static void
greet(struct stranger *s)
{
	int i, n = snprintf(s->greeting, sizeof(s->greeting), "+OK\r\n");

	for (i = 0; i < SCRIPTS_LOADED; i++)
		n += snprintf(s->greeting + n, sizeof(s->greeting) - (size_t)n,
		    "$40\r\n%040d\r\n", i);
	snprintf(
	    s->greeting + n, sizeof(s->greeting) - (size_t)n, "$0\r\n\r\n");
}

static enum err
one_call(struct hand *h, int which)
{
	const struct kv_space space = {.max_keys = 9, .max_bytes = 9};
	const char *key[] = {"a", "b"};
	const struct kv_pair pair = {"a", "1"};
	struct kv_value value[2], *list;
	struct kv_outcome out;
	struct kv_usage usage;
	struct uuid *id;
	bool more;
	size_t n;

	switch (which) {
	case 0:
		return kv_read(
		    h->store, &h->call, &space, key, 2, PLENTY, value);
	case 1:
		return kv_write(
		    h->store, &h->call, &space, KV_UPSERT, &pair, 1, 0, &out);
	case 2:
		return kv_delete(h->store, &h->call, &space, key, 2, &out);
	case 3:
		return kv_list(
		    h->store, &h->call, &space, "", "", 9, true, &list, &n);
	case 4:
		return kv_usage(h->store, &h->call, &space, &usage);
	case PURGE:
		return kv_purge(h->store, &h->call, 9, &more);
	case DROP:
		return kv_drop(h->store, &h->call, &space, 9, &more);
	default:
		return kv_spaces(
		    h->store, &h->call, (struct uuid){0}, 9, &id, &n);
	}
}

/* Each call as the first one of a connection. */
static void
check_calls(const char *path)
{
	const struct config config = {.KV_STORE = "redis",
	    .KV_URL = arena_printf(me.call.mem, "unix:%s", path),
	    .KV_TIMEOUT_MS = LIMIT_MS};
	struct hand h;
	int i;

	for (i = 0; i < CALLS; i++) {
		const int64_t since = time_monotonic_us();
		enum err err;

		hand_open(&h, kv_store_new(&config));
		err = one_call(&h, i);
		/* A number is what these two expect. */
		CU_ASSERT(err != OK || i == PURGE || i == DROP);
		CU_ASSERT(time_monotonic_us() - since < SECOND);
		kv_store_free(h.store);
		hand_close(&h);
	}
}

static void
check_reply(const char *reply, bool greets)
{
	struct stranger s = {
	    .fd = socket(AF_UNIX, SOCK_STREAM, 0), .reply = reply};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pthread_t thread;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/strange.sock",
	    setting("ATRIUM_TEST_DIR"));
	unlink(a.sun_path);
	CU_ASSERT_FATAL(bind(s.fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	CU_ASSERT_FATAL(listen(s.fd, 8) == 0);
	if (greets)
		greet(&s);
	CU_ASSERT_FATAL(pthread_create(&thread, NULL, serve, &s) == 0);
	check_calls(a.sun_path);
	shutdown(s.fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(s.fd);
	unlink(a.sun_path);
}

static const char *const replies[] = {
    ":5\r\n",
    "+OK\r\n",
    "$-1\r\n",
    "*-1\r\n",
    "$3\r\nabc\r\n",
    "$5\r\nagain\r\n",
    "$5\r\n9 1 1\r\n",
    "$8\r\n0 1 1111\r\n",
    "*1\r\n:5\r\n",
    "*2\r\n$-1\r\n:1\r\n",
    "*2\r\n*0\r\n*0\r\n",
    "*4\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n",
    "-ERR no\r\n",
    "-\r\n",
    "-NOSCRIPT no\r\n",
    "?\r\n",
    "$99999999999\r\n",
    "*99999999999\r\n",
};

static void
after_greeting(void)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		check_reply(replies[i], true);
}

static void
at_once(void)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		check_reply(replies[i], false);
	check_reply("HTTP/1.1 400 Bad Request\r\n\r\n", false);
}

/* It greets, or does not, and says no more; or stops in the middle. */
static void
falls_silent(void)
{
	static const char *const part[] = {"", "$", "*2\r\n", "$10\r\nab"};

	check_reply("", false);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		check_reply(part[i], true);
}

CU_TestInfo redis_hostile_tests[] = {
    {"replies that make no sense", after_greeting},
    {"greetings that make no sense", at_once},
    {"what answers falls silent", falls_silent},
    CU_TEST_INFO_NULL,
};
