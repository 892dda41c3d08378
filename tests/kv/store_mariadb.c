/*
 * What is MariaDB's alone: the request's transaction, somebody's own space,
 * and how many statements a call takes.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "fixture_mariadb.h"

enum { SQL_TEXT = 400 };

/* Somebody's own space, of which the store has not heard yet. */
static struct kv_space
own_space(void)
{
	const struct kv_space s = {
	    .id = uuid_new(), .max_keys = 5, .max_bytes = PLENTY};
	char id[UUID_TEXT], sql[SQL_TEXT];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO users (id, email, email_key, password, is_active,"
	    " is_superuser, created_at) VALUES (UNHEX(REPLACE('%s', '-', '')),"
	    " '%s@example.com', '%s', '', 1, 0, UTC_TIMESTAMP(6))",
	    uuid_format(&s.id, id), id, id);
	admin(sql);
	return s;
}

/* "... = " and the id. */
static void
with_id(const char *what, const struct kv_space *s, char *sql)
{
	char id[UUID_TEXT];

	snprintf(sql, SQL_TEXT, "%s = UNHEX(REPLACE('%s', '-', ''))", what,
	    uuid_format(&s->id, id));
}

static int64_t
count_in(const char *what, const struct kv_space *s)
{
	char sql[SQL_TEXT];

	with_id(what, s, sql);
	return admin_int(sql);
}

static void
own(void)
{
	const struct kv_space s = own_space(), t = own_space();

	check_text(&s, "a", NULL);
	check_list(&s, "", "", 10, "");
	check_delete(&s, KEYS("a"), KV_DONE, "0");
	CU_ASSERT_EQUAL(
	    count_in("SELECT COUNT(*) FROM kv_spaces WHERE id", &s), 0);
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "11");
	check_put(&t, "a", "1", KV_ABSENT, KV_DONE, true);
	CU_ASSERT_EQUAL(
	    count_in("SELECT COUNT(*) FROM kv_spaces WHERE name IS NULL"
		     " AND id = owner_id AND max_keys = 5 AND id",
		&s),
	    1);
	check_text(&s, "a", "1");
	check_text(&t, "a", "1");
}

/* The values of an account end with it; nothing comes after. */
static void
own_ends(void)
{
	const struct kv_space s = own_space();
	struct kv_outcome out;
	char sql[SQL_TEXT];

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 9, KV_DONE, "1");
	with_id("DELETE FROM users WHERE id", &s, sql);
	admin(sql);
	check_text(&s, "a", NULL);
	CU_ASSERT_EQUAL(
	    count_in("SELECT COUNT(*) FROM kv_values WHERE space_id", &s), 0);
	CU_ASSERT_EQUAL(t_put(&me, &s, "a", "1", KV_ANY, &out), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(t_write(&me, &s, KV_UPSERT, PAIRS({"a", "1"}), 0, &out),
	    ERR_NOT_FOUND);
}

static void
rolled_back(void)
{
	const struct kv_space s = new_space();
	struct kv_outcome out;

	set(&s, "a", "1");
	me.call.alone = false;
	db_phase(&me.db, TX_WRITE);
	CU_ASSERT_EQUAL(kv_write(me.store, &me.call, &s, KV_UPSERT,
			    PAIRS({"a", "2"}, {"b", "2"}), 0, &out),
	    OK);
	CU_ASSERT_EQUAL(kv_delete(me.store, &me.call, &s, KEYS("a"), &out), OK);
	db_rollback(&me.db);
	me.call.alone = strcmp(setting("ATRIUM_TEST_KV_ALONE"), "1") == 0;
	check_list(&s, "", "", 10, "a ");
	check_text(&s, "a", "1");
	check_usage(&s, 1, 2);
}

/* What the counters of a space know: exactly, or at most. */
static int64_t
counted(const char *what, const struct kv_space *s)
{
	char text[120];

	snprintf(text, sizeof(text),
	    "SELECT SUM(%s) FROM kv_values WHERE k < X'01' AND space_id", what);
	return count_in(text, s);
}

static void
check_counters(const struct kv_space *s, int64_t keys, int64_t bytes)
{
	CU_ASSERT_EQUAL(counted("held_keys", s), keys);
	CU_ASSERT_EQUAL(counted("held_bytes", s), bytes);
	CU_ASSERT_EQUAL(counted("loose", s), 0);
}

