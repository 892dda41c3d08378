/*
 * What stands between a stranger and an account in the database: recovery
 * tokens, and counters of failures.
 */
#include "db/db.h"
#include "users/model.h"

/* A counter forgets after this time without a failure. */
enum { MEMORY_S = 3600, DELAY_MAX_S = 300 };

enum err
recovery_insert(struct db *db, const struct recovery *r)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO recovery_tokens (digest, user_id, created_at,"
		" expires_at) VALUES (?, ?, ?, ?)",
		ARG(r->digest), ARG(r->user_id), ARG(r->created_at),
		ARG(r->expires_at)));
}

enum err
recovery_user(
    struct db *db, const char *digest, struct timestamp now, struct user *u)
{
	return db_one(db, &user_row, u,
	    SQL("SELECT u.id, u.email, u.password, u.full_name, u.is_active,"
		" u.is_superuser, u.created_at"
		" FROM recovery_tokens t JOIN users u ON u.id = t.user_id"
		" WHERE t.digest = ? AND t.expires_at > ?",
		ARG(digest), ARG(now)));
}

enum err
recovery_use(struct db *db, const char *digest, struct timestamp now)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("DELETE FROM recovery_tokens"
		" WHERE digest = ? AND expires_at > ?",
		ARG(digest), ARG(now)));
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
recovery_end(struct db *db, struct uuid user_id)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM recovery_tokens WHERE user_id = ?", ARG(user_id)));
}

enum err
throttle_find(struct db *db, const char *account, const char *address,
    struct timestamp now, struct list *out)
{
	return db_all(db, &throttle_row, out,
	    SQL("SELECT subject, failures, blocked_until FROM throttle"
		" WHERE subject IN (?, ?) AND expires_at > ?",
		ARG(account), ARG(address), ARG(now)));
}

/* The columns are assigned from left to right: the later see the new count. */
enum err
throttle_add(
    struct db *db, const char *subject, int64_t free, struct timestamp now)
{
	struct timestamp expires = {now.us + INT64_C(1000000) * MEMORY_S};
	struct timestamp first = {free <= 1 ? now.us + 1000000 : 0};

	return db_exec(db, NULL,
	    SQL("INSERT INTO throttle (subject, failures, blocked_until,"
		" expires_at) VALUES (?, 1, ?, ?) ON DUPLICATE KEY UPDATE"
		" failures = IF(expires_at <= ?, 1, failures + 1),"
		" blocked_until = IF(failures < ?, NULL, ? + INTERVAL"
		" LEAST(?, POW(2, LEAST(failures - ?, 20))) SECOND),"
		" expires_at = ?",
		ARG(subject), ARG(first), ARG(expires), ARG(now), ARG(free),
		ARG(now), ARG(DELAY_MAX_S), ARG(free), ARG(expires)));
}

enum err
throttle_clear(struct db *db, const char *subject)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM throttle WHERE subject = ?", ARG(subject)));
}
