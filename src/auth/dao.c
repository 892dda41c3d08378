/*
 * The devices that an account was used from.
 */
#include "auth/model.h"
#include "db/db.h"

struct seen {
	int64_t known, total;
};

#define T struct seen
SCHEMA(seen_row, "SeenRow", FIELD(known), FIELD(total));
#undef T

static enum err
put(struct db *db, struct uuid user_id, const char *mark, struct timestamp now)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO devices (user_id, mark, seen_at) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE seen_at = ?",
		ARG(user_id), ARG(mark), ARG(now), ARG(now)));
}

enum err
devices_note(struct db *db, struct uuid user_id, const char *id_mark,
    const char *agent_mark, struct timestamp now, bool *known, bool *first)
{
	const char *mark = id_mark != NULL ? id_mark : agent_mark;
	struct seen s;
	enum err err;

	err = db_one(db, &seen_row, &s,
	    SQL("SELECT CAST(COALESCE(SUM(mark = ?), 0) AS SIGNED) AS known,"
		" COUNT(*) AS total FROM devices WHERE user_id = ?",
		ARG(mark), ARG(user_id)));
	if (!err)
		err = put(db, user_id, agent_mark, now);
	if (!err && id_mark != NULL)
		err = put(db, user_id, id_mark, now);
	if (err)
		return err;
	*known = s.known > 0;
	*first = s.total == 0;
	return OK;
}

enum err
devices_purge(struct db *db, struct timestamp before, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM devices WHERE seen_at <= ? LIMIT ?", ARG(before),
		ARG(limit)));

	*more = n == limit;
	return err;
}