static void
counters(void)
{
	const struct kv_space s = space_of(160, PLENTY);
	int64_t most = 0;
	int i;

	check_put(&s, "a", "12", KV_ANY, KV_DONE, true);
	check_put(&s, "a", "123", KV_ANY, KV_DONE, false);
	check_write(
	    &s, KV_INSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "01");
	check_counters(&s, 2, 6);
	check_delete(&s, KEYS("a", "c"), KV_DONE, "10");
	check_counters(&s, 1, 2);
	/* Upserts count what is there already, until there seems no room. */
	for (i = 0; i < 1000; i++) {
		tick(1);
		check_write(&s, KV_UPSERT, PAIRS({"b", "2"}), 0, KV_DONE, "1");
		most = counted("held_keys", &s) > most
			   ? counted("held_keys", &s)
			   : most;
	}
	CU_ASSERT(most > 20); /* more than one of them */
	CU_ASSERT(most <= 150);
	CU_ASSERT_EQUAL(counted("held_keys - loose", &s), 1);
	check_remove(&s, "b", KV_ANY, KV_DONE, true);
	CU_ASSERT_EQUAL(counted("held_keys - loose", &s), 0);
	CU_ASSERT_EQUAL(counted("held_bytes - 2 * loose", &s), 0);
}

/* A quota too small for eight parts is as exact. */
static void
small_quota(void)
{
	const struct kv_space s = space_of(3, 6);

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "11");
	check_counters(&s, 2, 4);
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"c", "1"}), 0, KV_DONE, "11");
	check_counters(&s, 3, 6);
	check_write(&s, KV_UPSERT, PAIRS({"d", "1"}), 0, KV_FULL, "0");
	check_counters(&s, 3, 6);
}

/* Up to a thousand keys are counted; of more, the counters are asked. */
static void
usage(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const struct kv_space s = new_space();
	struct kv_usage used;
	struct kv_outcome out;
	size_t i;

	for (i = 0; i < 1000; i++)
		pair[i] = (struct kv_pair){
		    arena_printf(me.call.mem, "%04zu", i), "1"};
	for (i = 0; i < 3; i++)
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, &s, KV_UPSERT, pair, 1000, 10, &out), OK);
	CU_ASSERT(counted("held_keys", &s) > 1000);
	check_usage(&s, 1000, 5000);
	set(&s, "one more", "1");
	CU_ASSERT_EQUAL_FATAL(t_usage(&me, &s, &used), OK);
	CU_ASSERT_EQUAL(used.keys, counted("held_keys", &s));
	CU_ASSERT_EQUAL(used.bytes, counted("held_bytes", &s));
	check_remove(&s, "one more", KV_ANY, KV_DONE, true);
	tick(10 * SECOND);
	check_usage(&s, 0, 0);
}

static int64_t
questions(void)
{
	return admin_int("SELECT VARIABLE_VALUE FROM"
			 " information_schema.GLOBAL_STATUS"
			 " WHERE VARIABLE_NAME = 'QUESTIONS'");
}

/* How many commands the server had, but for the ones that ask. */
static int64_t
trips(void (*work)(const struct kv_space *), const struct kv_space *s)
{
	int64_t before;

	work(s);
	before = questions();
	work(s);
	return questions() - before - 1;
}

static void
upsert_three(const struct kv_space *s)
{
	check_write(s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "2"}, {"c", "3"}), 0,
	    KV_DONE, "111");
}

static void
read_three(const struct kv_space *s)
{
	struct kv_value v[3];

	CU_ASSERT_EQUAL(t_read(&me, s, KEYS("a", "b", "c"), v), OK);
}

static void
insert_three(const struct kv_space *s)
{
	struct kv_outcome out;

	CU_ASSERT_EQUAL(t_write(&me, s, KV_INSERT,
			    PAIRS({"a", "1"}, {"b", "2"}, {"c", "3"}), 0, &out),
	    OK);
	check_remove(s, "b", KV_ANY, KV_DONE, true);
}

static void
list_some(const struct kv_space *s)
{
	check_list(s, "", "", 10, "a c ");
}

/* With COMMIT and START TRANSACTION where there are any. */
static void
statements(void)
{
	const struct kv_space s = new_space();
	const bool alone = me.call.alone;

	CU_ASSERT_EQUAL(trips(upsert_three, &s), alone ? 1 : 3);
	CU_ASSERT_EQUAL(trips(read_three, &s), 1);
	/* Inserting takes four, removing five. */
	CU_ASSERT_EQUAL(trips(insert_three, &s), 9);
	CU_ASSERT_EQUAL(trips(list_some, &s), 1);
}

CU_TestInfo mariadb_tests[] = {
    {"somebody's own space is made when it is needed", own},
    {"somebody's own space ends with them", own_ends},
    {"a transaction that is rolled back", rolled_back},
    {"the counters of a space", counters},
    {"the counters of a small one", small_quota},
    {"how full a space is", usage},
    {"statements of a call", statements},
    CU_TEST_INFO_NULL,
};
