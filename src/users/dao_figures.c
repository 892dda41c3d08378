/*
 * Accounts and sessions, counted: all of them for those who watch over the
 * installation, and what one account has for its owner.
 */
#include "db/db.h"
#include "users/model.h"

#define T struct user_figures
SCHEMA(figures_of_all, "UserFigures", FIELD(total), FIELD(inactive),
    FIELD(fresh), FIELD(sessions));
SCHEMA(figures_of_one, "OwnFigures", FIELD(verified), FIELD(sessions),
    FIELD(api_keys));
#undef T

/* Each from an index; few are inactive. */
enum err
users_figures(struct db *db, struct timestamp since, struct timestamp now,
    struct user_figures *out)
{
	return db_one(db, &figures_of_all, out,
	    SQL("SELECT (SELECT COUNT(*) FROM users) AS total,"
		" (SELECT COUNT(*) FROM users WHERE is_superuser IN (0, 1)"
		" AND is_active = 0) AS inactive,"
		" (SELECT COUNT(*) FROM users WHERE created_at >= ?) AS fresh,"
		" (SELECT COUNT(*) FROM sessions WHERE expires_at > ?)"
		" AS sessions",
		ARG(since), ARG(now)));
}

enum err
users_figures_of(struct db *db, struct uuid id, struct timestamp now,
    struct user_figures *out)
{
	return db_one(db, &figures_of_one, out,
	    SQL("SELECT verified_at IS NOT NULL AS verified,"
		" (SELECT COUNT(*) FROM sessions WHERE user_id = ?"
		" AND expires_at > ?) AS sessions,"
		" (SELECT COUNT(*) FROM api_keys WHERE user_id = ?)"
		" AS api_keys FROM users WHERE id = ?",
		ARG(id), ARG(now), ARG(id), ARG(id)));
}
