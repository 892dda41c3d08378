/*
 * /users/me/overview: what would take a request to each of six domains.
 */
#include "http/router.h"
#include "auth/model.h"
#include "kv/model.h"
#include "overview/model.h"
#include "preferences/model.h"
#include "users/model.h"

struct seen {
	struct overview_number sessions, api_keys, passkeys, codes, kv_keys;
	struct overview_fact totp;
	struct preferences preferences;
	struct overview_counts counts;
	struct overview_shown shown;
};

/* How somebody signs in is none of an API key's business. */
static enum err
see_sign_in(struct ctx *c, struct seen *s)
{
	struct user_figures has = {0};
	struct factors factors;
	enum err err = users_figures_of(c->db, c->user_id, time_now(), &has);

	if (err)
		return err;
	s->shown.email_verified = has.verified;
	if (c->via == VIA_KEY)
		return OK;
	err = factors_of(c->db, c->user_id, &factors);
	if (err)
		return err;
	s->sessions.n = has.sessions;
	s->api_keys.n = has.api_keys;
	s->passkeys.n = factors.passkeys;
	s->codes.n = factors.recovery_codes_left;
	s->totp.is = factors.totp;
	s->counts.sessions.row = &s->sessions;
	s->counts.api_keys.row = &s->api_keys;
	s->counts.passkeys.row = &s->passkeys;
	s->shown.recovery_codes_left.row = &s->codes;
	s->shown.totp.row = &s->totp;
	return OK;
}

/* Each read by itself: no snapshot waits for the store of values. */
static enum err
read_overview(struct ctx *c)
{
	struct seen s = {.counts.items = c->owned.n};
	bool known = false;
	enum err err = see_sign_in(c, &s);

	s.shown.user.row = c->user;
	s.shown.preferences.row = &s.preferences;
	s.shown.counts.row = &s.counts;
	if (!err)
		err = users_allowed(c, &s.shown.permissions);
	if (!err)
		err = preferences_of(c->db, c->user_id, &s.preferences);
	if (!err)
		err = kv_own_keys(c, &s.kv_keys.n, &known);
	if (err)
		return err;
	if (known)
		s.counts.kv_keys.row = &s.kv_keys;
	return reply(c, &s.shown);
}

static const struct route routes[] = {
    ROUTE(GET, "/users/me/overview", read_overview, active_user,
	.counts = "items", .out = &overview_shown, .tx = TX_READ,
	.doc = "The own account at a glance"),
};

DOMAIN(overview, "users", "Accounts", routes, .coded = true);
