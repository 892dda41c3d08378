/*
 * Runs the conformance suite on one store; run.sh starts its server.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "store_redis.h"
#include "store_tarantool.h"

static void
each(void)
{
	arena_reset(me.call.mem);
	me.call.once = NULL;
	tick(SECOND);
}

#define SUITE(name, tests)                          \
	{                                           \
		name, NULL, NULL, each, NULL, tests \
	}

static CU_SuiteInfo suites[] = {
    SUITE("address", address_tests),
    SUITE("read", read_tests),
    SUITE("write", write_tests),
    SUITE("put", put_tests),
    SUITE("versions", versions_tests),
    SUITE("ttl", ttl_tests),
    SUITE("quota", quota_tests),
    SUITE("quota kept", quota_kept_tests),
    SUITE("list", list_tests),
    SUITE("bytes", bytes_tests),
    SUITE("spaces", spaces_tests),
    SUITE("once", once_tests),
    SUITE("threads", threads_tests),
    SUITE("threads limits", threads_limits_tests),
    SUITE("model", model_tests),
    SUITE("hostile", hostile_tests),
    SUITE("down", down_tests),
    CU_SUITE_INFO_NULL,
};

/* What is one store's alone. */
static CU_SuiteInfo of_mariadb[] = {
    SUITE("mariadb", mariadb_tests), CU_SUITE_INFO_NULL};
static CU_SuiteInfo of_redis[] = {SUITE("redis", redis_tests),
    SUITE("redis hostile", redis_hostile_tests), CU_SUITE_INFO_NULL};
static CU_SuiteInfo of_tarantool[] = {SUITE("tarantool", tarantool_tests),
    SUITE("tarantool hostile", tarantool_hostile_tests), CU_SUITE_INFO_NULL};

/* Only suites whose names are given, when any are. */
static CU_SuiteInfo *
chosen(CU_SuiteInfo *all, int argc, char **argv)
{
	CU_SuiteInfo *s, *kept = all;
	int i;

	if (argc < 2)
		return all;
	for (s = all; s->pName != NULL; s++)
		for (i = 1; i < argc; i++)
			if (strcmp(argv[i], s->pName) == 0)
				*kept++ = *s;
	*kept = (CU_SuiteInfo)CU_SUITE_INFO_NULL;
	return all;
}

static bool
register_all(int argc, char **argv)
{
	static CU_SuiteInfo none[] = {CU_SUITE_INFO_NULL};
	CU_SuiteInfo *own = none;

	if (is_store("mariadb"))
		own = of_mariadb;
	else if (is_store("redis"))
		own = of_redis;
	else if (is_store("tarantool"))
		own = of_tarantool;
	return CU_register_suites(chosen(suites, argc, argv)) == CUE_SUCCESS &&
	       CU_register_suites(chosen(own, argc, argv)) == CUE_SUCCESS;
}

int
main(int argc, char **argv)
{
	unsigned failed;

	if (!fixture_open() || CU_initialize_registry() != CUE_SUCCESS ||
	    !register_all(argc, argv))
		return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	if (CU_get_number_of_tests_run() == 0)
		failed++;
	printf("%u passed, %u failed\n",
	    CU_get_number_of_tests_run() - CU_get_number_of_tests_failed(),
	    failed);
	CU_cleanup_registry();
	fixture_close();
	return failed != 0;
}
