/*
 * The trail in the database: written, cut off at its end, and cleared of
 * people who are gone.
 */
#include "audit/model.h"
#include "db/db.h"

#define COLUMNS                                            \
	"id, at, actor_id, actor_ip, action, object_type," \
	" object_id, diff, request_id"

enum err
audit_insert(struct db *db, const struct audit_entry *e)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO audit (" COLUMNS ")"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(e->id), ARG(uuid_time(&e->id)), ARG(e->actor_id),
		ARG(e->actor_ip), ARG(e->action), ARG(e->object_type),
		ARG(e->object_id), ARG(e->diff), ARG(e->request_id)));
}

enum err
audit_purge(struct db *db, struct timestamp before, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM audit WHERE id < ? ORDER BY id LIMIT ?",
		ARG(audit_id_at(before)), ARG(limit)));

	*more = n == limit;
	return err;
}

/*
 * Nobody known is likely to be the user itself: who failed to sign in, who
 * signed up.
 */
enum err
audit_forget_user(struct db *db, struct uuid user_id, int64_t limit, bool *more)
{
	char text[UUID_TEXT];
	const char *id = uuid_format(&user_id, text);
	int64_t by = 0, about = 0;
	enum err err;

	err = db_exec(db, &by,
	    SQL("UPDATE audit SET actor_id = NULL, actor_ip = NULL, diff = NULL"
		" WHERE actor_id = ? LIMIT ?",
		ARG(user_id), ARG(limit)));
	if (!err)
		err = db_exec(db, &about,
		    SQL("UPDATE audit SET diff = NULL,"
			" actor_ip = IF(actor_id IS NULL, NULL, actor_ip)"
			" WHERE object_type = 'user' AND object_id = ?"
			" AND (diff IS NOT NULL"
			" OR (actor_id IS NULL AND actor_ip IS NOT NULL))"
			" LIMIT ?",
			ARG(id), ARG(limit)));
	*more = by == limit || about == limit;
	return err;
}

enum err
audit_by(struct db *db, struct uuid user_id, struct uuid after, int64_t limit,
    struct list *out)
{
	char text[UUID_TEXT];
	const char *id = uuid_format(&user_id, text);

	/* What it changed of somebody else's account is that person's. */
	return db_all(db, &audit_row, out,
	    SQL("SELECT id, at, actor_id, actor_ip, action, object_type,"
		" object_id, IF(object_type = 'user' AND NOT object_id <=> ?,"
		" NULL, diff) AS diff, request_id FROM audit"
		" WHERE actor_id = ? AND id > COALESCE(?, '')"
		" ORDER BY id LIMIT ?",
		ARG(id), ARG(user_id), ARG(after), ARG(limit)));
}

enum err
audit_about(struct db *db, struct uuid user_id, struct uuid after,
    int64_t limit, struct list *out)
{
	char text[UUID_TEXT];
	const char *id = uuid_format(&user_id, text);

	return db_all(db, &audit_row, out,
	    SQL("SELECT id, at, actor_id,"
		" IF(actor_id IS NULL, actor_ip, NULL) AS actor_ip, action,"
		" object_type, object_id, diff, request_id FROM audit"
		" WHERE object_type = 'user' AND object_id = ?"
		" AND NOT actor_id <=> ? AND id > COALESCE(?, '')"
		" ORDER BY id LIMIT ?",
		ARG(id), ARG(user_id), ARG(after), ARG(limit)));
}
