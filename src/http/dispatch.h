/*
 * From a request to its reply: match, read, guard, decode, prepare, work,
 * handle, commit, send, log. It alone ends transactions, and it replies after
 * the commit.
 */
#ifndef HTTP_DISPATCH_H
#define HTTP_DISPATCH_H

#include "core/buf.h"
#include "core/config.h"
#include "db/pool.h"
#include "http/engine.h"
#include "http/router.h"

struct kv_store;
struct lately;
struct tally;
struct task_kind;

/* What all threads share; immutable once they run. */
struct app {
	const struct config *config;
	const struct router *router;
	struct pool *pool;
	const struct buf *openapi; /* the document, made once */
	const struct templates *templates;
	int64_t migrations; /* that this program knows */
	/* Writes the audit row, in the route's transaction (trail.h). */
	enum err (*record)(struct ctx *);
	/* Idempotency-Key (once.h); NULL: there is none. */
	const struct once *once;
	struct kv_store *kv;   /* kv/store.h; the domain's alone */
	struct tally *tally;   /* tally.h: what is counted of requests */
	struct lately *lately; /* lately.h: for /admin/stats alone */
	int64_t began_us;      /* of the worker: monotonic */
	/* All that there are, NULL-ended. */
	const struct permission *const *permissions;
	/* The same of tasks (tasks/kinds.h); the domains' alone. */
	const struct task_kind *const *kinds;
};

/* The functions that the engine calls, for `app`, which outlives it. */
struct engine_app dispatch_app(struct app *);

#endif
