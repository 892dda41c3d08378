/*
 * The keys of authenticators, and recovery codes, in the database.
 */
#include "auth/mfa.h"
#include "db/db.h"

#define COLUMNS "user_id, secret, last_step, created_at, confirmed_at"

static enum err
one(enum err err, int64_t matched)
{
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
totp_by_user(struct db *db, struct uuid user_id, bool lock, struct totp_key *k)
{
	if (lock)
		return db_one(db, &totp_row, k,
		    SQL("SELECT " COLUMNS " FROM totp WHERE user_id = ?"
			" FOR UPDATE",
			ARG(user_id)));
	return db_one(db, &totp_row, k,
	    SQL("SELECT " COLUMNS " FROM totp WHERE user_id = ?",
		ARG(user_id)));
}

/* The statement leaves the row locked: nobody confirms it in between. */
enum err
totp_put(struct db *db, const struct totp_key *k)
{
	struct totp_key now = {0};
	enum err err = db_exec(db, NULL,
	    SQL("INSERT INTO totp (user_id, secret, last_step, created_at)"
		" VALUES (?, ?, 0, ?) ON DUPLICATE KEY UPDATE"
		" secret = IF(confirmed_at IS NULL, ?, secret),"
		" last_step = IF(confirmed_at IS NULL, 0, last_step),"
		" created_at = IF(confirmed_at IS NULL, ?, created_at)",
		ARG(k->user_id), ARG(k->secret), ARG(k->created_at),
		ARG(k->secret), ARG(k->created_at)));

	if (!err)
		err = totp_by_user(db, k->user_id, false, &now);
	if (err)
		return err;
	return now.confirmed_at.us != 0 ? ERR_CONFLICT : OK;
}

enum err
totp_confirm(struct db *db, struct uuid user_id, struct timestamp now)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE totp SET confirmed_at = ?"
		" WHERE user_id = ? AND confirmed_at IS NULL",
		ARG(now), ARG(user_id)));

	return one(err, matched);
}

enum err
totp_use(struct db *db, struct uuid user_id, int64_t step)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE totp SET last_step = ?"
		" WHERE user_id = ? AND last_step < ?",
		ARG(step), ARG(user_id), ARG(step)));

	return one(err, matched);
}

enum err
totp_delete(struct db *db, struct uuid user_id)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM totp WHERE user_id = ?", ARG(user_id)));

	return one(err, matched);
}

enum err
recovery_codes_count(struct db *db, struct uuid user_id, int64_t *n)
{
	struct mfa_status row = {0};
	enum err err = db_one(db, &recovery_codes_left, &row,
	    SQL("SELECT COUNT(*) AS recovery_codes_left FROM recovery_codes"
		" WHERE user_id = ?",
		ARG(user_id)));

	*n = row.recovery_codes_left;
	return err;
}

enum err
recovery_codes_put(
    struct db *db, struct uuid user_id, const char *const *digests, size_t n)
{
	const struct texts list = {digests, n};
	enum err err = db_exec(db, NULL,
	    SQL("DELETE FROM recovery_codes WHERE user_id = ?", ARG(user_id)));

	if (err || n == 0)
		return err;
	return db_exec(db, NULL,
	    SQL("INSERT INTO recovery_codes (user_id, digest)"
		" SELECT ?, t.digest FROM JSON_TABLE(?, '$[*]'"
		" COLUMNS (digest VARCHAR(64) PATH '$')) t",
		ARG(user_id), ARG(list)));
}

enum err
recovery_codes_use(struct db *db, struct uuid user_id, const char *digest)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM recovery_codes WHERE user_id = ? AND digest = ?",
		ARG(user_id), ARG(digest)));

	return one(err, matched);
}
