/*
 * atrium migrate and the worker's check: the ordinary course, and files that
 * are not as they must be.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "migrating.h"

static void
up_and_down(void)
{
	fresh();
	put_three();
	CU_ASSERT_EQUAL(migrate("status"), 1);
	CU_ASSERT(says("pending    0001_one\npending    0002_two\n"
		       "pending    0003_three\n3 pending: run"
		       " `atrium migrate up`.\n"));
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT(says("applying 0001_one ... done in "));
	CU_ASSERT(says("applying 0003_three ... done in "));
	CU_ASSERT_EQUAL(tables(), 2);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM m_one"), 3);
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT(says("The schema is up to date."));
	CU_ASSERT_EQUAL(migrate("status"), 0);
	CU_ASSERT_STRING_EQUAL(output, "applied    0001_one\n"
				       "applied    0002_two\n"
				       "applied    0003_three\n");
	CU_ASSERT_EQUAL(migrate("down"), 0);
	CU_ASSERT(says("reverting 0003_three ... done in "));
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM m_one"), 0);
	CU_ASSERT_EQUAL(tables(), 2);
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(migrate("down --to 1"), 0);
	CU_ASSERT_EQUAL(tables(), 1);
	CU_ASSERT_EQUAL(migrate("down --to 0"), 0);
	CU_ASSERT_EQUAL(tables(), 0);
	CU_ASSERT_EQUAL(migrate("down"), 0);
	CU_ASSERT(says("There is nothing to revert."));
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM schema_history"
				  " WHERE ms >= 0"),
	    8);
	CU_ASSERT_EQUAL(migrate("history"), 0);
	CU_ASSERT(says("  up                 0001_one  by admin@localhost  "));
	CU_ASSERT(says("  down               0002_two  by admin@localhost  "));
}

static void
words(void)
{
	fresh();
	CU_ASSERT_EQUAL(migrate("--help"), 0);
	CU_ASSERT(says("resolve NNNN applied|reverted"));
	CU_ASSERT_EQUAL(migrate("up --help"), 0);
	CU_ASSERT_EQUAL(migrate(""), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("sideways"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("up 3"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("down --to x"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("down 3"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("resolve 1"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("resolve 1 gone"), CLI_USAGE);
	CU_ASSERT_EQUAL(migrate("resolve 1 applied"), 1);
	CU_ASSERT(says("0001 is not half done"));
	CU_ASSERT_EQUAL(migrate("history"), 0);
	CU_ASSERT(says("There is no history yet."));
}

static void
bad_files(void)
{
	static const char *const bad[][2] = {
	    {"1_one.sql", "-- up\nSELECT 1\n-- down\nSELECT 1\n"},
	    {"0001_One.sql", "-- up\nSELECT 1\n-- down\nSELECT 1\n"},
	    {"0001.sql", "-- up\nSELECT 1\n-- down\nSELECT 1\n"},
	    {"0009_a.sql", ""},
	    {"0009_a.sql", "CREATE TABLE m_one (n INT)"},
	    {"0009_a.sql", "-- up\nCREATE TABLE m_one (n INT);\n"},
	    {"0009_a.sql", "-- up\n-- nothing\n-- down\nSELECT 1\n"},
	    {"0009_a.sql", "-- up\nSELECT 1; SELECT 2\n-- down\nSELECT 1\n"},
	    {"0009_a.sql", "-- up\nSELECT 1;\n;\n-- down\nSELECT 1\n"},
	    {"0009_a.sql", "-- up\n;\n-- down\nSELECT 1\n"},
	    {"0009_a.sql",
		"-- up\nSELECT 1\n-- down\nSELECT 'a'; DROP TABLE x\n"},
	    {"0009_a.sql", "-- up\nSELECT 1\n-- down\nSELECT 1;\n-- down\n"
			   "SELECT 2\n"},
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fresh();
		put("0000_fine.sql", "-- up\nCREATE TABLE m_two (n INT)\n"
				     "-- down\nDROP TABLE m_two\n");
		put(bad[i][0], bad[i][1]);
		CU_ASSERT_EQUAL(migrate("up"), 1);
		CU_ASSERT(says(bad[i][0]));
		CU_ASSERT(says("one statement"));
		CU_ASSERT_EQUAL(tables(), 0);
	}
	fresh();
	put("0001_a.sql", "-- up\nSELECT 1\n-- down\nSELECT 1\n");
	put("0001_b.sql", "-- up\nSELECT 1\n-- down\nSELECT 1\n");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("0001_b.sql has the number of another migration"));
	snprintf(migrations, sizeof(migrations), "/nowhere");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("set MIGRATIONS_DIR to where it is"));
}

static void
tampered_and_missing(void)
{
	fresh();
	put_three();
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(check(), OK);
	CU_ASSERT_STRING_EQUAL(output, "3: ");
	put("0002_two.sql", "-- up\nCREATE TABLE m_two (n INT)\n"
			    "-- down\nDROP TABLE m_two\n");
	put("0004_four.sql", "-- up\nCREATE TABLE m_three (n INT)\n"
			     "-- down\nDROP TABLE m_three\n");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("0002_two.sql was changed after it was applied"));
	CU_ASSERT_EQUAL(tables(), 2);
	CU_ASSERT_EQUAL(migrate("down"), 1);
	CU_ASSERT_EQUAL(migrate("status"), 1);
	CU_ASSERT_EQUAL(check(), ERR_CONFLICT);
	CU_ASSERT(says("0002_two.sql was changed after it was applied"));
	put_three();
	CU_ASSERT_EQUAL(check(), ERR_CONFLICT);
	CU_ASSERT(says("1 migration is pending: run `atrium migrate up`"));
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(tables(), 3);
	CU_ASSERT_EQUAL(check(), OK);
	/* A database that is newer than the files. */
	fresh();
	CU_ASSERT_EQUAL(check(), OK);
	put_three();
	CU_ASSERT_EQUAL(check(), ERR_CONFLICT);
	CU_ASSERT(says("3 migrations are pending: run `atrium migrate up`"));
	CU_ASSERT_EQUAL(migrate("up"), 0);
	admin("INSERT INTO schema_migrations (version, name, checksum, state)"
	      " VALUES (4, 'four', REPEAT('0', 64), 'applied')");
	CU_ASSERT_EQUAL(migrate("up"), 1);
	CU_ASSERT(says("0004_four is in the database and not in the"
		       " migrations folder"));
	CU_ASSERT_EQUAL(migrate("status"), 1);
	CU_ASSERT(says("applied    0004_four (no file)"));
	CU_ASSERT_EQUAL(check(), ERR_CONFLICT);
	CU_ASSERT(says("the schema is newer than this program"));
}

