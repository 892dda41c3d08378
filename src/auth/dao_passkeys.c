/*
 * Passkeys in the database.
 */
#include "auth/passkeys.h"
#include "db/db.h"

#define COLUMNS                                                \
	"id, user_id, name, credential_digest, credential_id," \
	" public_key, algorithm, sign_count, created_at,"      \
	" last_used_at"

static enum err
one(enum err err, int64_t matched)
{
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
passkeys_insert(struct db *db, const struct passkey *p)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO passkeys (" COLUMNS ")"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(p->id), ARG(p->user_id), ARG(p->name),
		ARG(p->credential_digest), ARG(p->credential_id),
		ARG(p->public_key), ARG(p->algorithm), ARG(p->sign_count),
		ARG(p->created_at), ARG(p->last_used_at)));
}

/* Ids are of the time of their making: in their order, by the index. */
enum err
passkeys_list(struct db *db, struct uuid user_id, struct list *list)
{
	return db_all(db, &passkey_row, list,
	    SQL("SELECT " COLUMNS " FROM passkeys WHERE user_id = ?"
		" ORDER BY id LIMIT 100",
		ARG(user_id)));
}

enum err
passkeys_by_id(
    struct db *db, struct uuid user_id, struct uuid id, struct passkey *p)
{
	return db_one(db, &passkey_row, p,
	    SQL("SELECT " COLUMNS " FROM passkeys"
		" WHERE id = ? AND user_id = ?",
		ARG(id), ARG(user_id)));
}

enum err
passkeys_by_credential(
    struct db *db, const char *digest, bool lock, struct passkey *p)
{
	if (lock)
		return db_one(db, &passkey_row, p,
		    SQL("SELECT " COLUMNS " FROM passkeys"
			" WHERE credential_digest = ? FOR UPDATE",
			ARG(digest)));
	return db_one(db, &passkey_row, p,
	    SQL("SELECT " COLUMNS " FROM passkeys"
		" WHERE credential_digest = ?",
		ARG(digest)));
}

enum err
passkeys_rename(
    struct db *db, struct uuid user_id, struct uuid id, const char *name)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?",
		ARG(name), ARG(id), ARG(user_id)));

	return one(err, matched);
}

enum err
passkeys_delete(struct db *db, struct uuid user_id, struct uuid id)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM passkeys WHERE id = ? AND user_id = ?", ARG(id),
		ARG(user_id)));

	return one(err, matched);
}

enum err
passkeys_used(
    struct db *db, struct uuid id, int64_t sign_count, struct timestamp now)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE passkeys SET sign_count = ?, last_used_at = ?"
		" WHERE id = ?",
		ARG(sign_count), ARG(now), ARG(id)));

	return one(err, matched);
}

enum err
passkeys_count(struct db *db, struct uuid user_id, int64_t *n)
{
	struct passkeys_total row = {0};
	enum err err = db_one(db, &passkeys_total, &row,
	    SQL("SELECT COUNT(*) AS total FROM passkeys WHERE user_id = ?",
		ARG(user_id)));

	*n = row.total;
	return err;
}
