/*
 * The store of the run, from the environment that run.sh sets.
 */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/config.h"
#include "core/log.h"
#include "core/time.h"
#include "fixture_mariadb.h"

enum { MEMORY = 512 << 20, TIMEOUT_MS = 10000 };

struct hand me;

static void
stop_at(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

const char *
setting(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL)
		stop_at(name, "not set: run tests/kv/run.sh");
	return value;
}

bool
is_store(const char *name)
{
	return strcmp(kv_store_name(me.store), name) == 0;
}

struct kv_store *
store_new(int64_t timeout_ms)
{
	const struct config config = {.KV_STORE = setting("ATRIUM_TEST_KV"),
	    .KV_URL = setting("ATRIUM_TEST_KV_URL"),
	    .KV_TIMEOUT_MS = timeout_ms,
	    .KV_MAX_KEYS = PLENTY,
	    .KV_MAX_BYTES = PLENTY};

	return kv_store_new(&config);
}

void
hand_open(struct hand *h, struct kv_store *s)
{
	hand_open_small(h, s, MEMORY);
}

void
hand_open_small(struct hand *h, struct kv_store *s, size_t memory)
{
	*h = (struct hand){.store = s};
	h->call.mem = arena_new(memory);
	h->call.now = time_now();
	h->call.alone = strcmp(setting("ATRIUM_TEST_KV_ALONE"), "1") == 0;
	if (!kv_store_joins(s))
		return;
	db_init(&h->db, database, h->call.mem, "the-request");
	h->call.db = &h->db;
}

void
hand_open_within(struct hand *h, int64_t timeout_ms)
{
	hand_open(h, store_new(timeout_ms));
	if (h->call.db == NULL)
		return;
	h->own = database_pool((int)timeout_ms);
	db_init(&h->db, h->own, h->call.mem, "the-request");
}

void
hand_close_within(struct hand *h)
{
	hand_close(h);
	pool_free(h->own);
	kv_store_free(h->store);
}

void
hand_close(struct hand *h)
{
	if (h->call.db != NULL)
		db_release(&h->db);
	arena_free(h->call.mem);
}

bool
fixture_open(void)
{
	struct kv_store *s = store_new(TIMEOUT_MS);

	log_init("test", LOG_ERROR);
	if (kv_store_joins(s))
		database_open();
	hand_open(&me, s);
	return true;
}

void
fixture_close(void)
{
	const bool joins = kv_store_joins(me.store);

	hand_close(&me);
	kv_store_free(me.store);
	if (joins)
		database_close();
}

bool
server(const char *action)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", setting("ATRIUM_TEST_SERVER"), action,
		    setting("ATRIUM_TEST_KV"), setting("ATRIUM_TEST_DIR"),
		    (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

void
server_signal(int number)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	char path[256];
	long pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/m.pid", setting("ATRIUM_TEST_DIR"));
	f = fopen(path, "re");
	if (f == NULL || fscanf(f, "%ld", &pid) != 1 || pid <= 1)
		stop_at(path, "no pid in it");
	fclose(f);
	kill((pid_t)pid, number);
	nanosleep(&pause, NULL);
}

void
space_made(const struct kv_space *space)
{
	if (kv_store_joins(me.store))
		database_space(space);
}

struct kv_space
space_of(int64_t max_keys, int64_t max_bytes)
{
	const struct kv_space space = {
	    .id = uuid_new(), .max_keys = max_keys, .max_bytes = max_bytes};

	space_made(&space);
	return space;
}

struct kv_space
new_space(void)
{
	return space_of(PLENTY, PLENTY);
}

void
tick(int64_t us)
{
	me.call.now.us += us;
}

const char *
repeat(char c, size_t n)
{
	char *text = arena_alloc(me.call.mem, n + 1, 1);

	memset(text, c, n);
	return text;
}

const char *
number(size_t n)
{
	return arena_printf(me.call.mem, "%zu", n);
}
