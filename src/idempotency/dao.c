/*
 * Kept replies in the database. A row is there as soon as its work is done: it
 * is written in the same transaction.
 */
#include "db/db.h"
#include "idempotency/model.h"

/*
 * An INSERT that finds the row waits for whoever works under it and then holds
 * it alone, which one that fails on it would share with others.
 */
enum err
kept_claim(struct db *db, const struct kept *k, bool *is_new)
{
	int64_t n = 0; /* 2: the row was there */
	enum err err = db_exec(db, &n,
	    SQL("INSERT INTO idempotency_keys (id, user_id, request, tries,"
		" status, created_at) VALUES (?, ?, ?, 1, 0, ?)"
		" ON DUPLICATE KEY UPDATE tries = tries + 1",
		ARG(k->id), ARG(k->user_id), ARG(k->request),
		ARG(k->created_at)));

	*is_new = n == 1;
	return err;
}

enum err
kept_by_id(struct db *db, const char *id, struct kept *k)
{
	return db_one(db, &kept_row, k,
	    SQL("SELECT request, status, headers, body FROM idempotency_keys"
		" WHERE id = ?",
		ARG(id)));
}

enum err
kept_finish(struct db *db, const struct kept *k)
{
	return db_exec(db, NULL,
	    SQL("UPDATE idempotency_keys SET status = ?, headers = ?, body = ?,"
		" size = COALESCE(OCTET_LENGTH(body), 0) WHERE id = ?",
		ARG(k->status), ARG(k->headers), ARG(k->body), ARG(k->id)));
}

/* All of it is in one index. */
enum err
kept_measure(struct db *db, struct uuid user_id, struct timestamp since,
    int64_t limit, struct kept_use *use)
{
	return db_one(db, &kept_use, use,
	    SQL("SELECT COUNT(*) AS n, CAST(SUM(size) AS SIGNED) AS bytes,"
		" MIN(created_at) AS oldest FROM (SELECT created_at, size"
		" FROM idempotency_keys WHERE user_id = ? AND created_at > ?"
		" ORDER BY created_at LIMIT ?) AS mine",
		ARG(user_id), ARG(since), ARG(limit)));
}

enum err
kept_delete(struct db *db, const char *id)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM idempotency_keys WHERE id = ?", ARG(id)));
}

enum err
kept_purge(struct db *db, struct timestamp before, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM idempotency_keys WHERE created_at <= ?"
		" ORDER BY created_at LIMIT ?",
		ARG(before), ARG(limit)));

	*more = n == limit;
	return err;
}
