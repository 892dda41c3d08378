/*
 * The unit of work: which statement may be sent again on a new connection,
 * which failure ends the transaction, and what the caller is told.
 */
#include <mysqld_error.h>

#include "core/log.h"
#include "core/time.h"
#include "db/conn.h"
#include "db/unit.h"

enum {
	SNAPSHOT_CHANGED = 1020,
	CHECK_OF_MYSQL = 3819, /* MySQL 8: a CHECK constraint */
	/* Of a storage engine, as they are: full text finds too much for */
	ENGINE_MEMORY = 128,  /* innodb_ft_result_cache_limit */
	ENGINE_STOPPED = 188, /* the time that a statement has */
	US_PER_MS = 1000
};

void
db_init(
    struct db *db, struct pool *pool, struct arena *mem, const char *request)
{
	*db = (struct db){
	    .pool = pool, .mem = mem, .request = request, .mode = TX_NONE};
}

void
db_phase(struct db *db, enum db_tx mode)
{
	if (db->open)
		BUG("a phase begins while a transaction is open");
	db->mode = mode;
	db->tasks = false;
	db->alone = false;
	db->broken = OK;
}

static enum err
error_of(unsigned error)
{
	switch (error) {
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
	case ER_ROW_IS_REFERENCED:
	case ER_ROW_IS_REFERENCED_2:
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
	case ER_CONSTRAINT_FAILED:
	case CHECK_OF_MYSQL:
		return ERR_CONFLICT;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case SNAPSHOT_CHANGED:
	case ER_NEED_REPREPARE:
		return ERR_RETRY;
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_UNKNOWN_COM_ERROR: /* a Galera node that is not ready */
	case ER_QUERY_INTERRUPTED:
	case ER_STATEMENT_TIMEOUT:
	case ENGINE_MEMORY:
	case ENGINE_STOPPED:
		return ERR_BUSY;
	default:
		return ERR_INTERNAL;
	}
}

/* Forgets the connection's session: nothing of it is used again. */
static void
drop(struct db *db)
{
	conn_close(db->conn);
	db->open = false;
}

static void
end(struct db *db, const char *sql)
{
	if (!db->open)
		return;
	db->open = false;
	if (conn_command(db->conn, sql) != DONE)
		drop(db);
}

/* A connected connection, or why there is none. */
static enum err
lease(struct db *db)
{
	struct conn *c;

	if (db->conn == NULL && pool_take(db->pool, &db->conn) != OK) {
		if (pool_may_complain(db->pool))
			log_say(LOG_WARN, db->request,
			    "all database connections are in use");
		return ERR_BUSY;
	}
	c = db->conn;
	if (c->my != NULL || conn_open(c) == DONE)
		return OK;
	if (pool_may_complain(db->pool))
		log_say(LOG_ERROR, db->request,
		    "no connection to the database: %u %s", c->error,
		    c->message);
	return ERR_BUSY;
}

