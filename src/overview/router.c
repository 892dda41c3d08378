/*
 * /users/me/overview: what would take a request to each of six domains.
 */
#include "http/router.h"
#include "auth/model.h"
#include "kv/model.h"
#include "overview/model.h"
#include "preferences/model.h"
#include "users/model.h"

static enum err
read_overview(struct ctx *c)
{
	struct overview_counts n = {.items = c->owned.n};
	struct preferences p;
	struct factors factors;
	struct user_figures has = {0};
	struct overview_shown out = {
	    .user = {c->user}, .preferences = {&p}, .counts = {&n}};
	enum err err = users_figures_of(c->db, c->user_id, time_now(), &has);

	if (!err)
		err = users_allowed(c, &out.permissions);
	if (!err)
		err = preferences_of(c->db, c->user_id, &p);
	if (!err)
		err = factors_of(c->db, c->user_id, &factors);
	if (!err)
		err = kv_own_keys(c, &n.kv_keys);
	if (err)
		return err;
	n.sessions = has.sessions;
	n.api_keys = has.api_keys;
	n.passkeys = factors.passkeys;
	out.email_verified = has.verified;
	out.totp = factors.totp;
	out.recovery_codes_left = factors.recovery_codes_left;
	return reply(c, &out);
}

static const struct route routes[] = {
    ROUTE(GET, "/users/me/overview", read_overview, active_user,
	.counts = "items", .out = &overview_shown, .tx = TX_SNAPSHOT,
	.doc = "The own account at a glance"),
};

DOMAIN(overview, "users", "Accounts", routes, .coded = true);
