/*
 * Roles in the database, and who has them.
 */
#include <string.h>

#include "db/db.h"
#include "users/model.h"

#define COLUMNS "r.name, r.permissions, r.created_at, r.updated_at"

enum { ROLES_MAX = 1000 };

enum err
users_lock(struct db *db, struct uuid id, struct user *u)
{
	return db_one(db, &user_row, u,
	    SQL("SELECT id, email, password, full_name, is_active,"
		" is_superuser, created_at, has_mfa, verified_at"
		" FROM users WHERE id = ? FOR UPDATE",
		ARG(id)));
}

/* In SQL, blanks at the end of a name are none. */
enum err
roles_lock(struct db *db, const char *name, struct role *r)
{
	enum err err = db_one(db, &role_row, r,
	    SQL("SELECT " COLUMNS " FROM roles r WHERE r.name = ? FOR UPDATE",
		ARG(name)));

	return !err && strcmp(r->name, name) != 0 ? ERR_NOT_FOUND : err;
}

enum err
roles_list(struct db *db, struct list *out)
{
	return db_all(db, &role_row, out,
	    SQL("SELECT " COLUMNS " FROM roles r ORDER BY r.name LIMIT ?",
		ARG(ROLES_MAX)));
}

enum err
roles_put(struct db *db, const struct role *r, bool *created)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE roles SET permissions = ?, updated_at = ?"
		" WHERE name = ?",
		ARG(r->permissions), ARG(r->updated_at), ARG(r->name)));
	if (created != NULL)
		*created = matched == 0;
	if (err || matched > 0)
		return err;
	err = db_exec(db, NULL,
	    SQL("INSERT INTO roles (name, permissions, created_at, updated_at)"
		" VALUES (?, ?, ?, ?)",
		ARG(r->name), ARG(r->permissions), ARG(r->created_at),
		ARG(r->updated_at)));
	/* Somebody else has just made it: now it can be replaced. */
	return err == ERR_CONFLICT ? ERR_RETRY : err;
}

enum err
roles_delete(struct db *db, const char *name)
{
	int64_t matched = 0;
	enum err err = db_exec(
	    db, &matched, SQL("DELETE FROM roles WHERE name = ?", ARG(name)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
roles_of(struct db *db, struct uuid user_id, struct list *out)
{
	return db_all(db, &role_row, out,
	    SQL("SELECT " COLUMNS
		" FROM user_roles u JOIN roles r ON r.name = u.role"
		" WHERE u.user_id = ? ORDER BY r.name LIMIT ?",
		ARG(user_id), ARG(ROLES_MAX)));
}

enum err
roles_assign(struct db *db, struct uuid user_id, struct texts names)
{
	struct user u;
	enum err err = users_lock(db, user_id, &u);

	if (!err)
		err = db_exec(db, NULL,
		    SQL("DELETE FROM user_roles WHERE user_id = ?",
			ARG(user_id)));
	for (size_t i = 0; i < names.n && !err; i++)
		err = db_exec(db, NULL,
		    SQL("INSERT INTO user_roles (user_id, role) VALUES (?, ?)"
			" ON DUPLICATE KEY UPDATE role = role",
			ARG(user_id), ARG(names.item[i])));
	return err;
}
