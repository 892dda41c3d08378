/*
 * /auth/passkeys: the passkeys of the own account, and signing in with one.
 */
#include "auth/passkeys.h"

#include "core/password.h"
#include "http/router.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

enum { CHALLENGE_S = 300 };

/* Who wants another passkey. */
struct asker {
	struct user user;
	bool is_recent; /* showed the password, or a passkey, just now */
	bool is_wrong;
};

static const char *
caller_id(struct ctx *c)
{
	char text[UUID_TEXT];

	return arena_strdup(c->mem, uuid_format(&c->user_id, text));
}

static enum err
load_asker(struct ctx *c)
{
	const struct passkey_ask *in = INPUT(c, passkey_ask);
	struct asker *a = NEW(c->mem, struct asker);
	enum err err;

	c->state = a;
	a->is_recent = auth_is_recent(c);
	if (a->is_recent || in->password == NULL)
		return OK;
	err = throttle_check(c, THROTTLE_PASSWORD, caller_id(c));
	return err ? err : users_by_id(c->db, c->user_id, &a->user);
}

static enum err
verify_asker(struct ctx *c)
{
	const struct passkey_ask *in = INPUT(c, passkey_ask);
	struct password_cost cost = users_password_cost(c->config);
	struct asker *a = c->state;

	if (!a->is_recent && in->password != NULL)
		a->is_wrong =
		    !password_verify(&cost, a->user.password, in->password);
	return OK;
}

static enum err
refuse_password(struct ctx *c)
{
	enum err err = throttle_count(c, THROTTLE_PASSWORD, caller_id(c));

	return err ? err
		   : refuse_code(c, ERR_UNAUTHORIZED, "bad_password",
			 "The password is wrong");
}

static enum err
prove_asker(struct ctx *c)
{
	enum err err = sessions_prove(c->db, c->session, time_now());

	return err ? err : throttle_forgive(c, THROTTLE_PASSWORD, caller_id(c));
}

static enum err
fail_too_many(struct ctx *c)
{
	return fail_code(c, ERR_CONFLICT, "too_many_passkeys",
	    "An account has at most %d passkeys", PASSKEYS_MAX);
}

static enum err
offer_challenge(struct ctx *c, const char *purpose, struct uuid user_id,
    const char **challenge)
{
	struct ticket t =
	    ticket_new(c->mem, purpose, user_id, NULL, CHALLENGE_S, challenge);

	return tickets_insert(c->db, &t);
}

static enum err
create_passkey_options(struct ctx *c)
{
	const struct passkey_ask *in = INPUT(c, passkey_ask);
	const struct asker *a = c->state;
	struct passkey_creation out;
	const char *challenge;
	struct list passkeys;
	enum err err;

	if (!a->is_recent && in->password == NULL)
		return fail_code(c, ERR_UNAUTHORIZED, "password_required",
		    "Give the password once more");
	if (a->is_wrong)
		return refuse_password(c);
	err = a->is_recent ? OK : prove_asker(c);
	if (!err)
		err = passkeys_list(c->db, c->user_id, &passkeys);
	if (!err && passkeys.n >= PASSKEYS_MAX)
		return fail_too_many(c);
	/* One at a time: an account has no use for more of these rows. */
	if (!err)
		err = tickets_end(c->db, c->user_id, TICKET_PASSKEY_NEW);
	if (!err)
		err = offer_challenge(
		    c, TICKET_PASSKEY_NEW, c->user_id, &challenge);
	if (err)
		return err;
	out = passkey_creation_options(c, &passkeys, challenge);
	return reply(c, &out);
}

static enum err
refuse_credential(struct ctx *c, enum err status)
{
	return refuse_code(
	    c, status, "bad_credential", "The passkey was not accepted");
}

static enum err
create_passkey(struct ctx *c)
{
	const struct passkey_create *in = INPUT(c, passkey_create);
	struct passkey p = {.id = uuid_new(),
	    .user_id = c->user_id,
	    .name = in->name,
	    .created_at = time_now()};
	int64_t n = 0;
	enum err err;

	err = passkey_register(c, in->credential.text, &p);
	if (err == ERR_INVALID)
		return refuse_credential(c, ERR_BAD_REQUEST);
	if (!err)
		err = passkeys_count(c->db, c->user_id, &n);
	if (err)
		return err;
	if (n >= PASSKEYS_MAX)
		return fail_too_many(c);
	err = passkeys_insert(c->db, &p);
	if (err == ERR_CONFLICT)
		return fail_code(c, err, "passkey_exists",
		    "This passkey is registered already");
	if (err)
		return err;
	err = auth_tell(c, c->user_id, "passkey_added");
	if (err)
		return err;
	trail_object(c, "passkey", p.id);
	trail_change(c, &passkey_public, NULL, &p);
	return reply(c, &p);
}

