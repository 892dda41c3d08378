/*
 * /users/me/preferences. Here, because the mails of this domain depend on
 * preferences/.
 */
#include "http/router.h"
#include "preferences/model.h"
#include "users/model.h"

static enum err
read_preferences(struct ctx *c)
{
	struct preferences p;
	enum err err = preferences_of(c->db, c->user_id, &p);

	return err ? err : reply(c, &p);
}

static enum err
update_preferences(struct ctx *c)
{
	const struct preferences_update *in = INPUT(c, preferences_update);
	struct preferences_update p = *in;
	struct preferences before, after;
	struct user u;
	enum err err;

	p.sets_locale = HAS(c, in, locale);
	p.sets_notify = HAS(c, in, notify_new_login);
	/* There may be no row yet: the account's own is locked. */
	err = users_lock(c->db, c->user_id, &u);
	if (!err)
		err = preferences_of(c->db, c->user_id, &before);
	if (!err)
		err = need_row(c, &preferences_public, &before);
	if (!err)
		err = preferences_change(c->db, c->user_id, &p, time_now());
	if (!err)
		err = preferences_of(c->db, c->user_id, &after);
	if (err)
		return err;
	trail_object(c, "user", c->user_id);
	trail_change(c, &preferences_public, &before, &after);
	return reply(c, &after);
}

static const struct route routes[] = {
    ROUTE(GET, "/users/me/preferences", read_preferences, active_user,
	.out = &preferences_public, .tx = TX_READ, .doc = "The own settings"),
    ROUTE(PATCH, "/users/me/preferences", update_preferences, session_user,
	.in = &preferences_update, .out = &preferences_public, .tx = TX_WRITE,
	.doc = "Change what is given of the own settings"),
};

DOMAIN(preferences, "users", "Accounts", routes, .coded = true);
