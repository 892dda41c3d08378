/*
 * Statements of those who run an installation: the only ones that name no
 * owner. For the commands of `atrium user`.
 */
#include "db/db.h"
#include "users/model.h"

#define COLUMNS "id, email, full_name, is_active, is_superuser, created_at"

/* LOCATE() is of no use here: it compares as many bytes as it was given. */
#define PATTERN                                                          \
	"CONCAT('%', REPLACE(REPLACE(REPLACE(?, '|', '||'), '%', '|%')," \
	" '_', '|_'), '%') ESCAPE '|'"

enum err
users_search(struct db *db, const struct user_search *s, struct list *found)
{
	return db_all(db, &user_plain, found,
	    SQL("SELECT " COLUMNS " FROM users"
		" WHERE (is_superuser OR NOT ?) AND NOT (is_active AND ?)"
		" AND (? IS NULL"
		" OR email COLLATE utf8mb4_unicode_ci LIKE " PATTERN
		" OR full_name COLLATE utf8mb4_unicode_ci LIKE " PATTERN ")"
		" ORDER BY created_at DESC, id DESC LIMIT ?",
		ARG(s->superusers), ARG(s->inactive), ARG(s->text),
		ARG(s->text), ARG(s->text), ARG(s->limit)));
}

enum err
users_lock_superusers(struct db *db, struct list *found)
{
	return db_all(db, &user_plain, found,
	    SQL0("SELECT " COLUMNS " FROM users"
		 " WHERE is_superuser AND is_active"
		 " ORDER BY id LIMIT 2 FOR UPDATE"));
}
