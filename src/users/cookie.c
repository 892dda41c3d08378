/*
 * The cookies of browsers (RFC 6265bis): out of reach of scripts, for this
 * host alone, and sent by no other site.
 */
#include <string.h>

#include "core/crypto.h"
#include "http/router.h"
#include "users/model.h"

/* Where TLS is on, the browser itself holds them to this host and path. */
static const char *const names[] = {
    [COOKIE_ACCESS] = "__Host-atrium_access",
    [COOKIE_REFRESH] = "__Host-atrium_refresh",
    [COOKIE_DEVICE] = "__Host-atrium_device",
};

#define HOST_PREFIX "__Host-"
#define HTTPS       "https:"

static bool
is_secure(const struct ctx *c)
{
	return strncmp(c->config->FRONTEND_HOST, HTTPS, strlen(HTTPS)) == 0;
}

static const char *
name_of(const struct ctx *c, enum cookie which)
{
	return names[which] + (is_secure(c) ? 0 : strlen(HOST_PREFIX));
}

const char *
cookie_get(struct ctx *c, enum cookie which)
{
	const char *p = ctx_header(c, "cookie");
	const char *name = name_of(c, which);
	size_t n = strlen(name);

	while (p != NULL && *p != '\0') {
		p += strspn(p, "; \t");
		if (strncmp(p, name, n) == 0 && p[n] == '=') {
			p += n + 1;
			return arena_copy(c->mem, p, strcspn(p, "; \t"));
		}
		p += strcspn(p, ";");
	}
	return NULL;
}

void
cookie_set(
    struct ctx *c, enum cookie which, const char *value, int64_t max_age_s)
{
	ctx_add_header(c,
	    "Set-Cookie: %s=%s; Path=/; Max-Age=%lld; HttpOnly; "
	    "SameSite=%s%s",
	    name_of(c, which), value, (long long)max_age_s,
	    which == COOKIE_ACCESS ? "Lax" : "Strict",
	    is_secure(c) ? "; Secure" : "");
}

void
cookies_clear(struct ctx *c)
{
	cookie_set(c, COOKIE_ACCESS, "", 0);
	cookie_set(c, COOKIE_REFRESH, "", 0);
}

/* "http://127.0.0.1:8080": the site as the browser addressed it. */
static bool
is_own_origin(struct ctx *c, const char *origin)
{
	const char *host = ctx_header(c, "host");
	const char *at = strstr(origin, "://");

	if (strcmp(origin, c->config->FRONTEND_HOST) == 0)
		return true;
	if (host == NULL || at == NULL || strcmp(at + 3, host) != 0)
		return false;
	return !is_secure(c) || strncmp(origin, HTTPS, strlen(HTTPS)) == 0;
}

enum err
csrf_check_origin(struct ctx *c)
{
	const char *origin = ctx_header(c, "origin");
	const char *site = ctx_header(c, "sec-fetch-site");
	bool good;

	if (origin != NULL)
		good = is_own_origin(c, origin);
	else
		good = site == NULL || strcmp(site, "same-origin") == 0 ||
		       strcmp(site, "none") == 0;
	if (good)
		return OK;
	return fail_code(c, ERR_FORBIDDEN, "csrf_failed",
	    "The request comes from another site");
}

const char *
csrf_token(struct ctx *c, struct uuid session)
{
	char text[UUID_TEXT];

	return crypto_keyed_digest(
	    c->mem, c->config->SECRET_KEY, "csrf", uuid_format(&session, text));
}
