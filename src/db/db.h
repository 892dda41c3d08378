/*
 * SQL, for the dao files: three functions on the request's unit of work. A
 * connection is leased at the first statement, so work done before it
 * (parsing, hashing) holds none. The dispatcher ends transactions (unit.h);
 * no other file can.
 *
 * SQL is a string literal with `?` for each argument: a statement is prepared
 * once per connection and found again by the literal's address.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/schema.h"

struct db;

enum db_tx {
	TX_NONE,     /* no statement may run */
	TX_READ,     /* reads, each on its own (autocommit) */
	TX_SNAPSHOT, /* reads, all of one moment */
	TX_WRITE     /* one transaction */
};

enum arg_type {
	ARG_BOOL,
	ARG_INT,
	ARG_REAL,
	ARG_TEXT, /* NULL is SQL NULL */
	ARG_UUID, /* nil is SQL NULL */
	ARG_TIME, /* zero is SQL NULL */
	ARG_TEXTS /* as a JSON array; a NULL item is SQL NULL */
};

struct arg {
	enum arg_type type;
	union {
		bool b;
		int64_t i;
		double r;
		const char *s;
		struct uuid u;
		struct timestamp t;
		struct texts l;
	} v;
};

static inline struct arg
arg_bool(bool b)
{
	return (struct arg){.type = ARG_BOOL, .v.b = b};
}
static inline struct arg
arg_int(int64_t i)
{
	return (struct arg){.type = ARG_INT, .v.i = i};
}
static inline struct arg
arg_real(double r)
{
	return (struct arg){.type = ARG_REAL, .v.r = r};
}
static inline struct arg
arg_text(const char *s)
{
	return (struct arg){.type = ARG_TEXT, .v.s = s};
}
static inline struct arg
arg_uuid(struct uuid u)
{
	return (struct arg){.type = ARG_UUID, .v.u = u};
}
static inline struct arg
arg_time(struct timestamp t)
{
	return (struct arg){.type = ARG_TIME, .v.t = t};
}
static inline struct arg
arg_texts(struct texts l)
{
	return (struct arg){.type = ARG_TEXTS, .v.l = l};
}
static inline struct arg
arg_json(struct raw_json j)
{
	return arg_text(j.text);
}

#define ARG(x) \
	_Generic((x), bool \
		 : arg_bool, int \
		 : arg_int, int64_t \
		 : arg_int, double \
		 : arg_real, char * \
		 : arg_text, const char * \
		 : arg_text, struct uuid \
		 : arg_uuid, struct timestamp \
		 : arg_time, struct texts \
		 : arg_texts, struct raw_json \
		 : arg_json)(x)
/* The literal is glued to "" so that nothing but a literal compiles. */
#define SQL(text, ...)                                \
	("" text), (const struct arg[]){__VA_ARGS__}, \
	    sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)
#define SQL0(text) ("" text), NULL, 0

/*
 * All three: ERR_CONFLICT for a duplicate key (1062) or a reference that does
 * not hold (1451, 1452); ERR_RETRY when the dispatcher may run the handler
 * again; ERR_BUSY when there is no connection. Hand them on.
 */

/*
 * Fill *row, laid out by `view`, whose fields have the names of the columns,
 * in their order. No row: ERR_NOT_FOUND. More than one: BUG.
 */
enum err db_one(struct db *, const struct schema *view, void *row,
    const char *sql, const struct arg *, size_t nargs) MUST_CHECK;
/* Point list->rows at list->n structs in the request's arena. */
enum err db_all(struct db *, const struct schema *view, struct list *,
    const char *sql, const struct arg *, size_t nargs) MUST_CHECK;
/*
 * INSERT, UPDATE or DELETE. *matched (may be NULL) is the number of rows that
 * the statement found, changed or not.
 */
enum err db_exec(struct db *, int64_t *matched, const char *sql,
    const struct arg *, size_t nargs) MUST_CHECK;
/*
 * The same, and it is the whole of a TX_WRITE phase: done and kept when it
 * returns OK, in one trip to the server instead of three. Another statement
 * in the phase is a BUG. ERR_OUTCOME: done or not, the connection is gone.
 */
enum err db_alone(struct db *, int64_t *matched, const char *sql,
    const struct arg *, size_t nargs) MUST_CHECK;
/*
 * The same for rows that were read before: ERR_RETRY when none is as it was
 * read, so that the handler runs again and finds what became of them.
 */
enum err db_change(
    struct db *, const char *sql, const struct arg *, size_t nargs) MUST_CHECK;

#endif
