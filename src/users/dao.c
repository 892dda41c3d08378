/*
 * Accounts and sessions in the database. Every statement on behalf of a
 * caller names the owner.
 */
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
users_patch(struct db *db, const struct user_patch *p)
{
	return db_exec(db, NULL,
	    SQL("UPDATE users SET email = COALESCE(?, email),"
		" email_key = COALESCE(?, email_key),"
		" full_name = IF(?, ?, full_name) WHERE id = ?",
		ARG(p->email), ARG(p->email_key), ARG(p->sets_full_name),
		ARG(p->full_name), ARG(p->id)));
}

enum err
users_replace_password(
    struct db *db, struct uuid id, const char *old, const char *phc)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE users SET password = ? WHERE id = ? AND password = ?",
		ARG(phc), ARG(id), ARG(old)));
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
users_delete(struct db *db, struct uuid id)
{
	return db_exec(
	    db, NULL, SQL("DELETE FROM users WHERE id = ?", ARG(id)));
}

enum err
sessions_insert(struct db *db, const struct session *s, const char *phc)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("INSERT INTO sessions (id, user_id, created_at, expires_at)"
		" SELECT ?, id, ?, ? FROM users"
		" WHERE id = ? AND password = ? AND is_active FOR UPDATE",
		ARG(s->id), ARG(s->created_at), ARG(s->expires_at),
		ARG(s->user_id), ARG(phc)));
	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
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
sessions_end_others(struct db *db, struct uuid user_id, struct uuid spared)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM sessions WHERE user_id = ? AND NOT id <=> ?",
		ARG(user_id), ARG(spared)));
}
