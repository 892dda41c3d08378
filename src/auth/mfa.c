/*
 * /auth/mfa: an authenticator and recovery codes for the own account, and the
 * second step of a sign-in.
 */
#include "auth/mfa.h"

#include <string.h>

#include "core/crypto.h"
#include "core/password.h"
#include "core/qr.h"
#include "core/seal.h"
#include "core/totp.h"
#include "http/router.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

/* Whose password is asked for again. */
struct owner {
	struct user user;
	bool is_wrong;
};

static const char *
id_text(struct ctx *c, struct uuid id)
{
	char text[UUID_TEXT];

	return arena_strdup(c->mem, uuid_format(&id, text));
}

static enum err
forgive(struct ctx *c, struct uuid user_id)
{
	return throttle_forgive(c, THROTTLE_MFA, id_text(c, user_id));
}

/* A guess that is counted: what was written so far is kept. */
static enum err
refuse_guess(
    struct ctx *c, enum throttled what, struct uuid user_id, enum err status)
{
	bool is_password = what == THROTTLE_PASSWORD;
	enum err err = throttle_count(c, what, id_text(c, user_id));

	if (err)
		return err;
	c->trail.refused = true;
	trail_object(c, "user", user_id);
	if (is_password)
		return refuse_code(
		    c, status, "bad_password", "The password is wrong");
	return refuse_code(
	    c, status, "bad_code", "The code is wrong, or it was used before");
}

static enum err
fail_exists(struct ctx *c)
{
	return fail_code(c, ERR_CONFLICT, "totp_exists",
	    "There is an authenticator already: remove it first");
}

static enum err
fail_not_enabled(struct ctx *c)
{
	return fail_code(
	    c, ERR_CONFLICT, "not_enabled", "There is no authenticator");
}

static enum err
read_mfa(struct ctx *c)
{
	struct mfa_status out = {0};
	struct totp_key key = {0};
	enum err err;

	err = totp_by_user(c->db, c->user_id, false, &key);
	if (err == ERR_NOT_FOUND)
		err = OK;
	if (!err)
		err = recovery_codes_count(
		    c->db, c->user_id, &out.recovery_codes_left);
	if (!err)
		err = passkeys_count(c->db, c->user_id, &out.passkeys);
	if (err)
		return err;
	out.totp = key.confirmed_at.us != 0;
	return reply(c, &out);
}

static enum err
load_owner(struct ctx *c)
{
	struct owner *o = NEW(c->mem, struct owner);
	enum err err;

	c->state = o;
	err = throttle_check(c, THROTTLE_PASSWORD, id_text(c, c->user_id));
	return err ? err : users_by_id(c->db, c->user_id, &o->user);
}

static enum err
verify_owner(struct ctx *c, const char *password)
{
	struct password_cost cost = users_password_cost(c->config);
	struct owner *o = c->state;

	o->is_wrong = !password_verify(&cost, o->user.password, password);
	return OK;
}

static enum err
verify_creator(struct ctx *c)
{
	return verify_owner(c, INPUT(c, totp_create)->password);
}

static enum err
verify_remover(struct ctx *c)
{
	return verify_owner(c, INPUT(c, totp_remove)->password);
}

/* The password was right: it counts as shown just now. */
static enum err
prove_owner(struct ctx *c)
{
	enum err err = sessions_prove(c->db, c->session, time_now());

	return err ? err
		   : throttle_forgive(
			 c, THROTTLE_PASSWORD, id_text(c, c->user_id));
}

static enum err
create_totp(struct ctx *c)
{
	const struct owner *o = c->state;
	const char *id = id_text(c, c->user_id);
	struct totp_key key = {.user_id = c->user_id, .created_at = time_now()};
	struct totp_created out;
	uint8_t *secret = NEW_N(c->mem, uint8_t, TOTP_SECRET);
	enum err err;

	if (o->is_wrong)
		return refuse_guess(
		    c, THROTTLE_PASSWORD, c->user_id, ERR_UNAUTHORIZED);
	crypto_random(secret, TOTP_SECRET);
	key.secret = seal(
	    c->mem, c->config->SECRET_KEY, "totp", id, secret, TOTP_SECRET);
	err = totp_put(c->db, &key);
	if (err == ERR_CONFLICT)
		return fail_exists(c);
	if (!err)
		err = prove_owner(c);
	if (err)
		return err;
	out.secret = totp_secret_text(c->mem, secret);
	out.otpauth_uri =
	    totp_uri(c->mem, c->config->PROJECT_NAME, o->user.email, secret);
	out.qr_svg =
	    qr_svg(c->mem, out.otpauth_uri, "QR code for an authenticator");
	trail_object(c, "user", c->user_id);
	return reply(c, &out);
}

