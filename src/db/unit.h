/*
 * The unit of work, for those who may end one: the dispatcher, the task
 * runner and atrium's commands. A request has one struct db; its phases each
 * have a mode.
 */
#ifndef DB_UNIT_H
#define DB_UNIT_H

#include <stdbool.h>

#include "core/arena.h"
#include "db/db.h"
#include "db/pool.h"

/*
 * How a phase stands. A write transaction that a dead connection took with it
 * before COMMIT was sent is gone for certain: the statement that found it
 * returns ERR_RETRY. One whose COMMIT was sent and not answered may be done:
 * db_commit() returns ERR_OUTCOME, which is never retried.
 */
struct db {
	struct pool *pool;
	struct arena *mem;
	const char *request; /* its id, for the log; may be NULL */
	struct conn *conn;   /* leased, or NULL */
	enum db_tx mode;
	bool open;        /* a transaction was begun on conn */
	bool alone;       /* one statement was the whole of the phase */
	bool tasks;       /* it left tasks: ring after its commit */
	enum err broken;  /* set by the failure that ended it: sticky */
	int64_t spent_us; /* in the database and waiting for it */
};

void db_init(struct db *, struct pool *, struct arena *, const char *request);
/* Begins a phase. No transaction may be open. Keeps a leased connection. */
void db_phase(struct db *, enum db_tx);
/* Ends it. ERR_RETRY, ERR_OUTCOME, ERR_BUSY: nothing may be replied. */
enum err db_commit(struct db *) MUST_CHECK;
void db_rollback(struct db *);
/* Gives the connection back; rolls back what is open. */
void db_release(struct db *);

#endif
