/*
 * What went through all workers, by the minute, and the size of the database.
 */
#include "db/db.h"
#include "stats/model.h"

#define TIMES(column)                                                      \
	column("under_1") column("under_2") column("under_4")              \
	    column("under_8") column("under_16") column("under_32")        \
		column("under_64") column("under_128") column("under_256") \
		    column("under_512") column("under_1024")               \
			column("under_2048") column("under_4096")          \
			    column("longer")
#define NAMED(column) ", " column
#define MORE(column)  ", " column " = " column " + VALUES(" column ")"

#define MINUTE INT64_C(60000000)

static struct timestamp
minute_of(struct timestamp t)
{
	t.us -= t.us % MINUTE;
	return t;
}

enum err
traffic_add(struct db *db, struct timestamp now, const struct traffic *t)
{
	return db_alone(db, NULL,
	    SQL("INSERT INTO traffic (at, requests, client_errors,"
		" server_errors" TIMES(
		    NAMED) ")"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
			   "?, ?, ?, ?)"
			   " ON DUPLICATE KEY UPDATE requests = requests + "
			   "VALUES(requests)" MORE("client_errors")
			       MORE("server_errors") TIMES(MORE),
		ARG(minute_of(now)), ARG(t->requests), ARG(t->client_errors),
		ARG(t->server_errors), ARG(t->took[0]), ARG(t->took[1]),
		ARG(t->took[2]), ARG(t->took[3]), ARG(t->took[4]),
		ARG(t->took[5]), ARG(t->took[6]), ARG(t->took[7]),
		ARG(t->took[8]), ARG(t->took[9]), ARG(t->took[10]),
		ARG(t->took[11]), ARG(t->took[12]), ARG(t->took[13])));
}

enum err
traffic_since(struct db *db, struct timestamp from, struct list *out)
{
	return db_all(db, &traffic_minute, out,
	    SQL("SELECT at, requests, client_errors, server_errors" TIMES(
		    NAMED) " FROM traffic WHERE at >= ? ORDER BY at LIMIT ?",
		ARG(minute_of(from)), ARG(STATS_MINUTES)));
}

enum err
traffic_purge(struct db *db, struct timestamp before)
{
	return db_exec(
	    db, NULL, SQL("DELETE FROM traffic WHERE at < ?", ARG(before)));
}

struct size {
	int64_t bytes;
};
#define T struct size
SCHEMA(stats_size, "Size", FIELD(bytes));
#undef T

enum err
stats_database_size(struct db *db, int64_t *bytes)
{
	struct size size = {0};
	enum err err = db_one(db, &stats_size, &size,
	    SQL0("SELECT CAST(COALESCE(SUM(data_length + index_length), 0)"
		 " AS SIGNED) AS bytes FROM information_schema.tables"
		 " WHERE table_schema = DATABASE()"));

	*bytes = size.bytes;
	return err;
}