/* The caller's own key, locked: whoever guesses at it does so one at a time. */
static enum err
lock_key(struct ctx *c, struct totp_key *key)
{
	enum err err = totp_by_user(c->db, c->user_id, true, key);

	return err ? err
		   : throttle_check(c, THROTTLE_MFA, id_text(c, c->user_id));
}

static enum err
confirm_totp(struct ctx *c)
{
	const struct mfa_code *in = INPUT(c, mfa_code);
	struct recovery_codes out;
	struct totp_key key;
	bool good;
	enum err err;

	err = lock_key(c, &key);
	if (err == ERR_NOT_FOUND)
		return fail_code(c, ERR_CONFLICT, "not_started",
		    "There is no authenticator to confirm: add one first");
	if (err)
		return err;
	if (key.confirmed_at.us != 0)
		return fail_exists(c);
	err = second_totp(c, &key, in->code, &good);
	if (err)
		return err;
	if (!good)
		return refuse_guess(
		    c, THROTTLE_MFA, c->user_id, ERR_BAD_REQUEST);
	err = second_begin(c, &out.recovery_codes);
	if (!err)
		err = forgive(c, c->user_id);
	if (err)
		return err;
	trail_object(c, "user", c->user_id);
	return reply(c, &out);
}

static enum err
delete_totp(struct ctx *c)
{
	const struct totp_remove *in = INPUT(c, totp_remove);
	const struct owner *o = c->state;
	struct totp_key key;
	bool good;
	enum err err;

	if (o->is_wrong)
		return refuse_guess(
		    c, THROTTLE_PASSWORD, c->user_id, ERR_UNAUTHORIZED);
	err = lock_key(c, &key);
	if (err == ERR_NOT_FOUND || (!err && key.confirmed_at.us == 0))
		return fail_not_enabled(c);
	if (!err)
		err = second_recovery(c, c->user_id, in->code, &good);
	if (!err && !good)
		err = second_totp(c, &key, in->code, &good);
	if (err)
		return err;
	if (!good)
		return refuse_guess(
		    c, THROTTLE_MFA, c->user_id, ERR_UNAUTHORIZED);
	err = second_end(c);
	if (!err)
		err = forgive(c, c->user_id);
	if (!err)
		err = prove_owner(c);
	trail_object(c, "user", c->user_id);
	return err;
}

static enum err
create_recovery_codes(struct ctx *c)
{
	const struct mfa_code *in = INPUT(c, mfa_code);
	struct recovery_codes out;
	struct totp_key key;
	bool good;
	enum err err;

	err = lock_key(c, &key);
	if (err == ERR_NOT_FOUND || (!err && key.confirmed_at.us == 0))
		return fail_not_enabled(c);
	if (!err)
		err = second_totp(c, &key, in->code, &good);
	if (err)
		return err;
	if (!good)
		return refuse_guess(
		    c, THROTTLE_MFA, c->user_id, ERR_UNAUTHORIZED);
	err = second_renew(c, c->user_id, &out.recovery_codes);
	if (!err)
		err = forgive(c, c->user_id);
	if (err)
		return err;
	trail_object(c, "user", c->user_id);
	return reply(c, &out);
}

static enum err
fail_expired(struct ctx *c)
{
	return fail_code(c, ERR_UNAUTHORIZED, "mfa_expired",
	    "This sign-in took too long or is over: begin anew");
}

/* What its method needs must be there. */
static enum err
check_method(struct ctx *c)
{
	const struct mfa_verify *in = INPUT(c, mfa_verify);
	bool is_passkey = strcmp(in->method, "passkey") == 0;

	if (is_passkey ? in->credential.text != NULL : in->code != NULL)
		return OK;
	c->faults->item[c->faults->n++] = (struct fault){.type = "missing",
	    .from = "body",
	    .name = is_passkey ? "credential" : "code",
	    .message = "Field required"};
	return ERR_INVALID;
}

