/*
 * Accounts and sessions in the database. Every statement on behalf of a
 * caller names the owner.
 */
#include "db/counts.h"
#include "db/db.h"
#include "users/model.h"

#define COLUMNS \
	"id, email, password, full_name, is_active, is_superuser, created_at"

enum err
users_by_id(struct db *db, struct uuid id, struct user *u)
{
	return db_one(db, &user_row, u,
	    SQL("SELECT " COLUMNS " FROM users WHERE id = ?", ARG(id)));
}

enum err
users_by_email(struct db *db, const char *email_key, struct user *u)
{
	return db_one(db, &user_row, u,
	    SQL("SELECT " COLUMNS " FROM users WHERE email_key = ?",
		ARG(email_key)));
}

enum err
users_insert(struct db *db, const struct user *u)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO users (id, email, email_key, password, full_name,"
		" is_active, is_superuser, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(u->id), ARG(u->email), ARG(u->email_key), ARG(u->password),
		ARG(u->full_name), ARG(u->is_active), ARG(u->is_superuser),
		ARG(u->created_at)));
}

enum err
users_list(struct db *db, int64_t skip, int64_t limit, struct list *out,
    int64_t *total)
{
	struct user all;
	enum err err;

	err = db_all(db, &user_listed, out,
	    SQL("SELECT id, email, full_name, is_active, is_superuser,"
		" created_at, (SELECT COUNT(*) FROM users) AS total"
		" FROM users ORDER BY created_at DESC, id DESC LIMIT ?, ?",
		ARG(skip), ARG(limit)));
	if (!err && out->n > 0)
		*total = ((const struct user *)out->rows)->total;
	else if (!err)
		err = db_one(db, &user_total, &all,
		    SQL0("SELECT COUNT(*) AS total FROM users"));
	if (!err && out->n == 0)
		*total = all.total;
	return err;
}

enum err
users_update(struct db *db, const struct user_patch *p)
{
	return db_exec(db, NULL,
	    SQL("UPDATE users SET email = COALESCE(?, email),"
		" email_key = COALESCE(?, email_key),"
		" password = COALESCE(?, password),"
		" full_name = IF(?, ?, full_name),"
		" is_active = IF(?, ?, is_active),"
		" is_superuser = IF(?, ?, is_superuser) WHERE id = ?",
		ARG(p->email), ARG(p->email_key), ARG(p->password),
		ARG(p->sets_full_name), ARG(p->full_name), ARG(p->sets_active),
		ARG(p->is_active), ARG(p->sets_superuser), ARG(p->is_superuser),
		ARG(p->id)));
}

enum err
users_replace_password(
    struct db *db, struct uuid id, const char *old, const char *phc)
{
	return db_change(db,
	    SQL("UPDATE users SET password = ? WHERE id = ? AND password = ?",
		ARG(phc), ARG(id), ARG(old)));
}

enum err
users_delete(struct db *db, struct uuid id)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(
	    db, &matched, SQL("DELETE FROM users WHERE id = ?", ARG(id)));
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
sessions_insert(struct db *db, const struct session *s, const char *phc)
{
	return db_change(
	    db, SQL("INSERT INTO sessions (id, user_id, created_at, expires_at)"
		    " SELECT ?, id, ?, ? FROM users"
		    " WHERE id = ? AND password = ? AND is_active FOR UPDATE",
		    ARG(s->id), ARG(s->created_at), ARG(s->expires_at),
		    ARG(s->user_id), ARG(phc)));
}

enum err
sessions_caller(struct db *db, struct uuid id, struct uuid user_id,
    struct timestamp now, struct user *u)
{
	return db_one(db, &user_caller, u,
	    SQL("SELECT u.id, u.email, u.full_name, u.is_active,"
		" u.is_superuser, u.created_at"
		" FROM sessions s JOIN users u ON u.id = s.user_id"
		" WHERE s.id = ? AND s.user_id = ? AND s.expires_at > ?",
		ARG(id), ARG(user_id), ARG(now)));
}

enum err
sessions_owner(struct db *db, struct uuid id, struct uuid user_id,
    struct timestamp now, const char *counts, struct user *u)
{
	return db_one(db, &user_owner, u,
	    SQL("SELECT u.id, u.email, u.full_name, u.is_active,"
		" u.is_superuser, u.created_at, COALESCE(n.n, 0) AS total,"
		" COALESCE(n.version, 0) AS version"
		" FROM sessions s JOIN users u ON u.id = s.user_id"
		" LEFT JOIN counts n ON n.name = ? AND n.owner_id = ?"
		" WHERE s.id = ? AND s.user_id = ? AND s.expires_at > ?",
		ARG(counts), ARG(user_id), ARG(id), ARG(user_id), ARG(now)));
}

enum err
users_owned(struct db *db, const char *counts, int64_t *n)
{
	return counts_all(db, counts, n);
}

enum err
sessions_end_others(struct db *db, struct uuid user_id, struct uuid spared)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM sessions WHERE user_id = ? AND NOT id <=> ?",
		ARG(user_id), ARG(spared)));
}

enum err
sessions_purge(struct db *db, struct timestamp now, int64_t limit, bool *more)
{
	int64_t sessions = 0, tokens = 0, throttles = 0;
	enum err err;

	err = db_exec(db, &sessions,
	    SQL("DELETE FROM sessions WHERE expires_at <= ? LIMIT ?", ARG(now),
		ARG(limit)));
	if (!err)
		err = db_exec(db, &tokens,
		    SQL("DELETE FROM recovery_tokens WHERE expires_at <= ?"
			" LIMIT ?",
			ARG(now), ARG(limit)));
	if (!err)
		err = db_exec(db, &throttles,
		    SQL("DELETE FROM throttle WHERE expires_at <= ? LIMIT ?",
			ARG(now), ARG(limit)));
	*more = sessions == limit || tokens == limit || throttles == limit;
	return err;
}
