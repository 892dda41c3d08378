/*
 * A store that is away, comes back, or stands still: no call hangs, and no
 * answer belongs to another call.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "core/time.h"
#include "fixture.h"

enum { LIMIT_MS = 500, CROWD = 8 };

static struct hand other;

/* MariaDB's client counts whole seconds, and one more. */
static int64_t
longest_us(void)
{
	return is_store("mariadb") ? 4 * SECOND : (LIMIT_MS + 700) * 1000;
}

static enum err
ask(struct hand *h, const struct kv_space *s, const char *key, const char *text)
{
	struct kv_value v = {0};
	enum err err = t_read(h, s, &key, 1, &v);

	CU_ASSERT(err != OK || v.text != NULL);
	CU_ASSERT(v.text == NULL || strcmp(v.text, text) == 0);
	return err;
}

static enum err
tell(struct hand *h, const struct kv_space *s, const char *key)
{
	const struct kv_pair pair = {key, "1"};
	struct kv_outcome out;

	return t_write(h, s, KV_UPSERT, &pair, 1, 0, &out);
}

/* It said that it cannot be reached, and did so in time. */
static bool
is_busy(enum err err, int64_t since)
{
	const int64_t took = time_monotonic_us() - since;

	CU_ASSERT_EQUAL(err, ERR_BUSY);
	CU_ASSERT(took < longest_us());
	return err == ERR_BUSY && took < longest_us();
}

static void
killed(void)
{
	struct kv_space s = new_space();
	int64_t since;

	hand_open_within(&other, LIMIT_MS);
	set(&s, "a", "1");
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	CU_ASSERT(server("kill"));
	since = time_monotonic_us();
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), ERR_BUSY);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), ERR_BUSY);
	CU_ASSERT_EQUAL(tell(&other, &s, "b"), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - since < SECOND);
	CU_ASSERT(server("start"));
	/* It may have forgotten what it was told last. */
	s = new_space();
	CU_ASSERT_EQUAL(tell(&other, &s, "b"), OK);
	CU_ASSERT_EQUAL(ask(&other, &s, "b", "1"), OK);
	hand_close_within(&other);
}

/* Nothing is asked while it is away. */
static void
restarted(void)
{
	const struct kv_space s = new_space();
	int i;

	for (i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(tell(&me, &s, "a"), OK);
		CU_ASSERT(server("stop"));
		CU_ASSERT(server("start"));
	}
	CU_ASSERT_EQUAL(tell(&me, &s, "b"), OK);
	CU_ASSERT_EQUAL(ask(&me, &s, "b", "1"), OK);
	CU_ASSERT(server("stop"));
	CU_ASSERT(server("start"));
	check_text(&s, "none", NULL);
}

static void
never_there(void)
{
	const struct kv_space s = new_space();

	CU_ASSERT(server("stop"));
	hand_open_within(&other, LIMIT_MS);
	CU_ASSERT_EQUAL(tell(&other, &s, "a"), ERR_BUSY);
	CU_ASSERT(server("start"));
	CU_ASSERT_EQUAL(tell(&other, &s, "a"), OK);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	hand_close_within(&other);
}

static void
stands_still(void)
{
	const struct kv_space s = new_space();
	int64_t since;

	set(&s, "a", "1");
	set(&s, "b", "2");
	hand_open_within(&other, LIMIT_MS);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	server_signal(SIGSTOP);
	since = time_monotonic_us();
	CU_ASSERT(is_busy(ask(&other, &s, "a", "1"), since));
	CU_ASSERT(time_monotonic_us() - since >= LIMIT_MS * 1000);
	server_signal(SIGCONT);
	/* The late answer is not the next one's. */
	CU_ASSERT_EQUAL(ask(&other, &s, "b", "2"), OK);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	hand_close_within(&other);
}

/* It takes connections, as the kernel does for it, and says nothing. */
static void
stands_still_from_the_first(void)
{
	const struct kv_space s = new_space();
	int64_t since;

	set(&s, "a", "1");
	hand_open_within(&other, LIMIT_MS);
	server_signal(SIGSTOP);
	since = time_monotonic_us();
	CU_ASSERT(is_busy(ask(&other, &s, "a", "1"), since));
	server_signal(SIGCONT);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	hand_close_within(&other);
}

static void
write_stands_still(void)
{
	const struct kv_space s = new_space();
	int64_t since;
	enum err err;

	hand_open_within(&other, LIMIT_MS);
	CU_ASSERT_EQUAL(tell(&other, &s, "a"), OK);
	server_signal(SIGSTOP);
	since = time_monotonic_us();
	err = tell(&other, &s, "b");
	CU_ASSERT(time_monotonic_us() - since < longest_us());
	/* Done or not: only the database's driver tells. */
	CU_ASSERT(err == ERR_BUSY || (err == ERR_OUTCOME && other.call.alone &&
					 kv_store_joins(other.store)));
	server_signal(SIGCONT);
	CU_ASSERT_EQUAL(tell(&other, &s, "c"), OK);
	CU_ASSERT_EQUAL(ask(&other, &s, "a", "1"), OK);
	CU_ASSERT_EQUAL(ask(&other, &s, "c", "1"), OK);
	hand_close_within(&other);
}

struct member {
	struct hand hand;
	struct kv_space space;
	bool busy;
	int64_t took;
};

static void *
wait_in_crowd(void *arg)
{
	struct member *m = arg;
	const char *key = "a";
	int64_t since = time_monotonic_us();
	struct kv_value v;

	m->busy = t_read(&m->hand, &m->space, &key, 1, &v) == ERR_BUSY;
	m->took = time_monotonic_us() - since;
	return NULL;
}

/* They wait side by side, not one after the other. */
static void
crowd(void)
{
	struct member *m = NEW_N(me.call.mem, struct member, CROWD);
	const struct kv_space s = new_space();
	pthread_t thread[CROWD];
	int i;

	set(&s, "a", "1");
	hand_open_within(&other, LIMIT_MS);
	for (i = 0; i < CROWD; i++) {
		hand_open(&m[i].hand, other.store);
		if (m[i].hand.call.db != NULL)
			m[i].hand.db.pool = other.own;
		m[i].space = s;
		CU_ASSERT_EQUAL(ask(&m[i].hand, &s, "a", "1"), OK);
	}
	server_signal(SIGSTOP);
	for (i = 0; i < CROWD; i++)
		pthread_create(&thread[i], NULL, wait_in_crowd, &m[i]);
	for (i = 0; i < CROWD; i++)
		pthread_join(thread[i], NULL);
	server_signal(SIGCONT);
	for (i = 0; i < CROWD; i++) {
		CU_ASSERT(m[i].busy);
		CU_ASSERT(m[i].took < longest_us());
		CU_ASSERT_EQUAL(ask(&m[i].hand, &s, "a", "1"), OK);
		hand_close(&m[i].hand);
	}
	hand_close_within(&other);
}

CU_TestInfo down_tests[] = {
    {"a store that is killed and comes back", killed},
    {"a store that was restarted in between", restarted},
    {"a store that was not there at first", never_there},
    {"a store that stands still", stands_still},
    {"a store that stands still from the first", stands_still_from_the_first},
    {"a write to a store that stands still", write_stands_still},
    {"many that wait for a store that stands still", crowd},
    CU_TEST_INFO_NULL,
};
