/*
 * API keys in the database. Every statement names the owner, but for the note
 * that a key was used.
 */
#include "db/db.h"
#include "users/model.h"

enum { KEYS_MAX = 1000 };

enum err
api_keys_insert(struct db *db, const struct api_key *k)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO api_keys (id, user_id, name, prefix, digest,"
		" permissions, created_at, expires_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(k->id), ARG(k->user_id), ARG(k->name), ARG(k->prefix),
		ARG(k->digest), ARG(k->permissions), ARG(k->created_at),
		ARG(k->expires_at)));
}

enum err
api_keys_list(struct db *db, struct uuid user_id, struct list *out)
{
	return db_all(db, &api_key_row, out,
	    SQL("SELECT id, name, prefix, permissions, created_at, expires_at,"
		" last_used_at FROM api_keys WHERE user_id = ?"
		" ORDER BY id DESC LIMIT ?",
		ARG(user_id), ARG(KEYS_MAX)));
}

enum err
api_keys_delete(struct db *db, struct uuid user_id, struct uuid id)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM api_keys WHERE id = ? AND user_id = ?", ARG(id),
		ARG(user_id)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
api_keys_touch(struct db *db, struct uuid id, struct timestamp now)
{
	return db_exec(db, NULL,
	    SQL("UPDATE api_keys SET last_used_at = ? WHERE id = ?", ARG(now),
		ARG(id)));
}
