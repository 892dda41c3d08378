/*
 * One connection to the server and the stack of them that a pool is: what
 * the files of db/ share. Outside of it nobody includes this.
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include <mysql.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/schema.h"
#include "db/db.h"
#include "db/pool.h"
#include "db/search.h"

/* What became of a command. The connection's `error` says why. */
enum outcome {
	DONE,
	FAILED, /* the server refused it; the connection goes on */
	LOST    /* the connection is gone, with all that was not committed */
};

struct stmt; /* a prepared statement; stmt.c */

struct conn {
	const struct pool_options *options;
	MYSQL *my;          /* NULL: not connected */
	struct stmt **slot; /* of the literals' addresses; NULL is free */
	size_t nslots;      /* 0 or a power of two, at most half of it full */
	size_t nstmts;
	/* Of texts that were put together; the one used last comes first. */
	struct stmt *recent[SEARCH_STATEMENTS];
	size_t nrecent;
	struct conn *next; /* in the pool */

	/* The last outcome that was not DONE. */
	unsigned error; /* the server's or the client library's; 0: the data */
	char message[256]; /* for the log: holds no argument's value */
};

/* conn.c */

/* 2 s at most. DONE, or FAILED and not connected. */
enum outcome conn_open(struct conn *) MUST_CHECK;
/* Closes it with its statements. A closed one may be opened again. */
void conn_close(struct conn *);
/* A statement without arguments and rows, as text. */
enum outcome conn_command(struct conn *, const char *sql) MUST_CHECK;
/* Notes an error and tells what it means for the connection. */
enum outcome conn_fail(struct conn *, unsigned error, const char *message);
/* Whether the server has hung up already. Sends nothing. */
bool conn_hung_up(const struct conn *);

/* stmt.c */

/*
 * What a statement of full text begins with: the server stops it after a
 * second, or sooner where the session's own limit is shorter.
 */
#define WORDS_BEGIN                                              \
	"/*M!100108 SET STATEMENT max_statement_time = IF("      \
	"@@max_statement_time > 0 AND @@max_statement_time < 1," \
	" @@max_statement_time, 1) FOR */ "

/* One run of a prepared statement. */
struct call {
	const char *sql;
	bool composed; /* no literal: found again by what it says */
	const struct arg *args;
	size_t nargs;
	const struct schema *view; /* NULL: no rows come */
	void *row;                 /* of the one row that may come, or */
	struct list *list;         /* of all rows */
	/* Out: a number that stands after the view's columns, or NULL. */
	int64_t *last;
	int64_t n; /* out: rows that came, or were matched */
	bool sent; /* out: the server may have done it */
};

/* Rows and texts go to the arena. */
enum outcome stmt_call(struct conn *, struct arena *, struct call *) MUST_CHECK;
/* Forgets all statements of a connection. */
void stmt_close_all(struct conn *);

/* session.c */

/*
 * db_all() of a text that was put together, from literals (search.c). `last`:
 * struct call.
 */
enum err db_composed(struct db *, const struct schema *view, struct list *,
    int64_t *last, const char *sql, const struct arg *,
    size_t nargs) MUST_CHECK;

/* row.c */

enum { CELL_TEXT = 256 };

/* One column of the row under the cursor. */
struct cell {
	unsigned long length;
	my_bool null, error;
	union {
		long long i;
		double r;
		MYSQL_TIME t;
		char text[CELL_TEXT];
	} v;
};

/* Points a result binding at a cell, in the type that the field needs. */
void cell_bind(struct cell *, const struct field *, MYSQL_BIND *);
/*
 * The fetched cells into a struct, texts into the arena. A longer text than a
 * cell holds is read from the statement. FAILED: the data is not what the
 * view says.
 */
enum outcome row_store(struct conn *, MYSQL_STMT *, struct cell *,
    const struct schema *, struct arena *, void *row) MUST_CHECK;
/*
 * Fills a binding from an argument. Moments need room for their parts, lists
 * memory for their text.
 */
enum outcome arg_bind(struct conn *, struct arena *, const struct arg *,
    MYSQL_BIND *, MYSQL_TIME *room) MUST_CHECK;

/* pool.c */

/* Not connected, maybe. ERR_BUSY when none came back in time. */
enum err pool_take(struct pool *, struct conn **) MUST_CHECK;
void pool_give(struct pool *, struct conn *);
/*
 * Full text takes the server's time and memory, however little it gives: so
 * many at a time. False: no more now; true: pool_searched() when it is done.
 */
enum { POOL_SEARCHES = 2 };
bool pool_may_search(struct pool *) MUST_CHECK;
void pool_searched(struct pool *);
/* True once a second: for messages that a dead server would repeat. */
bool pool_may_complain(struct pool *);

#endif
