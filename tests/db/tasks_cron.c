/*
 * What recurs: each turn once, however many runners look at the clock.
 */
#include "core/time.h"
#include "tasking.h"
#include "tasks/cron.h"

static TASK(hourly, "hourly", .every_s = 3600);
static TASK(daily, "daily", .every_s = 86400);
static TASK(asked, "asked", .doc = "Not by itself.");

static const struct task_kind *const kinds[] = {&hourly, &daily, &asked, NULL};

static void
sync_rows(struct db *db, const struct task_kind *const *which, int64_t s)
{
	db_phase(db, TX_WRITE);
	CU_ASSERT_EQUAL(cron_sync(db, which, moment(s)), OK);
	CU_ASSERT_EQUAL(db_commit(db), OK);
}

static void
syncs(void)
{
	static TASK(quicker, "daily", .every_s = 60);
	static TASK(slower, "daily", .every_s = 864000);
	const struct task_kind *const faster[] = {&quicker, NULL};
	const struct task_kind *const lazier[] = {&slower, NULL};
	struct pool *pool = new_pool(1, 100, 5000);
	struct timestamp at;
	struct list list;
	struct db db;

	tasking_tables();
	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL(cron_next(&db, &at), ERR_NOT_FOUND);
	sync_rows(&db, kinds, 1000);
	sync_rows(&db, kinds, 2000); /* does not move what is there */
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE kind IN"
				  " ('hourly', 'daily') AND last_run IS NULL"
				  " AND next_run = '1970-01-01 00:16:40'"),
	    2);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron"), 2);
	db_phase(&db, TX_READ);
	CU_ASSERT_EQUAL(cron_next(&db, &at), OK);
	CU_ASSERT_EQUAL(at.us, 1000000000);
	CU_ASSERT_EQUAL(cron_list(&db, &list), OK);
	CU_ASSERT_EQUAL(list.n, 2);
	admin("UPDATE cron SET next_run = '1970-01-02'");
	/* A row of a newer program stays; one that nobody has served goes. */
	sync_rows(&db, lazier, 1000);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron"), 2);
	sync_rows(&db, lazier, 86400 * 9);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron"), 1);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " next_run = '1970-01-02'"),
	    1);
	sync_rows(&db, faster, 1000);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " next_run = '1970-01-01 00:17:40'"),
	    1);
	unit_close(&db);
	pool_free(pool);
}

static int
turn(struct db *db, int64_t s)
{
	int n = -1;

	db_phase(db, TX_WRITE);
	CU_ASSERT_EQUAL(cron_queue(db, kinds, moment(s), &n), OK);
	CU_ASSERT_EQUAL(db_commit(db), OK);
	return n;
}

static void
turns(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	tasking_tables();
	unit_open(&db, pool, TX_READ);
	sync_rows(&db, kinds, 1000);
	CU_ASSERT_EQUAL(turn(&db, 999), 0);
	CU_ASSERT_EQUAL(turn(&db, 1000), 2);
	CU_ASSERT_EQUAL(tasking_count("kind = 'hourly' AND args = '{}'"), 1);
	CU_ASSERT_EQUAL(turn(&db, 1000), 0);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " kind = 'hourly' AND"
				  " next_run = '1970-01-01 01:16:40' AND"
				  " last_run = '1970-01-01 00:16:40'"),
	    1);
	/* The last one still waits, then runs: no second one. */
	CU_ASSERT_EQUAL(turn(&db, 4600), 0);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " kind = 'hourly' AND"
				  " next_run = '1970-01-01 02:16:40' AND"
				  " last_run = '1970-01-01 00:16:40'"),
	    1);
	admin("UPDATE tasks SET state = 'running'");
	CU_ASSERT_EQUAL(turn(&db, 8200), 0);
	admin("UPDATE tasks SET state = 'done'");
	/* Missed turns are not made up for, and the rhythm stays. */
	CU_ASSERT_EQUAL(turn(&db, 1000 + 5 * 3600 + 7), 1);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " kind = 'hourly' AND"
				  " next_run = '1970-01-01 06:16:40' AND"
				  " last_run = '1970-01-01 05:16:47'"),
	    1);
	unit_close(&db);
	pool_free(pool);
}

static void
out_of_turn(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct uuid id = {{0}};
	struct db db;

	tasking_tables();
	unit_open(&db, pool, TX_WRITE);
	/* Before any runner was there, and after. */
	CU_ASSERT_EQUAL(cron_run(&db, &daily, moment(10), &id), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_FALSE(uuid_is_nil(&id));
	CU_ASSERT_EQUAL(tasking_count("kind = 'daily'"), 1);
	sync_rows(&db, kinds, 1000);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(cron_run(&db, &daily, moment(20), &id), ERR_CONFLICT);
	db_rollback(&db);
	admin("UPDATE tasks SET attempts = 1");
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(cron_run(&db, &daily, moment(20), &id), ERR_CONFLICT);
	db_rollback(&db);
	admin("UPDATE tasks SET state = 'dead'");
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(cron_run(&db, &daily, moment(30), &id), OK);
	CU_ASSERT(db.tasks);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	/* The rhythm stays. */
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " kind = 'daily' AND"
				  " next_run = '1970-01-01 00:00:10' AND"
				  " last_run = '1970-01-01 00:00:30'"),
	    1);
	CU_ASSERT_EQUAL(tasking_count("kind = 'daily'"), 2);
	unit_close(&db);
	pool_free(pool);
}

/* The second waits for the first, and is cut off by the time limit. */
static void
out_of_turn_at_once(void)
{
	struct pool *pool = new_pool(2, 100, 500);
	struct uuid id = {{0}};
	struct db a, b;

	tasking_tables();
	unit_open(&a, pool, TX_WRITE);
	unit_open(&b, pool, TX_WRITE);
	CU_ASSERT_EQUAL(cron_run(&a, &daily, moment(10), &id), OK);
	CU_ASSERT_EQUAL(cron_run(&b, &daily, moment(10), &id), ERR_BUSY);
	CU_ASSERT_EQUAL(db_commit(&a), OK);
	CU_ASSERT_EQUAL(tasking_count("1"), 1);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static void
one_of_two(void)
{
	struct pool *pool = new_pool(2, 100, 5000);
	struct db a, b;
	int n = -1;

	tasking_tables();
	unit_open(&a, pool, TX_WRITE);
	unit_open(&b, pool, TX_WRITE);
	sync_rows(&a, kinds, 1000);
	admin("INSERT INTO cron VALUES ('of_tomorrow', '1970-01-01', NULL)");
	db_phase(&a, TX_WRITE);
	CU_ASSERT_EQUAL(cron_queue(&a, kinds, moment(1000), &n), OK);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(cron_queue(&b, kinds, moment(1000), &n), OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL(db_commit(&a), OK);
	CU_ASSERT_EQUAL(db_commit(&b), OK);
	CU_ASSERT_EQUAL(turn(&b, 1000), 0);
	CU_ASSERT_EQUAL(tasking_count("1"), 2);
	/* A kind that another version knows is left to its own runners. */
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM cron WHERE"
				  " next_run = '1970-01-01'"),
	    1);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

CU_TestInfo tasks_cron_tests[] = {
    {"the clock has a row for each kind that recurs", syncs},
    {"a turn is queued when due, unless one is under way", turns},
    {"a turn out of turn is one too, and moves none", out_of_turn},
    {"of two who ask at once, one gets a turn", out_of_turn_at_once},
    {"of two runners one queues a turn", one_of_two},
    CU_TEST_INFO_NULL,
};
