/*
 * What the tests of src/db share: a server of their own, one connection
 * beside the tested ones, and children that may die.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "db/pool.h"
#include "db/unit.h"

extern CU_TestInfo target_tests[];
extern CU_TestInfo types_tests[];
extern CU_TestInfo documents_tests[];
extern CU_TestInfo stmt_tests[];
extern CU_TestInfo search_tests[];
extern CU_TestInfo search_hostile_tests[];
extern CU_TestInfo search_plan_tests[];
extern CU_TestInfo search_words_tests[];
extern CU_TestInfo search_bounds_tests[];
extern CU_TestInfo pool_tests[];
extern CU_TestInfo unit_tests[];
extern CU_TestInfo alone_tests[];
extern CU_TestInfo lost_tests[];
extern CU_TestInfo down_tests[];
extern CU_TestInfo migrate_tests[];
extern CU_TestInfo halfway_tests[];
extern CU_TestInfo tasks_tests[];
extern CU_TestInfo tasks_desk_tests[];
extern CU_TestInfo tasks_run_tests[];
extern CU_TestInfo tasks_cron_tests[];
extern CU_TestInfo tasks_live_tests[];
extern CU_TestInfo tasks_wake_tests[];

/* False, having said why, when the server cannot be used. */
bool fixture_open(void);
void fixture_close(void);

/* A statement on the administrator's connection; the test ends if it fails. */
void admin(const char *sql);
/* Its first value. -1 for NULL and for no row. */
int64_t admin_int(const char *sql);
/* A column of its first row by name, "" for NULL and for no row. */
void admin_text(const char *sql, const char *column, char *out, size_t n);
/* Ends a connection and waits until the server has forgotten it. */
void admin_kill(int64_t connection);
/* Waits up to 5 s until the query's value is not 0. */
bool admin_until(const char *sql);
/* For it: whether a statement waits for a row's lock. */
extern const char waits_for_lock[];

/* An environment variable that must be there. */
const char *setting(const char *name);
/* A pool of the test's and an open phase on it. */
struct pool *new_pool(int size, int wait_ms, int timeout_ms);
void unit_open(struct db *, struct pool *, enum db_tx);
void unit_close(struct db *);
/* The server's number of the phase's connection. */
int64_t connection_of(struct db *);

/* Runs server.sh. */
bool server(const char *action);
/* Sends the server a signal. */
void server_signal(int);

/*
 * What a function leaves behind in a process of its own: its stderr, and
 * the signal that ended it or 0.
 */
int child_signal(void (*)(void), char *err, size_t size);

#endif
