/*
 * Changes that were cut off, refused, or tried by two at once.
 */
#include <signal.h>
#include <stdio.h>

#include "migrating.h"

static void
refused(void)
{
	fresh();
	put("0001_one.sql", "-- up\nCREATE TABEL m_one (n INT)\n"
			    "-- down\nDROP TABLE m_one\n");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("applying 0001_one ... failed"));
	CU_ASSERT(says("(error 1064)"));
	CU_ASSERT(says("Nothing was changed."));
	CU_ASSERT_EQUAL(migrate("status"), 1);
	CU_ASSERT(says("pending    0001_one"));
	put_three();
	admin("CREATE TABLE m_two (n INT)");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("applying 0001_one ... done"));
	CU_ASSERT(says("applying 0002_two ... failed"));
	CU_ASSERT(says("(error 1050)"));
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("0002_two was cut off while applying"));
	CU_ASSERT(says("CREATE TABLE m_two (n VARCHAR(9)"));
	CU_ASSERT(says("atrium migrate resolve 0002 reverted"));
	CU_ASSERT_EQUAL(migrate("down"), 1);
	CU_ASSERT_EQUAL(check(), ERR_CONFLICT);
	CU_ASSERT(says("0002_two was cut off while applying"));
	admin("DROP TABLE m_two");
	CU_ASSERT_EQUAL(migrate("resolve 0001 reverted"), 1);
	CU_ASSERT_EQUAL(migrate("resolve 0002 reverted"), 0);
	CU_ASSERT(says("0002_two is reverted now."));
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(check(), OK);
	/* And the other way: half way down. */
	admin("DROP TABLE m_two");
	CU_ASSERT_EQUAL(migrate("down --to 1"), 1);
	CU_ASSERT_EQUAL(migrate("status"), 1);
	CU_ASSERT(says("reverting  0002_two"));
	CU_ASSERT(says("cut off while reverting"));
	CU_ASSERT(says("DROP TABLE m_two"));
	CU_ASSERT_EQUAL(migrate("resolve 2 applied"), 0);
	CU_ASSERT_EQUAL(migrate("history"), 0);
	CU_ASSERT(says("up failed"));
	CU_ASSERT(says("down failed"));
	CU_ASSERT(says("resolved reverted"));
	CU_ASSERT(says("resolved applied"));
}

static const char sleeps[] =
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
    " WHERE STATE = 'User sleep'";

static void
put_slow(int seconds)
{
	char text[200];

	snprintf(text, sizeof(text),
	    "-- up\nCREATE TABLE m_three AS SELECT SLEEP(%d) AS n\n"
	    "-- down\nDROP TABLE m_three\n",
	    seconds);
	put("0004_slow.sql", text);
}

static void
two_at_once(void)
{
	int out, status;
	pid_t pid;

	fresh();
	put_three();
	put_slow(4);
	pid = migrate_start("up", &out);
	CU_ASSERT(admin_until(sleeps));
	status = migrate("up");
	CU_ASSERT_EQUAL(status, 1);
	CU_ASSERT(says("another one is running: connection "));
	CU_ASSERT(says(" of admin@localhost"));
	CU_ASSERT_EQUAL(migrate("resolve 4 applied"), 1);
	CU_ASSERT_EQUAL(migrate_finish(pid, out), 0);
	CU_ASSERT(says("applying 0004_slow ... done"));
	CU_ASSERT_EQUAL(migrate("status"), 0);
}

static void
killed_inside(void)
{
	int out, i;
	pid_t pid;

	fresh();
	put_three();
	put_slow(60);
	pid = migrate_start("up", &out);
	CU_ASSERT(admin_until(sleeps));
	kill(pid, SIGKILL);
	CU_ASSERT_EQUAL(migrate_finish(pid, out), -1);
	CU_ASSERT(admin_int("SELECT state = 'applying' FROM schema_migrations"
			    " WHERE version = 4") == 1);
	/* The server goes on with it, and holds the lock for it. */
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("another one is running"));
	i = (int)admin_int("SELECT ID FROM information_schema.PROCESSLIST"
			   " WHERE STATE = 'User sleep'");
	admin_kill(i);
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("0004_slow was cut off while applying"));
	CU_ASSERT(says("SHOW PROCESSLIST"));
	CU_ASSERT_EQUAL(migrate("history"), 0);
	CU_ASSERT(says("0004_slow  by admin@localhost  not finished"));
	CU_ASSERT_EQUAL(migrate("resolve 0004 reverted"), 0);
	put_slow(0);
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(migrate("status"), 0);
	CU_ASSERT_EQUAL(tables(), 3);
}

CU_TestInfo halfway_tests[] = {
    {"a change that the server refuses, and the way out", refused},
    {"two at once", two_at_once},
    {"killed in the middle", killed_inside},
    CU_TEST_INFO_NULL,
};