static enum err
read_passkeys(struct ctx *c)
{
	struct listing out;
	enum err err = passkeys_list(c->db, c->user_id, &out.data);

	out.count = (int64_t)out.data.n;
	return err ? err : reply(c, &out);
}

static enum err
no_passkey(struct ctx *c)
{
	return fail_code(
	    c, ERR_NOT_FOUND, "not_found", "There is no such passkey");
}

static enum err
update_passkey(struct ctx *c)
{
	const struct passkey_rename *in = INPUT(c, passkey_rename);
	struct passkey was, p;
	enum err err;

	err = passkeys_by_id(c->db, c->user_id, in->id, &was);
	if (!err)
		err = passkeys_rename(c->db, c->user_id, in->id, in->name);
	if (err == ERR_NOT_FOUND)
		return no_passkey(c);
	if (err)
		return err;
	p = was;
	p.name = in->name;
	trail_object(c, "passkey", p.id);
	trail_change(c, &passkey_public, &was, &p);
	return reply(c, &p);
}

static enum err
delete_passkey(struct ctx *c)
{
	struct uuid id = INPUT(c, id_path)->id;
	struct passkey was;
	enum err err;

	err = passkeys_by_id(c->db, c->user_id, id, &was);
	if (!err)
		err = passkeys_delete(c->db, c->user_id, id);
	if (err == ERR_NOT_FOUND)
		return no_passkey(c);
	if (err)
		return err;
	trail_object(c, "passkey", id);
	trail_change(c, &passkey_public, &was, NULL);
	return auth_tell(c, c->user_id, "passkey_removed");
}

static enum err
create_login_options(struct ctx *c)
{
	const struct uuid nobody = {{0}};
	struct passkey_request out;
	const char *challenge;
	enum err err;

	err = offer_challenge(c, TICKET_PASSKEY_LOGIN, nobody, &challenge);
	if (err)
		return err;
	out = passkey_request_options(c, challenge);
	return reply(c, &out);
}

static enum err
login_passkey(struct ctx *c)
{
	const struct passkey_login *in = INPUT(c, passkey_login);
	const struct uuid anybody = {{0}};
	struct sign_in s = {.strong = true,
	    .device = {in->transport, in->device_id, in->device_name}};
	struct passkey p;
	struct user user;
	enum err err;

	err = passkey_assert(c, anybody, in->credential.text, &p);
	if (err == ERR_INVALID)
		return refuse_credential(c, ERR_UNAUTHORIZED);
	if (!err)
		err = users_by_id(c->db, p.user_id, &user);
	s.user = &user;
	return err ? err : auth_sign_in(c, &s);
}

static const struct route routes[] = {
    ROUTE(POST, "/auth/passkeys/options", create_passkey_options, session_user,
	.prepare = load_asker, .work = verify_asker, .lane = LANE_HASH,
	.in = &passkey_ask, .out = &passkey_creation, .takes = TAKES_OPTIONAL,
	.tx = TX_WRITE, .unaudited = true,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "What navigator.credentials.create() takes"),
    ROUTE(POST, "/auth/passkeys", create_passkey, session_user,
	.in = &passkey_create, .out = &passkey_public, .tx = TX_WRITE,
	.status = 201, .refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_CONFLICT),
	.doc = "Register what it made"),
    ROUTE(GET, "/auth/passkeys", read_passkeys, session_user,
	.out = &passkeys_public, .tx = TX_READ, .doc = "The own passkeys"),
    ROUTE(PATCH, "/auth/passkeys/{id}", update_passkey, session_user,
	.in = &passkey_rename, .out = &passkey_public, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "Name a passkey"),
    ROUTE(DELETE, "/auth/passkeys/{id}", delete_passkey, session_user,
	.in = &id_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "Remove a passkey"),
    ROUTE(POST, "/auth/passkeys/login/options", create_login_options, anyone,
	.in = &passkey_login_ask, .out = &passkey_request,
	.takes = TAKES_OPTIONAL, .tx = TX_WRITE, .unaudited = true,
	.doc = "What navigator.credentials.get() takes"),
    ROUTE(POST, "/auth/passkeys/login", login_passkey, anyone,
	.in = &passkey_login, .out = &login_reply, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN),
	.doc = "Sign in with a passkey: it counts as two factors"),
};

DOMAIN(auth_passkeys, "auth", "Signing in", routes, .coded = true);
