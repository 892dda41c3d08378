/*
 * Sessions in the database, and who stands behind one or behind an API key.
 * Every statement on behalf of a caller names the owner.
 */
#include "db/db.h"
#include "users/forms.h"

#define COLUMNS                                                      \
	"id, user_id, created_at, expires_at, transport, device_id," \
	" device_name, user_agent, ip, last_seen_at, generation,"    \
	" rotated_at, proven_at"
#define HAS_ROLES                                                    \
	"EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id)" \
	" AS has_roles,"
#define SEEN "s.last_seen_at AS seen_at, s.transport = 'cookie' AS by_cookie"
#define CALLER                                                     \
	"u.id, u.email, u.full_name, u.is_active, u.is_superuser," \
	" u.created_at"

enum { SESSIONS_MAX = 1000 };

enum err
sessions_insert(
    struct db *db, const struct session *s, const char *phc, bool strong)
{
	return db_change(db,
	    SQL("INSERT INTO sessions (" COLUMNS ")"
		" SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM users"
		" WHERE id = ? AND (? IS NULL OR password = ?) AND is_active"
		" AND (? OR NOT has_mfa) FOR UPDATE",
		ARG(s->id), ARG(s->created_at), ARG(s->expires_at),
		ARG(s->transport), ARG(s->device_id), ARG(s->device_name),
		ARG(s->user_agent), ARG(s->ip), ARG(s->last_seen_at),
		ARG(s->generation), ARG(s->rotated_at), ARG(s->proven_at),
		ARG(s->user_id), ARG(phc), ARG(phc), ARG(strong)));
}

enum err
sessions_caller(struct db *db, struct uuid id, struct uuid user_id,
    struct timestamp now, struct user *u)
{
	return db_one(db, &user_caller, u,
	    SQL("SELECT " CALLER ", " SEEN
		" FROM sessions s JOIN users u ON u.id = s.user_id"
		" WHERE s.id = ? AND s.user_id = ? AND s.expires_at > ?",
		ARG(id), ARG(user_id), ARG(now)));
}

enum err
sessions_owner(struct db *db, struct uuid id, struct uuid user_id,
    struct timestamp now, const char *counts, struct user *u)
{
	return db_one(db, &user_owner, u,
	    SQL("SELECT " CALLER ", " SEEN ","
		" " HAS_ROLES
		" COALESCE(n.n, 0) AS total, COALESCE(n.version, 0) AS version"
		" FROM sessions s JOIN users u ON u.id = s.user_id"
		" LEFT JOIN counts n ON n.name = ? AND n.owner_id = ?"
		" WHERE s.id = ? AND s.user_id = ? AND s.expires_at > ?",
		ARG(counts), ARG(user_id), ARG(id), ARG(user_id), ARG(now)));
}

enum err
sessions_key(struct db *db, const char *digest, struct timestamp now,
    const char *counts, struct user *u)
{
	return db_one(db, &user_by_key, u,
	    SQL("SELECT " CALLER ", k.last_used_at AS seen_at,"
		" k.id AS key_id, k.permissions,"
		" " HAS_ROLES
		" COALESCE(n.n, 0) AS total, COALESCE(n.version, 0) AS version"
		" FROM api_keys k JOIN users u ON u.id = k.user_id"
		" LEFT JOIN counts n ON n.name = ? AND n.owner_id = k.user_id"
		" WHERE k.digest = ?"
		" AND (k.expires_at IS NULL OR k.expires_at > ?)",
		ARG(counts), ARG(digest), ARG(now)));
}

enum err
sessions_lock(
    struct db *db, struct uuid id, struct timestamp now, struct session *s)
{
	return db_one(db, &session_row, s,
	    SQL("SELECT " COLUMNS " FROM sessions"
		" WHERE id = ? AND expires_at > ? FOR UPDATE",
		ARG(id), ARG(now)));
}

enum err
sessions_by_id(struct db *db, struct uuid user_id, struct uuid id,
    struct timestamp now, struct session *s)
{
	return db_one(db, &session_row, s,
	    SQL("SELECT " COLUMNS " FROM sessions"
		" WHERE id = ? AND user_id = ? AND expires_at > ?",
		ARG(id), ARG(user_id), ARG(now)));
}

enum err
sessions_rotate(struct db *db, const struct session *s)
{
	return db_change(
	    db, SQL("UPDATE sessions SET generation = ?, rotated_at = ?,"
		    " expires_at = ?, last_seen_at = ?, ip = ?, user_agent = ?"
		    " WHERE id = ?",
		    ARG(s->generation), ARG(s->rotated_at), ARG(s->expires_at),
		    ARG(s->last_seen_at), ARG(s->ip), ARG(s->user_agent),
		    ARG(s->id)));
}

enum err
sessions_list(
    struct db *db, struct uuid user_id, struct timestamp now, struct list *out)
{
	return db_all(db, &session_row, out,
	    SQL("SELECT " COLUMNS " FROM sessions"
		" WHERE user_id = ? AND expires_at > ?"
		" ORDER BY last_seen_at DESC, id DESC LIMIT ?",
		ARG(user_id), ARG(now), ARG(SESSIONS_MAX)));
}

enum err
sessions_rename(
    struct db *db, struct uuid user_id, struct uuid id, const char *device_name)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE sessions SET device_name = ?"
		" WHERE id = ? AND user_id = ?",
		ARG(device_name), ARG(id), ARG(user_id)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
sessions_end(struct db *db, struct uuid user_id, struct uuid id)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM sessions WHERE id = ? AND user_id = ?", ARG(id),
		ARG(user_id)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
sessions_end_others(
    struct db *db, struct uuid user_id, struct uuid spared, int64_t *n)
{
	return db_exec(db, n,
	    SQL("DELETE FROM sessions WHERE user_id = ? AND NOT id <=> ?",
		ARG(user_id), ARG(spared)));
}

enum err
sessions_touch(struct db *db, struct uuid id, struct timestamp now)
{
	return db_exec(db, NULL,
	    SQL("UPDATE sessions SET last_seen_at = ? WHERE id = ?", ARG(now),
		ARG(id)));
}

enum err
sessions_prove(struct db *db, struct uuid id, struct timestamp now)
{
	return db_exec(db, NULL,
	    SQL("UPDATE sessions SET proven_at = ? WHERE id = ?", ARG(now),
		ARG(id)));
}

enum err
sessions_purge(struct db *db, struct timestamp now, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM sessions WHERE expires_at <= ? LIMIT ?", ARG(now),
		ARG(limit)));

	*more = n == limit;
	return err;
}
