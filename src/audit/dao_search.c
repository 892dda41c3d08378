/*
 * Reading the trail. Which index answers is decided here, not by an optimiser
 * that guesses from statistics: the trail is the largest table there is.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/model.h"
#include "db/db.h"

#define COLUMNS                                            \
	"id, at, actor_id, actor_ip, action, object_type," \
	" object_id, diff, request_id"
/* From all indexes each row comes in the order of its id. */
#define SELECT(index) \
	"SELECT " COLUMNS " FROM audit FORCE INDEX (" index ") WHERE "
#define WITHIN " AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?"

struct uuid
audit_id_at(struct timestamp at)
{
	uint64_t ms = at.us > 0 ? ((uint64_t)at.us + 999) / 1000 : 0;
	struct uuid id = {{0}};

	for (int i = 0; i < 6; i++)
		id.byte[i] = (uint8_t)(ms >> (40 - 8 * i));
	id.byte[6] = 0x70;
	return id;
}

static enum err
of_object(struct db *db, const struct audit_search *s, struct list *out)
{
	return db_all(db, &audit_row, out,
	    SQL(SELECT("audit_object") "object_type = ? AND object_id = ?"
				       " AND (? IS NULL OR actor_id = ?)"
				       " AND (? IS NULL OR action = ?)"
				       " AND (? IS NULL OR action LIKE ? "
				       "ESCAPE '|')" WITHIN,
		ARG(s->object_type), ARG(s->object_id), ARG(s->actor),
		ARG(s->actor), ARG(s->action), ARG(s->action), ARG(s->actions),
		ARG(s->actions), ARG(s->first), ARG(s->end), ARG(s->limit)));
}

static enum err
of_actor(struct db *db, const struct audit_search *s, struct list *out)
{
	return db_all(db, &audit_row, out,
	    SQL(SELECT("audit_actor") "actor_id = ?"
				      " AND (? IS NULL OR object_type = ?)"
				      " AND (? IS NULL OR action = ?)"
				      " AND (? IS NULL OR action LIKE ? ESCAPE "
				      "'|')" WITHIN,
		ARG(s->actor), ARG(s->object_type), ARG(s->object_type),
		ARG(s->action), ARG(s->action), ARG(s->actions),
		ARG(s->actions), ARG(s->first), ARG(s->end), ARG(s->limit)));
}

static enum err
of_action(struct db *db, const struct audit_search *s, struct list *out)
{
	if (s->object_type != NULL)
		return db_all(db, &audit_row, out,
		    SQL(SELECT("audit_type") "object_type = ? AND action = "
					     "?" WITHIN,
			ARG(s->object_type), ARG(s->action), ARG(s->first),
			ARG(s->end), ARG(s->limit)));
	return db_all(db, &audit_row, out,
	    SQL(SELECT("audit_action") "action = ?" WITHIN, ARG(s->action),
		ARG(s->first), ARG(s->end), ARG(s->limit)));
}

static enum err
of_all(struct db *db, const struct audit_search *s, struct list *out)
{
	return db_all(db, &audit_row, out,
	    SQL(SELECT("PRIMARY") "TRUE" WITHIN, ARG(s->first), ARG(s->end),
		ARG(s->limit)));
}

/* Newest first. */
static int
by_id(const void *a, const void *b)
{
	return memcmp(b, a, sizeof(struct uuid));
}

static enum err
newest_ids(struct db *db, const struct audit_search *s, const char *action,
    struct list *out)
{
	if (s->object_type != NULL)
		return db_all(db, &audit_id, out,
		    SQL("SELECT id FROM audit FORCE INDEX (audit_type)"
			" WHERE object_type = ? AND action = ?" WITHIN,
			ARG(s->object_type), ARG(action), ARG(s->first),
			ARG(s->end), ARG(s->limit)));
	return db_all(db, &audit_id, out,
	    SQL("SELECT id FROM audit FORCE INDEX (audit_action)"
		" WHERE action = ?" WITHIN,
		ARG(action), ARG(s->first), ARG(s->end), ARG(s->limit)));
}

/* The newest ids of one action join those that were found of others. */
static enum err
add_ids(struct db *db, const struct audit_search *s, const char *action,
    struct uuid *ids /* [2 * s->limit] */, size_t *n)
{
	const struct audit_entry *row;
	struct list found;
	enum err err = newest_ids(db, s, action, &found);

	if (err || found.n == 0)
		return err;
	row = found.rows;
	for (size_t i = 0; i < found.n; i++)
		ids[*n + i] = row[i].id;
	*n += found.n;
	qsort(ids, *n, sizeof(ids[0]), by_id);
	if (*n > (size_t)s->limit)
		*n = (size_t)s->limit;
	return OK;
}

static enum err
by_ids(struct db *db, struct arena *mem, const struct uuid *ids, size_t n,
    struct list *out)
{
	struct audit_entry *rows = NEW_N(mem, struct audit_entry, n + 1);
	enum err err = OK;
	size_t i;

	*out = (struct list){.rows = rows};
	for (i = 0; i < n && !err; i++) {
		err = db_one(db, &audit_row, &rows[out->n],
		    SQL("SELECT " COLUMNS " FROM audit WHERE id = ?",
			ARG(ids[i])));
		if (!err)
			out->n++;
		else if (err == ERR_NOT_FOUND)
			err = OK; /* too old since a moment ago */
	}
	return err;
}

/* The next action of the pattern (NULL: any), by the order of the index. */
static enum err
next_action(struct db *db, const struct audit_search *s, const char *last,
    struct audit_entry *found)
{
	const char *pattern = s->actions != NULL ? s->actions : "%";

	if (s->object_type != NULL)
		return db_one(db, &audit_action, found,
		    SQL("SELECT action FROM audit FORCE INDEX (audit_type)"
			" WHERE object_type = ? AND action > ?"
			" AND action LIKE ? ESCAPE '|' ORDER BY action LIMIT 1",
			ARG(s->object_type), ARG(last), ARG(pattern)));
	return db_one(db, &audit_action, found,
	    SQL("SELECT action FROM audit FORCE INDEX (audit_action)"
		" WHERE action > ? AND action LIKE ? ESCAPE '|'"
		" ORDER BY action LIMIT 1",
		ARG(last), ARG(pattern)));
}

/*
 * Several actions: the index has the rows of each in order, so the first ones
 * of each are merged. There are as many as the program has operations.
 */
static enum err
of_actions(struct db *db, struct arena *mem, const struct audit_search *s,
    struct list *out)
{
	struct uuid *ids = NEW_N(mem, struct uuid, 2 * (size_t)s->limit);
	struct audit_entry found = {.action = ""};
	size_t n = 0;
	enum err err;

	for (;;) {
		err = next_action(db, s, found.action, &found);
		if (!err)
			err = add_ids(db, s, found.action, ids, &n);
		if (err)
			break;
	}
	return err == ERR_NOT_FOUND ? by_ids(db, mem, ids, n, out) : err;
}

enum err
audit_list(struct db *db, struct arena *mem, const struct audit_search *s,
    struct list *out)
{
	if (s->object_id != NULL)
		return of_object(db, s, out);
	if (!uuid_is_nil(&s->actor))
		return of_actor(db, s, out);
	if (s->action != NULL)
		return of_action(db, s, out);
	if (s->object_type != NULL || s->actions != NULL)
		return of_actions(db, mem, s, out);
	return of_all(db, s, out);
}
