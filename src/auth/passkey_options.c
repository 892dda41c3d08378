/*
 * What a browser needs to make a passkey or to use one: the options of
 * navigator.credentials.create() and .get(), in their JSON form.
 */
#include "auth/passkeys.h"
#include "core/base64url.h"
#include "http/ctx.h"
#include "users/model.h"

#define TYPE "public-key"

enum { TIMEOUT_MS = 300000 };

static struct webauthn_site
site_of(struct ctx *c)
{
	return webauthn_site(c->mem, c->config->FRONTEND_HOST);
}

static struct object
owner(struct ctx *c)
{
	const struct user *u = c->user;
	struct passkey_owner *o = NEW(c->mem, struct passkey_owner);
	bool named = u->full_name != NULL && *u->full_name != '\0';

	o->id =
	    base64url_encode(c->mem, c->user_id.byte, sizeof(c->user_id.byte));
	o->name = u->email;
	o->displayName = named ? u->full_name : u->email;
	return (struct object){o};
}

/* A device that holds one of these is not asked to make another. */
static struct list
names(struct ctx *c, const struct list *passkeys)
{
	const struct passkey *p = passkeys->rows;
	struct passkey_named *name;

	if (passkeys->n == 0)
		return (struct list){0};
	name = NEW_N(c->mem, struct passkey_named, passkeys->n);
	for (size_t i = 0; i < passkeys->n; i++)
		name[i] = (struct passkey_named){TYPE, p[i].credential_id};
	return (struct list){name, passkeys->n};
}

struct passkey_creation
passkey_creation_options(
    struct ctx *c, const struct list *passkeys, const char *challenge)
{
	static const struct passkey_kind kinds[] = {
	    {TYPE, -7}, {TYPE, -8}, {TYPE, -257}};
	static const struct passkey_wish wish = {"preferred", "required"};
	struct passkey_site *rp = NEW(c->mem, struct passkey_site);

	rp->id = site_of(c).rp_id;
	rp->name = c->config->PROJECT_NAME;
	return (struct passkey_creation){.rp = {rp},
	    .user = owner(c),
	    .challenge = challenge,
	    .pubKeyCredParams = {kinds, sizeof(kinds) / sizeof(kinds[0])},
	    .timeout = TIMEOUT_MS,
	    .excludeCredentials = names(c, passkeys),
	    .authenticatorSelection = {&wish},
	    .attestation = "none"};
}

/* To name the passkeys of an account would tell that there is one. */
struct passkey_request
passkey_request_options(struct ctx *c, const char *challenge)
{
	return (struct passkey_request){.challenge = challenge,
	    .timeout = TIMEOUT_MS,
	    .rpId = site_of(c).rp_id,
	    .userVerification = "required"};
}
