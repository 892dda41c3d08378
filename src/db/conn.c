/*
 * One connection: opened with everything a session relies on, and the reading
 * of errors, which tells a refusal from a connection that is gone.
 */
#include "db/conn.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"

enum {
	CONNECT_S = 2,
	CLIENT_TIMED_OUT = 4031 /* MySQL 8: an idle connection */
};

/* Commands of MariaDB and MySQL 8; what stands in M! is MariaDB's alone. */
#define SESSION                                                            \
	"SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ZERO_IN_DATE,"         \
	"NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'," \
	" time_zone='+00:00', innodb_lock_wait_timeout=3, "                \
	"lock_wait_timeout=10"
#define ISOLATION "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"

static bool
means_lost(unsigned error)
{
	switch (error) {
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_NEW_ABORTING_CONNECTION:
	case ER_UNKNOWN_STMT_HANDLER: /* it forgot us: a proxy between */
	case CLIENT_TIMED_OUT:
		return true;
	default:
		/* Whatever the client library itself finds wrong with it. */
		return (error >= CR_MIN_ERROR && error <= CR_MAX_ERROR) ||
		       (error >= CR_EVENT_CREATE_FAILED && error < 6000);
	}
}

enum outcome
conn_fail(struct conn *c, unsigned error, const char *message)
{
	c->error = error;
	snprintf(c->message, sizeof(c->message), "%s", message);
	return means_lost(error) ? LOST : FAILED;
}

/*
 * The server stops a statement that takes too long and the connection goes
 * on; the client's own limit is for a server that does not answer at all.
 */
static void
set_timeouts(MYSQL *my, int timeout_ms)
{
	const unsigned connect_s = CONNECT_S;
	unsigned s = ((unsigned)timeout_ms + 999) / 1000 + 1;
	char session[512];

	mysql_optionsv(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_optionsv(my, MYSQL_INIT_COMMAND, ISOLATION);
	if (timeout_ms <= 0) {
		mysql_optionsv(my, MYSQL_INIT_COMMAND, SESSION);
		return;
	}
	snprintf(session, sizeof(session),
	    SESSION "/*M!100108 , max_statement_time=%d.%03d */",
	    timeout_ms / 1000, timeout_ms % 1000);
	mysql_optionsv(my, MYSQL_INIT_COMMAND, session);
	mysql_optionsv(my, MYSQL_OPT_READ_TIMEOUT, &s);
	mysql_optionsv(my, MYSQL_OPT_WRITE_TIMEOUT, &s);
}

enum outcome
conn_open(struct conn *c)
{
	const struct db_target *t = c->options->target;
	const my_bool off = 0;
	const unsigned none = 0;

	conn_close(c);
	c->my = mysql_init(NULL);
	if (c->my == NULL)
		log_fatal("out of memory");
	/* Never silently: a new connection has lost the transaction. */
	mysql_optionsv(c->my, MYSQL_OPT_RECONNECT, &off);
	/* A server must not ask for this machine's files. */
	mysql_optionsv(c->my, MYSQL_OPT_LOCAL_INFILE, &none);
	mysql_optionsv(c->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	set_timeouts(c->my, c->options->timeout_ms);
	if (mysql_real_connect(c->my, t->host, t->user, t->password, t->name,
		t->port, t->socket, CLIENT_FOUND_ROWS) != NULL)
		return DONE;
	(void)conn_fail(c, mysql_errno(c->my), mysql_error(c->my));
	conn_close(c);
	return FAILED;
}

void
conn_close(struct conn *c)
{
	stmt_close_all(c);
	mysql_close(c->my);
	c->my = NULL;
}

enum outcome
conn_command(struct conn *c, const char *sql)
{
	MYSQL_RES *rows;

	if (mysql_real_query(c->my, sql, strlen(sql)) != 0)
		return conn_fail(c, mysql_errno(c->my), mysql_error(c->my));
	if (mysql_field_count(c->my) == 0)
		return DONE;
	rows = mysql_store_result(c->my);
	if (rows == NULL)
		return conn_fail(c, mysql_errno(c->my), mysql_error(c->my));
	mysql_free_result(rows);
	return DONE;
}

bool
conn_hung_up(const struct conn *c)
{
	struct pollfd end = {
	    .fd = mysql_get_socket(c->my), .events = POLLRDHUP};

	return poll(&end, 1, 0) > 0;
}
