/*
 * The service's own endpoints: for load balancers, sysadmins and clients.
 */
#include "http/router.h"

#include "build.h"
#include "http/dispatch.h"
#include "http/engine.h"
#include "service/model.h"

static enum err
healthz(struct ctx *c)
{
	const struct health ok = {"ok"};

	return reply(c, &ok);
}

/* A failed check is an answer here, not a failure of the request. */
static enum err
readyz(struct ctx *c)
{
	struct checks k = {.db = "ok", .migrations = "ok"};
	struct readiness out = {.status = "ok", .checks = {&k}};
	struct applied a;

	if (service_applied(c->db, &a) != OK)
		k.db = k.migrations = "unreachable";
	else if (a.applied != c->app->migrations)
		k.migrations = "other than this worker's";
	else if (!engine_is_draining())
		return reply(c, &out);
	out.status = engine_is_draining() ? "draining" : "degraded";
	return reply_status(c, 503, &out);
}

static enum err
read_version(struct ctx *c)
{
	const struct version v = {.name = c->config->PROJECT_NAME,
	    .version = BUILD_VERSION,
	    .commit = BUILD_COMMIT,
	    .api = API_VERSION};

	return reply(c, &v);
}

static enum err
openapi(struct ctx *c)
{
	const struct buf *doc = c->app->openapi;

	/* Asked for again each time, and sent when it is another. */
	c->cache = "no-cache";
	return reply_text(c, "application/json", doc->data, doc->len);
}

static const struct route routes[] = {
    ROUTE(GET, "/healthz", healthz, anyone, .out = &health,
	.doc = "This worker answers"),
    ROUTE(GET, "/readyz", readyz, anyone, .out = &readiness, .tx = TX_READ,
	.other_status = 503,
	.doc = "This worker and its database are fit to serve"),
    ROUTE(GET, "/version", read_version, anyone, .out = &version,
	.doc = "What runs here"),
    ROUTE(GET, API_PREFIX "/openapi.json", openapi, anyone,
	.out = &openapi_document, .doc = "This document"),
};

const struct domain service = {.name = "service",
    .doc = "The service itself",
    .root = true,
    .routes = routes,
    .nroutes = sizeof(routes) / sizeof(routes[0])};
