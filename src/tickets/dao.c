/*
 * Tickets in the database.
 */
#include "db/db.h"
#include "tickets/model.h"

enum err
tickets_insert(struct db *db, const struct ticket *t)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO tickets (digest, purpose, user_id, data,"
		" created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
		ARG(t->digest), ARG(t->purpose), ARG(t->user_id), ARG(t->data),
		ARG(t->created_at), ARG(t->expires_at)));
}

enum err
tickets_find(struct db *db, const char *purpose, const char *digest,
    struct timestamp now, struct ticket *t)
{
	return db_one(db, &ticket_row, t,
	    SQL("SELECT digest, purpose, user_id, data, created_at, expires_at"
		" FROM tickets"
		" WHERE digest = ? AND purpose = ? AND expires_at > ?",
		ARG(digest), ARG(purpose), ARG(now)));
}

enum err
tickets_use(struct db *db, const char *purpose, const char *digest,
    struct timestamp now)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("DELETE FROM tickets"
		" WHERE digest = ? AND purpose = ? AND expires_at > ?",
		ARG(digest), ARG(purpose), ARG(now)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
tickets_end(struct db *db, struct uuid user_id, const char *purpose)
{
	if (purpose == NULL)
		return db_exec(db, NULL,
		    SQL("DELETE FROM tickets"
			" WHERE user_id = ? AND purpose <> ?",
			ARG(user_id), ARG(TICKET_SESSION)));
	return db_exec(db, NULL,
	    SQL("DELETE FROM tickets WHERE user_id = ? AND purpose = ?",
		ARG(user_id), ARG(purpose)));
}

enum err
tickets_purge_rows(
    struct db *db, struct timestamp now, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM tickets WHERE expires_at <= ? LIMIT ?", ARG(now),
		ARG(limit)));

	*more = n == limit;
	return err;
}
