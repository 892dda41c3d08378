/*
 * Running atrium migrate as an administrator does: each command in a process
 * of its own, over a folder of the test's.
 */
#ifndef MIGRATING_H
#define MIGRATING_H

#include <sys/types.h>

#include "fixture.h"

/* Where the migrations are. */
extern char migrations[512];
/* What the last command said. */
extern char output[8192];

/* An empty folder and a database without history. */
void fresh(void);
/* A file in the folder. */
void put(const char *name, const char *text);
/* Three migrations: m_one, m_two, a row in m_one. */
void put_three(void);

/* `atrium migrate` with these words; its exit status, -1 for a signal. */
int migrate(const char *words);
/* The same in two steps; *out is where its words can be read. */
pid_t migrate_start(const char *words, int *out);
int migrate_finish(pid_t, int out);
/* Whether the output holds the text; prints it when not. */
bool says(const char *text);
/* How many tables m_* there are. */
int64_t tables(void);
/* What the worker thinks of it; the output is its count and reason. */
enum err check(void);

#endif
