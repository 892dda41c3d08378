/*
 * What answers in Tarantool's place is broken, slow or hostile: each call ends
 * in time with ERR_BUSY, and the next one works when the other side does.
 */
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/crypto.h"
#include "core/time.h"
#include "store_tarantool.h"

enum { LIMIT_US = 3 * SECOND, CASES = 60, LONGEST = 200 };

#define GREETING                                                            \
	"Tarantool 2.6.0 (Binary) 00000000-0000-0000-0000-000000000000  \n" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=                   \n"
/* A head of a reply to the first call, whose sync is 1. */
#define HEAD  "\x82\x00\x00\x01\x01"
#define HELLO HEAD "\x81\x30\x93\x01\xa5write\xc2"

/* What it says as soon as somebody connects, and then with each message. */
struct script {
	const char *greeting;
	size_t ngreeting;
	const char *reply[2];
	size_t nreply[2];
	bool hangs_up; /* at the end; or it is silent */
	int fd;
};

static void
say(int fd, const char *text, size_t n)
{
	if (n > 0 && send(fd, text, n, MSG_NOSIGNAL) < 0)
		return;
}

static void
play(const struct script *s, int fd)
{
	char message[4096];
	size_t i;

	say(fd, s->greeting, s->ngreeting);
	for (i = 0; i < 2 && s->reply[i] != NULL; i++) {
		if (recv(fd, message, sizeof(message), 0) <= 0)
			return;
		say(fd, s->reply[i], s->nreply[i]);
	}
	/* Until the other side has had enough. */
	while (!s->hangs_up && recv(fd, message, sizeof(message), 0) > 0)
		continue;
}

static void *
serve(void *arg)
{
	struct script *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		play(s, fd);
		close(fd);
	}
	return NULL;
}

