/*
 * Spaces and rights in the database, whatever store the values are in. Rows
 * without a name are somebody's own space, for the store in MariaDB.
 */
#include <string.h>

#include "db/db.h"
#include "kv/model.h"

#define COLUMNS                                                        \
	"s.id, s.name, s.owner_id AS owner, s.max_keys, s.max_bytes, " \
	"s.version, "                                                  \
	"s.created_at"
#define FIND "SELECT " COLUMNS " FROM kv_spaces s"
/* The argument is a list of roles. */
#define REACH                                                          \
	"SELECT s.id, s.name, s.max_keys, s.max_bytes,"                \
	" COALESCE(MAX(r.can_read), 0) AS can_read,"                   \
	" COALESCE(MAX(r.can_write), 0) AS can_write"                  \
	" FROM kv_spaces s LEFT JOIN kv_rights r ON r.space_id = s.id" \
	" AND JSON_CONTAINS(?, JSON_QUOTE(r.role))"

enum { ROWS_MAX = 1000 };

/* In SQL, blanks at the end of a name are none. */
static enum err
same_name(enum err err, const struct space *s, const char *name)
{
	return !err && strcmp(s->name, name) != 0 ? ERR_NOT_FOUND : err;
}

enum err
spaces_by_name(struct db *db, const char *name, bool lock, struct space *s)
{
	enum err err;

	if (lock)
		err = db_one(db, &space_row, s,
		    SQL(FIND " WHERE s.name = ? FOR UPDATE", ARG(name)));
	else
		err = db_one(db, &space_row, s,
		    SQL(FIND " WHERE s.name = ?", ARG(name)));
	return same_name(err, s, name);
}

enum err
spaces_by_id(struct db *db, struct uuid id, struct space *s)
{
	return db_one(db, &space_row, s, SQL(FIND " WHERE s.id = ?", ARG(id)));
}

struct space_count {
	int64_t n;
};
#define T struct space_count
SCHEMA(space_count, "SpaceCount", FIELD(n));
#undef T

enum err
spaces_count(struct db *db, int64_t *n)
{
	struct space_count count = {0};
	enum err err = db_one(db, &space_count, &count,
	    SQL0("SELECT COUNT(*) AS n FROM kv_spaces"
		 " WHERE name IS NOT NULL"));

	*n = count.n;
	return err;
}

enum err
spaces_list(struct db *db, const struct page *at, struct list *out, int64_t *n)
{
	enum err err = db_all(db, &space_row, out,
	    SQL(FIND " WHERE s.name IS NOT NULL ORDER BY s.name LIMIT ?, ?",
		ARG(at->skip), ARG(at->limit)));

	return err ? err : spaces_count(db, n);
}

enum err
spaces_reach(
    struct db *db, const char *name, struct texts roles, struct space *s)
{
	enum err err = db_one(db, &space_reached, s,
	    SQL(REACH " WHERE s.name = ? GROUP BY s.id", ARG(roles),
		ARG(name)));

	return same_name(err, s, name);
}

enum err
spaces_reached(struct db *db, struct texts roles, struct list *out)
{
	return db_all(db, &space_reached, out,
	    SQL(REACH " WHERE s.name IS NOT NULL GROUP BY s.id"
		      " ORDER BY s.name LIMIT ?",
		ARG(roles), ARG(ROWS_MAX)));
}

enum err
spaces_insert(struct db *db, const struct space *s)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO kv_spaces (id, name, owner_id, max_keys,"
		" max_bytes, version, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		ARG(s->id), ARG(s->name), ARG(s->owner), ARG(s->max_keys),
		ARG(s->max_bytes), ARG(s->version), ARG(s->created_at)));
}

enum err
spaces_update(struct db *db, const struct space *s)
{
	return db_exec(db, NULL,
	    SQL("UPDATE kv_spaces SET max_keys = ?, max_bytes = ?, version = ?"
		" WHERE id = ?",
		ARG(s->max_keys), ARG(s->max_bytes), ARG(s->version),
		ARG(s->id)));
}

enum err
spaces_forget(struct db *db, struct uuid id)
{
	return db_exec(db, NULL,
	    SQL("UPDATE kv_spaces SET name = NULL WHERE id = ?", ARG(id)));
}

/*
 * One that holds values waits for the task that removes them; its counters,
 * which come before all keys, go with it.
 */
enum err
spaces_purge(struct db *db, int64_t limit)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM kv_spaces WHERE name IS NULL AND owner_id IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM kv_values v"
		" WHERE v.space_id = kv_spaces.id AND v.k >= X'01') LIMIT ?",
		ARG(limit)));
}

enum err
rights_list(struct db *db, struct uuid space_id, struct list *out)
{
	return db_all(db, &space_right_row, out,
	    SQL("SELECT role, can_read, can_write FROM kv_rights"
		" WHERE space_id = ? ORDER BY role LIMIT ?",
		ARG(space_id), ARG(ROWS_MAX)));
}

enum err
rights_clear(struct db *db, struct uuid space_id)
{
	return db_exec(db, NULL,
	    SQL("DELETE FROM kv_rights WHERE space_id = ?", ARG(space_id)));
}

enum err
rights_insert(struct db *db, struct uuid space_id, const struct space_right *r)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO kv_rights (space_id, role, can_read, can_write)"
		" VALUES (?, ?, ?, ?)",
		ARG(space_id), ARG(r->role), ARG(r->can_read),
		ARG(r->can_write)));
}