static enum err
check_factor(struct ctx *c, const struct totp_key *key, bool *good)
{
	const struct mfa_verify *in = INPUT(c, mfa_verify);
	struct passkey passkey;
	enum err err;

	if (strcmp(in->method, "totp") == 0)
		return second_totp(c, key, in->code, good);
	if (strcmp(in->method, "recovery_code") == 0)
		return second_recovery(c, key->user_id, in->code, good);
	err = passkey_assert(c, key->user_id, in->credential.text, &passkey);
	*good = err == OK;
	return err == ERR_INVALID ? OK : err;
}

/*
 * Finds the sign-in that a token goes on with. The account's key is then
 * locked: there is one guess at a time, and none that is not counted.
 */
static enum err
find_step(struct ctx *c, const char *digest, struct ticket *ticket,
    struct totp_key *key)
{
	struct timestamp now = time_now();
	enum err err;

	err = tickets_find(c->db, TICKET_MFA, digest, now, ticket);
	if (!err)
		err = totp_by_user(c->db, ticket->user_id, true, key);
	/* Again: another request may have used it up meanwhile. */
	if (!err)
		err = tickets_find(c->db, TICKET_MFA, digest, now, ticket);
	if (err == ERR_NOT_FOUND || (!err && key->confirmed_at.us == 0))
		return fail_expired(c);
	return err;
}

static enum err
verify_mfa(struct ctx *c)
{
	const char *digest =
	    ticket_digest(c->mem, INPUT(c, mfa_verify)->mfa_token);
	struct sign_in s = {.strong = true};
	struct totp_key key;
	struct ticket ticket;
	struct user user;
	bool good;
	enum err err;

	err = find_step(c, digest, &ticket, &key);
	if (!err)
		err =
		    throttle_check(c, THROTTLE_MFA, id_text(c, ticket.user_id));
	if (!err)
		err = check_factor(c, &key, &good);
	if (err)
		return err;
	if (!good)
		return refuse_guess(
		    c, THROTTLE_MFA, ticket.user_id, ERR_UNAUTHORIZED);
	err = tickets_use(c->db, TICKET_MFA, digest, time_now());
	if (!err)
		err = mfa_device(c->mem, ticket.data, &s.device);
	if (err == ERR_NOT_FOUND || err == ERR_INVALID)
		return fail_expired(c);
	if (!err)
		err = users_by_id(c->db, ticket.user_id, &user);
	if (!err)
		err = forgive(c, user.id);
	s.user = &user;
	return err ? err : auth_sign_in(c, &s);
}

static const struct route routes[] = {
    ROUTE(GET, "/auth/mfa", read_mfa, session_user, .out = &mfa_status,
	.tx = TX_READ, .doc = "Which second factors the own account has"),
    ROUTE(POST, "/auth/mfa/totp", create_totp, session_user,
	.prepare = load_owner, .work = verify_creator, .lane = LANE_HASH,
	.in = &totp_create, .out = &totp_created, .tx = TX_WRITE, .status = 201,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "Add an authenticator; it counts once it is confirmed"),
    ROUTE(POST, "/auth/mfa/totp/confirm", confirm_totp, session_user,
	.in = &mfa_code, .out = &recovery_codes, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "Confirm it with its first code; ends the other sessions"),
    ROUTE(DELETE, "/auth/mfa/totp", delete_totp, session_user,
	.prepare = load_owner, .work = verify_remover, .lane = LANE_HASH,
	.in = &totp_remove, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "Remove the authenticator and the recovery codes"),
    ROUTE(POST, "/auth/mfa/recovery-codes", create_recovery_codes, session_user,
	.in = &mfa_code, .out = &recovery_codes, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_CONFLICT, ERR_TOO_MANY),
	.doc = "New recovery codes; the old ones are void"),
    ROUTE(POST, "/auth/mfa/verify", verify_mfa, anyone, .prepare = check_method,
	.in = &mfa_verify, .out = &login_reply, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_TOO_MANY),
	.doc = "The second step of a sign-in"),
};

DOMAIN(auth_mfa, "auth", "Signing in", routes, .coded = true);
