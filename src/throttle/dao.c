/*
 * Counters of failures in the database. Nobody waits for a row that somebody
 * else counts in longer than for that one statement.
 */
#include "db/db.h"
#include "throttle/model.h"

enum err
throttle_find(struct db *db, const struct throttle_subjects *s,
    struct timestamp now, struct list *out)
{
	return db_all(db, &throttle_row, out,
	    SQL("SELECT subject, blocked_until FROM throttle"
		" WHERE subject IN (?, ?, ?) AND expires_at > ?",
		ARG(s->item[0].subject), ARG(s->item[1].subject),
		ARG(s->item[2].subject), ARG(now)));
}

/*
 * The columns are assigned from left to right: the later see the new count. It
 * has lost a little to time, hence the half.
 */
enum err
throttle_add(struct db *db, const struct throttle_subject *s,
    const char *account, struct timestamp now)
{
	const struct throttle_rule *r = &s->rule;
	struct timestamp expires = {now.us + INT64_C(1000000) * r->memory_s};
	struct timestamp first = {r->free <= 1 ? now.us + 1000000 : 0};

	return db_exec(db, NULL,
	    SQL("INSERT INTO throttle (subject, account, failures,"
		" blocked_until, updated_at, expires_at)"
		" VALUES (?, ?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE"
		" failures = IF(expires_at <= ?, 1, 1 + GREATEST(0, failures"
		" - TIMESTAMPDIFF(MICROSECOND, updated_at, ?) / 1000000 / ?)),"
		" blocked_until = IF(failures < ? - 0.5, NULL, ? + INTERVAL"
		" LEAST(?, POW(2, LEAST(failures - ?, 20))) SECOND),"
		" updated_at = ?, expires_at = ?",
		ARG(s->subject), ARG(account), ARG(first), ARG(now),
		ARG(expires), ARG(now), ARG(now), ARG(r->forget_s),
		ARG(r->free), ARG(now), ARG(r->max_s), ARG(r->free), ARG(now),
		ARG(expires)));
}

enum err
throttle_clear(struct db *db, const char *account)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM throttle WHERE account = ?", ARG(account)));
}

enum err
throttle_purge_rows(
    struct db *db, struct timestamp now, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM throttle WHERE expires_at <= ? LIMIT ?", ARG(now),
		ARG(limit)));

	*more = n == limit;
	return err;
}
