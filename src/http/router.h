/*
 * The route table: one const row per endpoint, read by the dispatcher, by
 * router_check() and by OpenAPI. Nothing is registered by call.
 *
 * Adding an endpoint to a domain, there are three things to do:
 *  1. a view of its input and output in schemas.c (declared in model.h);
 *  2. a handler in router.c: static, takes the ctx, returns enum err;
 *  3. a ROUTE() row in router.c with its guard, views, transaction and doc.
 * Adding a domain: a folder with those files, its struct domain in app.c, its
 * sources in Makefile.am, its migrations, its tests.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "core/decode.h"
#include "core/err.h"
#include "core/message.h"
#include "core/schema.h"
#include "db/db.h"
#include "http/again.h"
#include "http/ctx.h"
#include "http/etag.h"
#include "http/once.h"

/*
 * What staff may be allowed to do beyond their own account. Declared by the
 * domain that asks for it (in its model.h) and listed in app.c; roles are sets
 * of their names.
 */
struct permission {
	const char *name; /* "users": in the database, never change it */
	const char *doc;
};

/* A precondition, checked before validation; also documented. */
struct guard {
	const char *scheme;              /* OpenAPI security scheme, or NULL */
	enum err (*check)(struct ctx *); /* NULL: nothing to check */
	const enum err *refusals; /* what it may return, OK-ended, or NULL */
	const enum err *coded;    /* the same in a coded domain */
	const struct permission *needs; /* what check asks for, or NULL */
	bool optional; /* credentials are looked at, and none are fine */
};

enum method { GET, POST, PUT, PATCH, DELETE, METHODS };

extern const char *const method_names[METHODS];

enum body_type {
	TAKES_JSON,     /* any other Content-Type is 415 */
	TAKES_OPTIONAL, /* the same, and no body is an empty object */
	TAKES_JSON_LAX, /* as FastAPI: it is a string, and fails validation */
	TAKES_FORM      /* urlencoded or multipart; others have no fields */
};

/* Where a request runs: an ordinary thread, or the bounded hashing lane. */
enum lane { LANE_MAIN, LANE_HASH };

/*
 * A request goes guard, decode, prepare, work, handle. Most routes have only
 * handle. prepare and work split off slow work, so that no transaction and no
 * connection is held during it; what they find goes to c->state.
 */
struct route {
	enum method method;
	const char *path; /* "/users/{user_id}"; both slash forms are served */
	const char *name; /* operationId is {tag}-{name} */
	enum err (*handle)(struct ctx *);  /* in a transaction as tx says */
	enum err (*prepare)(struct ctx *); /* reads, before (TX_READ) */
	enum err (*work)(struct ctx *);    /* no statement may run */
	const struct guard *guard;         /* mandatory: &anyone is explicit */
	const struct schema *in, *out;
	const struct schema *out_staff; /* ctx.out for some callers, or NULL */
	enum body_type takes;
	enum db_tx tx;
	const char *counts; /* fills ctx.owned: a name in counts, or NULL */
	const struct permission *all; /* with it: everybody's, of counts */
	const struct search *search;  /* what the list can be asked for */
	enum match_rule match;        /* of PUT, PATCH, DELETE: If-Match */
	enum idempotent idempotent;   /* of POST: Idempotency-Key */
	enum lane lane;
	int status;       /* of success; 0 means 200 */
	int other_status; /* another one with the same body, or 0 */
	const char *type; /* of success, without a view; or NULL: JSON */
	bool unaudited;   /* no row in the trail: a challenge, a value of kv */
	const enum err *refusals; /* what it may return itself, OK-ended */
	const char *doc;          /* a summary line */
};

#define ROUTE(verb, url, fn, who, ...)                                  \
	{                                                               \
		.method = verb, .path = url, .name = #fn, .handle = fn, \
		.guard = &(who), __VA_ARGS__                            \
	}
#define ERRORS_OF(...)          \
	(const enum err[])      \
	{                       \
		__VA_ARGS__, OK \
	}

struct domain {
	const char *name; /* the tag in OpenAPI */
	const char *doc;
	bool root;  /* outside /api/v1 */
	bool coded; /* ours: a failure has a code, a value may hold a slash */
	const struct route *routes;
	size_t nroutes;
};

#define DOMAIN(id, tag, about, table, ...)                 \
	const struct domain id = {.name = tag,             \
	    .doc = about,                                  \
	    .routes = table,                               \
	    .nroutes = sizeof(table) / sizeof((table)[0]), \
	    __VA_ARGS__}

extern const struct guard anyone;

/* The whole path of a route: with API_PREFIX unless its domain is a root. */
const char *route_path(
    const struct domain *, const struct route *, char *out /* [PATH_TEXT] */);

#define API_PREFIX  "/api/v1"
#define API_VERSION "0.1.0"
enum { PATH_PARAMS = 8, PATH_SEGMENTS = 16, PATH_TEXT = 256 };

/*
 * Refuses (false, each reason on stderr) a duplicate or ambiguous path, an
 * unbound {name} or path field, a GET that writes, a missing guard, handler,
 * name, doc or output view, a repeated operationId, a body on a GET.
 */
bool router_check(const struct domain *const *domains);

/* The compiled table: a tree of segments. Immutable; freed by the caller. */
struct router;
struct router *router_new(const struct domain *const *domains);
void router_free(struct router *);

struct match {
	const struct route *route;   /* NULL: no such method or no such path */
	const struct domain *domain; /* of the route, or of another method */
	unsigned allowed; /* bit per enum method that the path has; 0: 404 */
	struct pair param[PATH_PARAMS];
	size_t nparams;
};

/*
 * Match a path of form_path(), whose segments are decoded one by one. A literal
 * segment goes before a {name}; a path whose literal form lacks the method
 * falls back to the {name} form. The time taken does not depend on the number
 * of routes. Parameter values are in the arena.
 */
void router_match(const struct router *, struct arena *, enum method,
    const char *path, struct match *);

#endif