static enum outcome
begin(struct db *db)
{
	enum outcome outcome = DONE;

	if (db->open || db->mode == TX_READ)
		return DONE;
	if (db->mode == TX_SNAPSHOT)
		outcome = conn_command(db->conn,
		    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
	if (outcome == DONE)
		outcome = conn_command(db->conn,
		    db->mode == TX_WRITE
			? "START TRANSACTION"
			: "START TRANSACTION WITH CONSISTENT SNAPSHOT,"
			  " READ ONLY");
	db->open = outcome == DONE;
	/* Else the next transaction would inherit the isolation level. */
	if (outcome == FAILED)
		drop(db);
	return outcome;
}

/* Nothing of this phase that the server has seen can matter any more. */
static bool
may_repeat(const struct db *db, bool first)
{
	return db->mode == TX_READ || !db->open ||
	       (db->mode == TX_SNAPSHOT && first);
}

static void
log_failure(const struct db *db, enum err err, const char *sql)
{
	const struct conn *c = db->conn;

	if (err == ERR_CONFLICT || err == ERR_RETRY)
		return;
	log_say(err == ERR_INTERNAL ? LOG_ERROR : LOG_WARN, db->request,
	    "database error %u %s in: %.500s", c->error, c->message, sql);
}

/* A transaction ends with its first failure that the data did not cause. */
static enum err
break_off(struct db *db, enum err err)
{
	end(db, "ROLLBACK");
	if (db->mode != TX_READ)
		db->broken = err;
	return err;
}

static enum err
settle(struct db *db, enum outcome outcome, bool slow, const char *sql)
{
	enum err err = error_of(db->conn->error);

	/* What a dead connection did not commit is gone for certain. */
	if (outcome == LOST)
		err = db->open && db->mode != TX_READ && !slow ? ERR_RETRY
							       : ERR_BUSY;
	log_failure(db, outcome == LOST ? ERR_BUSY : err, sql);
	if (outcome == LOST)
		drop(db);
	return err == ERR_CONFLICT ? err : break_off(db, err);
}

static enum err
attempt(struct db *db, struct call *call)
{
	const struct arena_mark mark = arena_mark(db->mem);
	const bool first = !db->open;
	enum outcome outcome;
	int64_t start, limit;
	bool again, slow;
	int tries = 0;

	do {
		if (lease(db) != OK)
			return break_off(db, ERR_BUSY);
		start = time_monotonic_us();
		outcome = begin(db);
		if (outcome == DONE)
			outcome = stmt_call(db->conn, db->mem, call);
		if (outcome == DONE)
			return OK;
		limit = (int64_t)db->conn->options->timeout_ms * US_PER_MS;
		slow = limit > 0 && time_monotonic_us() - start >= limit;
		again = outcome == LOST && tries++ == 0 && !slow &&
			may_repeat(db, first);
		if (again) {
			drop(db);
			arena_rewind(db->mem, mark);
		}
	} while (again);
	return settle(db, outcome, slow, call->sql);
}

static enum err
run(struct db *db, struct call *call)
{
	int64_t start = time_monotonic_us();
	enum err err = db->broken;

	if (db->alone)
		BUG("a statement beside one that was alone in its phase");
	if (db->mode == TX_NONE)
		BUG("a statement in a phase that declares none");
	if (call->view == NULL && db->mode != TX_WRITE)
		BUG("a write in a phase of reads");
	if (err == OK)
		err = attempt(db, call);
	db->spent_us += time_monotonic_us() - start;
	return err;
}

enum err
db_one(struct db *db, const struct schema *view, void *row, const char *sql,
    const struct arg *args, size_t nargs)
{
	struct call call = {
	    .sql = sql, .args = args, .nargs = nargs, .view = view, .row = row};
	enum err err = run(db, &call);

	return err == OK && call.n == 0 ? ERR_NOT_FOUND : err;
}

enum err
db_all(struct db *db, const struct schema *view, struct list *list,
    const char *sql, const struct arg *args, size_t nargs)
{
	struct call call = {.sql = sql,
	    .args = args,
	    .nargs = nargs,
	    .view = view,
	    .list = list};

	return run(db, &call);
}

enum err
db_composed(struct db *db, const struct schema *view, struct list *list,
    int64_t *last, const char *sql, const struct arg *args, size_t nargs)
{
	struct call call = {.sql = sql,
	    .composed = true,
	    .last = last,
	    .args = args,
	    .nargs = nargs,
	    .view = view,
	    .list = list};

	return run(db, &call);
}

enum err
db_exec(struct db *db, int64_t *matched, const char *sql,
    const struct arg *args, size_t nargs)
{
	struct call call = {.sql = sql, .args = args, .nargs = nargs};
	enum err err = run(db, &call);

	if (err == OK && matched != NULL)
		*matched = call.n;
	return err;
}

/* A new connection in place of one that the server has left. */
static enum err
lease_fresh(struct db *db)
{
	enum err err = lease(db);

	if (err != OK || !conn_hung_up(db->conn))
		return err;
	drop(db);
	return lease(db);
}

/* The answer to a statement that commits itself: only that counts. */
static enum err
attempt_alone(struct db *db, struct call *call)
{
	enum outcome outcome;
	int tries = 0;

	do {
		if (lease_fresh(db) != OK)
			return break_off(db, ERR_BUSY);
		outcome = stmt_call(db->conn, db->mem, call);
		if (outcome == DONE)
			return OK;
		if (outcome == LOST && call->sent) {
			log_failure(db, ERR_OUTCOME, call->sql);
			drop(db);
			return break_off(db, ERR_OUTCOME);
		}
		if (outcome == LOST)
			drop(db);
	} while (outcome == LOST && tries++ == 0);
	return outcome == LOST ? break_off(db, ERR_BUSY)
			       : settle(db, outcome, false, call->sql);
}

enum err
db_alone(struct db *db, int64_t *matched, const char *sql,
    const struct arg *args, size_t nargs)
{
	struct call call = {.sql = sql, .args = args, .nargs = nargs};
	int64_t start = time_monotonic_us();
	enum err err = db->broken;

	if (db->mode != TX_WRITE || db->open || db->alone)
		BUG("a statement that is not alone in a phase of writes");
	if (err == OK)
		err = attempt_alone(db, &call);
	db->alone = err == OK;
	db->spent_us += time_monotonic_us() - start;
	if (err == OK && matched != NULL)
		*matched = call.n;
	return err;
}

enum err
db_change(struct db *db, const char *sql, const struct arg *args, size_t nargs)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched, sql, args, nargs);

	return err ? err : matched == 0 ? ERR_RETRY : OK;
}

/* What the server did not confirm may be done: only its word counts. */
static enum err
commit(struct db *db)
{
	static const char sql[] = "COMMIT";
	enum outcome outcome;

	if (conn_hung_up(db->conn)) {
		drop(db);
		return ERR_RETRY;
	}
	outcome = conn_command(db->conn, sql);
	db->open = false;
	if (outcome == DONE)
		return OK;
	if (outcome == FAILED && error_of(db->conn->error) == ERR_RETRY)
		return ERR_RETRY;
	log_failure(db, ERR_INTERNAL, sql);
	drop(db);
	return ERR_OUTCOME;
}

enum err
db_commit(struct db *db)
{
	int64_t start = time_monotonic_us();

	if (db->broken == OK && db->open && db->mode == TX_WRITE)
		db->broken = commit(db);
	else
		end(db, "ROLLBACK");
	db->spent_us += time_monotonic_us() - start;
	return db->broken;
}

void
db_rollback(struct db *db)
{
	int64_t start = time_monotonic_us();

	end(db, "ROLLBACK");
	db->spent_us += time_monotonic_us() - start;
}

void
db_release(struct db *db)
{
	db_rollback(db);
	if (db->conn != NULL)
		pool_give(db->pool, db->conn);
	db->conn = NULL;
}