/* The migrations of this program, there and back. */
static void
ours(void)
{
	fresh();
	snprintf(migrations, sizeof(migrations), "%s/migrations", SOURCE_DIR);
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(check(), OK);
	admin("INSERT INTO users (id, email, email_key, password, is_active,"
	      " is_superuser, created_at) VALUES (UNHEX(REPEAT('01', 16)),"
	      " 'A@b.c', 'a@b.c', 'x', 1, 0, NOW(6))");
	admin("INSERT INTO sessions (id, user_id, created_at, expires_at)"
	      " SELECT UNHEX(REPEAT('02', 16)), id, NOW(6), NOW(6) FROM users");
	admin("INSERT INTO devices SELECT id, 'x', NOW(6) FROM users");
	admin("DELETE FROM users");
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM sessions"), 0);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM devices"), 0);
	CU_ASSERT_EQUAL(migrate("down --to 0"), 0);
	CU_ASSERT_EQUAL(
	    admin_int("SELECT COUNT(*) FROM information_schema.tables"
		      " WHERE table_schema = DATABASE()"
		      " AND table_name NOT LIKE 'schema\\_%'"),
	    0);
	CU_ASSERT_EQUAL(migrate("up"), 0);
	CU_ASSERT_EQUAL(check(), OK);
}

CU_TestInfo migrate_tests[] = {
    {"up, status, down, history", up_and_down},
    {"the command line", words},
    {"a file that is not as it must be stops all", bad_files},
    {"files that were changed or lost", tampered_and_missing},
    {"the migrations of this program", ours},
    CU_TEST_INFO_NULL,
};
