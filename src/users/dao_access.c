/*
 * What stands between a stranger and an account in the database: recovery
 * tokens, and counters of failures.
 */
#include "db/db.h"
#include "users/model.h"

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
throttle_find(struct db *db, const struct throttle_subjects *s,
    struct timestamp now, struct list *out)
{
	return db_all(db, &throttle_row, out,
	    SQL("SELECT blocked_until FROM throttle"
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