static void
open_door(struct script *s)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	unlink(instance_socket());
	strncpy(a.sun_path, instance_socket(), sizeof(a.sun_path) - 1);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_EQUAL_FATAL(
	    bind(s->fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	CU_ASSERT_EQUAL_FATAL(listen(s->fd, 16), 0);
}

static enum err
read_one(struct kv_store *store, struct kv_value *value)
{
	static const struct kv_space space = {.id = {.byte = {1}}};
	const char *key = "a";

	return kv_read(store, &me.call, &space, &key, 1, PLENTY, value);
}

static enum err
try(struct script *s, int64_t timeout_ms, struct kv_value *value)
{
	struct config config = settings("unix:%s");
	int64_t started = time_monotonic_us();
	struct kv_store *store;
	pthread_t thread;
	enum err err;

	config.KV_TIMEOUT_MS = timeout_ms;
	store = kv_store_new(&config);
	open_door(s);
	pthread_create(&thread, NULL, serve, s);
	err = read_one(store, value);
	kv_store_free(store);
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(s->fd);
	CU_ASSERT(time_monotonic_us() - started < LIMIT_US);
	return err;
}

/* The body of a message behind its length. */
static size_t
frame(char *out, const char *body, size_t n)
{
	memcpy(out, "\xce\0\0", 3);
	out[3] = (char)(n >> 8);
	out[4] = (char)n;
	memcpy(out + 5, body, n);
	return n + 5;
}

#define TEXT(s) (s), sizeof(s) - 1

static enum err
answer(const char *body, size_t n, struct kv_value *value)
{
	char hello[64], reply[5 + LONGEST];
	struct script s = {.greeting = GREETING,
	    .ngreeting = sizeof(GREETING) - 1,
	    .reply = {hello, reply},
	    .hangs_up = true};

	s.nreply[0] = frame(hello, TEXT(HELLO));
	s.nreply[1] = frame(reply, body, n);
	return try(&s, 500, value);
}

static void
garbled(void)
{
	static const struct {
		const char *body;
		size_t n;
	} bad[] = {
	    {TEXT("")},
	    {TEXT("\xc1")},
	    {TEXT(HEAD)},
	    {TEXT(HEAD "\x80")},
	    {TEXT(HEAD "\x81\x30\xc0")},
	    {TEXT(HEAD "\x81\x30\x90")},
	    {TEXT(HEAD "\x81\x30\x91\x90")},
	    {TEXT(HEAD "\x81\x30\x91\x92\xc0\xc0")},
	    {TEXT(HEAD "\x81\x30\x91\x91\x01")},
	    {TEXT(HEAD "\x81\x30\x91\x91\x90")},
	    /* Another sync; then a type that is no error. */
	    {TEXT("\x82\x00\x00\x01\x02\x81\x30\x91\x91\xc0")},
	    {TEXT("\x82\x00\x05\x01\x01\x81\x30\x91\x91\xc0")},
	    /* Arrays and texts that claim more than there is. */
	    {TEXT(HEAD "\x81\x30\xdd\xff\xff\xff\xff")},
	    {TEXT(HEAD "\x81\x30\x91\x91\xdb\xff\xff\xff\xff")},
	    {TEXT(HEAD "\x81\x30\x91\x91\x96\xa1s\xa1k\xa1\x00\x01\x01\x00")},
	    {TEXT(HEAD "\x81\x30\x91\x91\x96\xa1s\xa1k\xa1v\xff\x01\x00")},
	    {TEXT(HEAD "\x81\x30\x91\x91\x96\xa1s\xa1k\xa1v\x01\x01\xc0")},
	};
	struct kv_value value;
	size_t i;

	if (!is_store("tarantool"))
		return;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(
		    answer(bad[i].body, bad[i].n, &value), ERR_BUSY);
	/* That it is not the frame which is refused. */
	CU_ASSERT_EQUAL(answer(TEXT(HEAD "\x81\x30\x91\x91\xc0"), &value), OK);
	CU_ASSERT_PTR_NULL(value.text);
	CU_ASSERT_EQUAL(
	    answer(TEXT(HEAD "\x81\x30\x91\x91\x96\xa1s\xa1k\xa1v\x01\x02\x00"),
		&value),
	    OK);
	CU_ASSERT_STRING_EQUAL(value.text, "v");
}

/* A good reply in which bytes are others than they were. */
static void
mutants(void)
{
	static const char good[] =
	    HEAD "\x81\x30\x91\x91\x96\xa1s\xa1k\xa5value\x01\x02\x00";
	char body[sizeof(good)];
	struct kv_value value;
	uint8_t byte[3];
	enum err err;
	size_t i;

	if (!is_store("tarantool"))
		return;
	for (i = 0; i < CASES; i++) {
		memcpy(body, good, sizeof(good));
		crypto_random(byte, sizeof(byte));
		body[byte[0] % (sizeof(good) - 1)] = (char)byte[1];
		err = answer(body, sizeof(good) - 1 - byte[2] % 4u, &value);
		CU_ASSERT(err == OK || err == ERR_BUSY || err == ERR_INTERNAL ||
			  err == ERR_STORAGE);
	}
}

static void
strangers(void)
{
	static const struct {
		const char *greeting;
		size_t n;
	} other[] = {
	    {TEXT("")},
	    {TEXT("+PONG\r\n")},
	    {TEXT("Tarantool 2.6.0 (Binary) ")},
	    {TEXT("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
		  "........................................................"
		  "........................................................"
		  "........................................................")},
	};
	struct kv_value value;
	struct script s = {0};
	size_t i;

	if (!is_store("tarantool"))
		return;
	for (i = 0; i < 2 * sizeof(other) / sizeof(other[0]); i++) {
		s.greeting = other[i / 2].greeting;
		s.ngreeting = other[i / 2].n;
		s.hangs_up = i % 2 == 0;
		CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
	}
}

static void
silence(void)
{
	char hello[64];
	struct script s = {
	    .greeting = GREETING, .ngreeting = sizeof(GREETING) - 1};
	int64_t started = time_monotonic_us();
	struct kv_value value;

	if (!is_store("tarantool"))
		return;
	CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
	s.reply[0] = hello;
	s.nreply[0] = frame(hello, TEXT(HELLO));
	CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - started >= 400000);
	/* A reply of which a part is missing, and one of four gigabytes. */
	s.reply[1] = "\xce\0\0\0\x10\x82";
	s.nreply[1] = 6;
	CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
	s.reply[1] = "\xce\xff\xff\xff\xff";
	s.nreply[1] = 5;
	CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
	/* Functions of another version. */
	hello[5 + 8] = 2;
	CU_ASSERT_EQUAL(try(&s, 200, &value), ERR_BUSY);
}

CU_TestInfo tarantool_hostile_tests[] = {
    {"replies that make no sense", garbled},
    {"replies with wrong bytes in them", mutants},
    {"what answers is something else", strangers},
    {"what answers falls silent", silence},
    CU_TEST_INFO_NULL,
};
