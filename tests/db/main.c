/*
 * Runs the suites that need a database server; tests/db/run.sh starts one.
 */
#include <stdio.h>

#include "fixture.h"

static CU_SuiteInfo suites[] = {
    {"target", NULL, NULL, NULL, NULL, target_tests},
    {"types", NULL, NULL, NULL, NULL, types_tests},
    {"documents", NULL, NULL, NULL, NULL, documents_tests},
    {"stmt", NULL, NULL, NULL, NULL, stmt_tests},
    {"search", NULL, NULL, NULL, NULL, search_tests},
    {"search hostile", NULL, NULL, NULL, NULL, search_hostile_tests},
    {"search plan", NULL, NULL, NULL, NULL, search_plan_tests},
    {"search words", NULL, NULL, NULL, NULL, search_words_tests},
    {"search bounds", NULL, NULL, NULL, NULL, search_bounds_tests},
    {"pool", NULL, NULL, NULL, NULL, pool_tests},
    {"unit", NULL, NULL, NULL, NULL, unit_tests},
    {"alone", NULL, NULL, NULL, NULL, alone_tests},
    {"lost", NULL, NULL, NULL, NULL, lost_tests},
    {"down", NULL, NULL, NULL, NULL, down_tests},
    {"migrate", NULL, NULL, NULL, NULL, migrate_tests},
    {"halfway", NULL, NULL, NULL, NULL, halfway_tests},
    {"tasks", NULL, NULL, NULL, NULL, tasks_tests},
    {"tasks desk", NULL, NULL, NULL, NULL, tasks_desk_tests},
    {"tasks run", NULL, NULL, NULL, NULL, tasks_run_tests},
    {"tasks cron", NULL, NULL, NULL, NULL, tasks_cron_tests},
    {"tasks live", NULL, NULL, NULL, NULL, tasks_live_tests},
    {"tasks wake", NULL, NULL, NULL, NULL, tasks_wake_tests},
    CU_SUITE_INFO_NULL,
};

int
main(void)
{
	unsigned failed;

	if (!fixture_open() || CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS)
		return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	printf("db: %u passed, %u failed\n",
	    CU_get_number_of_tests_run() - CU_get_number_of_tests_failed(),
	    failed);
	if (CU_get_number_of_tests_run() == 0)
		failed++;
	CU_cleanup_registry();
	fixture_close();
	return failed != 0;
}
