/*
 * Preferences in the database: an account without a row has the defaults.
 */
#include "db/db.h"
#include "preferences/model.h"

enum err
preferences_of(struct db *db, struct uuid user_id, struct preferences *p)
{
	enum err err = db_one(db, &preferences_row, p,
	    SQL("SELECT locale, theme, notify_new_login FROM preferences"
		" WHERE user_id = ?",
		ARG(user_id)));

	if (err != ERR_NOT_FOUND)
		return err;
	*p = (struct preferences){.theme = "system", .notify_new_login = true};
	return OK;
}

/* In one statement, so that two changes at a time are both there. */
enum err
preferences_change(struct db *db, struct uuid user_id,
    const struct preferences_update *p, struct timestamp now)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO preferences (user_id, locale, theme,"
		" notify_new_login, updated_at)"
		" VALUES (?, ?, COALESCE(?, 'system'), IF(?, ?, TRUE), ?)"
		" ON DUPLICATE KEY UPDATE locale = IF(?, ?, locale),"
		" theme = COALESCE(?, theme),"
		" notify_new_login = IF(?, ?, notify_new_login),"
		" updated_at = ?",
		ARG(user_id), ARG(p->locale), ARG(p->theme),
		ARG(p->sets_notify), ARG(p->notify_new_login), ARG(now),
		ARG(p->sets_locale), ARG(p->locale), ARG(p->theme),
		ARG(p->sets_notify), ARG(p->notify_new_login), ARG(now)));
}
