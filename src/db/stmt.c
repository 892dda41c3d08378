/*
 * Prepared statements: each connection prepares a literal once and finds it
 * again by its address, so a table holds as many as the program has literals.
 * Texts that were put together (search.h) are found by what they say.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/log.h"
#include "db/conn.h"

enum { FIRST_SLOTS = 32, FIRST_ROWS = 16, MAX_ARGS = 65535 };

struct stmt {
	const char *sql;
	char *copy;    /* of a text that was put together, or NULL */
	uint64_t hash; /* of that text */
	MYSQL_STMT *handle;
	const struct schema *view; /* whose fields the cells are bound for */
	struct cell *cells;
};

static void
stmt_close(struct stmt *s)
{
	mysql_stmt_close(s->handle);
	free(s->cells);
	free(s->copy);
	free(s);
}

void
stmt_close_all(struct conn *c)
{
	size_t i;

	for (i = 0; i < c->nslots; i++)
		if (c->slot[i] != NULL)
			stmt_close(c->slot[i]);
	for (i = 0; i < c->nrecent; i++)
		stmt_close(c->recent[i]);
	free(c->slot);
	c->slot = NULL;
	c->nslots = c->nstmts = c->nrecent = 0;
}

/* Where it is, or the free slot where it belongs. */
static struct stmt **
find(struct stmt **slot, size_t nslots, const char *sql)
{
	size_t i = (size_t)(((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 32);

	for (i &= nslots - 1; slot[i] != NULL && slot[i]->sql != sql;)
		i = (i + 1) & (nslots - 1);
	return &slot[i];
}

static void
make_room(struct conn *c)
{
	size_t nslots = c->nslots == 0 ? FIRST_SLOTS : c->nslots * 2;
	struct stmt **slot;
	size_t i;

	if (c->nstmts * 2 < c->nslots)
		return;
	slot = calloc(nslots, sizeof(struct stmt *));
	if (slot == NULL)
		log_fatal("out of memory");
	for (i = 0; i < c->nslots; i++)
		if (c->slot[i] != NULL)
			*find(slot, nslots, c->slot[i]->sql) = c->slot[i];
	free(c->slot);
	c->slot = slot;
	c->nslots = nslots;
}

static bool
begins_with(const char *sql, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(sql, word, n) == 0 && strchr(" \t\n(", sql[n]);
}

/* What ends transactions or changes the session has no place in a dao. */
static void
check_verb(const char *sql, bool rows)
{
	static const char *const verbs[][4] = {
	    {"INSERT", "UPDATE", "DELETE", "REPLACE"},
	    {"SELECT", "WITH", "(SELECT", "VALUES"},
	};
	size_t i;

	if (strncmp(sql, WORDS_BEGIN, sizeof(WORDS_BEGIN) - 1) == 0)
		sql += sizeof(WORDS_BEGIN) - 1;
	for (i = 0; i < 4; i++)
		if (begins_with(sql, verbs[rows][i]))
			return;
	BUG(rows ? "a statement for rows must be a SELECT"
		 : "a statement without rows must be an INSERT, UPDATE, "
		   "DELETE or REPLACE");
}

static enum outcome
prepare(struct conn *c, const char *sql, bool rows, struct stmt **found)
{
	MYSQL_STMT *handle = mysql_stmt_init(c->my);
	enum outcome outcome;
	struct stmt *s;

	check_verb(sql, rows);
	if (handle == NULL)
		log_fatal("out of memory");
	if (mysql_stmt_prepare(handle, sql, strlen(sql)) != 0) {
		/* The connection knows nothing of this error. */
		outcome = conn_fail(
		    c, mysql_stmt_errno(handle), mysql_stmt_error(handle));
		mysql_stmt_close(handle);
		return outcome;
	}
	if ((mysql_stmt_field_count(handle) > 0) != rows)
		BUG(rows ? "a statement with a view gives no rows"
			 : "a statement without a view gives rows");
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		log_fatal("out of memory");
	s->sql = sql;
	s->handle = handle;
	*found = s;
	return DONE;
}

static void
keep(struct conn *c, struct stmt *s)
{
	make_room(c);
	*find(c->slot, c->nslots, s->sql) = s;
	c->nstmts++;
}

static uint64_t
hash_of(const char *sql)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

	for (; *sql != '\0'; sql++)
		hash = (hash ^ (unsigned char)*sql) * 0x100000001b3u;
	return hash;
}

/* The statement of a text that was put together, moved to the front. */
static struct stmt *
find_recent(struct conn *c, const char *sql)
{
	uint64_t hash = hash_of(sql);
	struct stmt *s;
	size_t i;

	for (i = 0; i < c->nrecent; i++) {
		s = c->recent[i];
		if (s->hash != hash || strcmp(s->sql, sql) != 0)
			continue;
		memmove(&c->recent[1], &c->recent[0], i * sizeof(s));
		c->recent[0] = s;
		return s;
	}
	return NULL;
}

/* At the front; the one that was not used for longest goes. */
static void
keep_recent(struct conn *c, struct stmt *s)
{
	s->hash = hash_of(s->sql);
	s->copy = strdup(s->sql);
	if (s->copy == NULL)
		log_fatal("out of memory");
	s->sql = s->copy;
	if (c->nrecent == SEARCH_STATEMENTS)
		stmt_close(c->recent[--c->nrecent]);
	memmove(&c->recent[1], &c->recent[0], c->nrecent * sizeof(s));
	c->recent[0] = s;
	c->nrecent++;
}

static void
check_columns(MYSQL_STMT *handle, const struct schema *view, size_t ncells)
{
	MYSQL_RES *columns = mysql_stmt_result_metadata(handle);
	size_t i;

	if (columns == NULL)
		log_fatal("out of memory");
	if (mysql_num_fields(columns) != ncells)
		BUG("the columns of a statement are not the view's fields");
	for (i = 0; i < view->nfields; i++)
		if (strcmp(mysql_fetch_field(columns)->name,
			view->fields[i].name) != 0)
			BUG("a column has not the name of the view's field");
	mysql_free_result(columns);
}

static enum outcome
bind_view(struct conn *c, struct stmt *s, const struct call *call)
{
	static const struct field last = {.name = "last", .type = FIELD_INT};
	const struct schema *view = call->view;
	size_t i, n = view->nfields + (call->last != NULL);
	MYSQL_BIND binds[SCHEMA_FIELDS + 1];

	check_columns(s->handle, view, n);
	s->view = NULL;
	free(s->cells);
	s->cells = calloc(n, sizeof(s->cells[0]));
	if (s->cells == NULL)
		log_fatal("out of memory");
	for (i = 0; i < view->nfields; i++)
		cell_bind(&s->cells[i], &view->fields[i], &binds[i]);
	if (call->last != NULL)
		cell_bind(&s->cells[i], &last, &binds[i]);
	if (mysql_stmt_bind_result(s->handle, binds) != 0)
		return conn_fail(c, mysql_stmt_errno(s->handle),
		    mysql_stmt_error(s->handle));
	s->view = view;
	return DONE;
}

static enum outcome
ready(struct conn *c, const struct call *call, struct stmt **s)
{
	enum outcome outcome = DONE;

	if (call->composed)
		*s = find_recent(c, call->sql);
	else
		*s = c->nslots == 0 ? NULL
				    : *find(c->slot, c->nslots, call->sql);
	if (*s == NULL) {
		outcome = prepare(c, call->sql, call->view != NULL, s);
		if (outcome == DONE)
			(call->composed ? keep_recent : keep)(c, *s);
	}
	if (outcome != DONE || (*s)->view == call->view)
		return outcome;
	if (call->view == NULL)
		BUG("a statement with rows is run without a view");
	return bind_view(c, *s, call);
}

static enum outcome
bind(struct conn *c, struct stmt *s, struct arena *mem, const struct call *call)
{
	MYSQL_BIND *binds = NEW_N(mem, MYSQL_BIND, call->nargs);
	MYSQL_TIME *times = NEW_N(mem, MYSQL_TIME, call->nargs);
	enum outcome outcome = DONE;
	size_t i;

	for (i = 0; i < call->nargs && outcome == DONE; i++)
		outcome =
		    arg_bind(c, mem, &call->args[i], &binds[i], &times[i]);
	/* No messages from here on: they may quote an argument. */
	if (outcome == DONE && call->nargs > 0 &&
	    mysql_stmt_bind_param(s->handle, binds))
		outcome = conn_fail(c, mysql_stmt_errno(s->handle), "");
	return outcome;
}

static enum outcome
execute(struct conn *c, struct stmt *s, struct arena *mem, struct call *call)
{
	const struct arena_mark mark = arena_mark(mem);
	enum outcome outcome;

	if (call->nargs > MAX_ARGS ||
	    call->nargs != mysql_stmt_param_count(s->handle))
		BUG("a statement's arguments are not as many as its ?");
	outcome = bind(c, s, mem, call);
	if (outcome == DONE) {
		call->sent = true;
		if (mysql_stmt_execute(s->handle) != 0)
			outcome = conn_fail(c, mysql_stmt_errno(s->handle), "");
	}
	arena_rewind(mem, mark);
	return outcome;
}

/* Room for one more row. */
static void *
next_row(struct arena *mem, const struct call *call, char **rows, size_t *cap)
{
	size_t size = call->view->size, n = (size_t)call->n;
	char *more;

	if (call->list == NULL)
		return call->row;
	if (n == *cap) {
		more = arena_alloc(mem, size, n == 0 ? FIRST_ROWS : n * 2);
		if (n > 0)
			memcpy(more, *rows, n * size);
		*cap = n == 0 ? FIRST_ROWS : n * 2;
		*rows = more;
	}
	return *rows + n * size;
}

/* What comes between rows is an error of the connection's alone. */
static enum outcome
fetch_fail(struct conn *c, MYSQL_STMT *handle)
{
	unsigned error = mysql_stmt_errno(handle);

	return conn_fail(c, error != 0 ? error : mysql_errno(c->my), "");
}

/* All rows are read, so that the connection is free for the next statement. */
static enum outcome
fetch(struct conn *c, struct stmt *s, struct arena *mem, struct call *call)
{
	enum outcome outcome = DONE;
	char *rows = NULL;
	size_t cap = 0;
	int got;

	while (outcome == DONE) {
		got = mysql_stmt_fetch(s->handle);
		if (got == MYSQL_NO_DATA)
			break;
		if (got != 0 && got != MYSQL_DATA_TRUNCATED)
			return fetch_fail(c, s->handle);
		if (call->list == NULL && call->n > 0)
			BUG("a statement for one row gives more");
		outcome = row_store(c, s->handle, s->cells, s->view, mem,
		    next_row(mem, call, &rows, &cap));
		call->n++;
		if (call->last != NULL)
			*call->last = s->cells[s->view->nfields].v.i;
	}
	if (outcome != DONE)
		mysql_stmt_free_result(s->handle);
	else if (call->list != NULL)
		*call->list = (struct list){.rows = rows, .n = (size_t)call->n};
	return outcome;
}

enum outcome
stmt_call(struct conn *c, struct arena *mem, struct call *call)
{
	enum outcome outcome;
	struct stmt *s;

	call->n = 0;
	outcome = ready(c, call, &s);
	if (outcome == DONE)
		outcome = execute(c, s, mem, call);
	if (outcome != DONE)
		return outcome;
	if (call->view != NULL)
		return fetch(c, s, mem, call);
	call->n = (int64_t)mysql_stmt_affected_rows(s->handle);
	return DONE;
}
