/*
 * Accounts in the database.
 */
#include "db/counts.h"
#include "db/db.h"
#include "users/forms.h"

#define COLUMNS                                                    \
	"id, email, password, full_name, is_active, is_superuser," \
	" created_at, has_mfa, verified_at"

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
		" is_active, is_superuser, created_at, verified_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(u->id), ARG(u->email), ARG(u->email_key), ARG(u->password),
		ARG(u->full_name), ARG(u->is_active), ARG(u->is_superuser),
		ARG(u->created_at), ARG(u->verified_at)));
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
		" is_superuser = IF(?, ?, is_superuser),"
		" verified_at = IF(?, NULL, COALESCE(?, verified_at))"
		" WHERE id = ?",
		ARG(p->email), ARG(p->email_key), ARG(p->password),
		ARG(p->sets_full_name), ARG(p->full_name), ARG(p->sets_active),
		ARG(p->is_active), ARG(p->sets_superuser), ARG(p->is_superuser),
		ARG(p->unverified), ARG(p->verified_at), ARG(p->id)));
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
users_owned(struct db *db, const char *counts, int64_t *n)
{
	return counts_all(db, counts, n);
}

enum err
users_set_mfa(struct db *db, struct uuid id, bool on)
{
	return db_exec(db, NULL,
	    SQL("UPDATE users SET has_mfa = ? WHERE id = ?", ARG(on), ARG(id)));
}
