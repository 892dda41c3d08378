/*
 * The walk of one request. Read it from the bottom: serve() is the whole of
 * it, each function above is one of its steps.
 */
#include "http/dispatch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/crypto.h"
#include "core/decode.h"
#include "core/json.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/password.h"
#include "core/siphash.h"
#include "core/token_cache.h"
#include "db/unit.h"
#include "http/access_log.h"
#include "http/again.h"
#include "http/arrival.h"
#include "http/attempt.h"
#include "http/body.h"
#include "http/cors.h"
#include "http/etag.h"
#include "http/form.h"
#include "http/found.h"
#include "http/respond.h"
#include "http/tally.h"

enum {
	REPLY_MAX = 16 << 20,
	HEAD_MAX = 8192,
	ARENA_PER_BODY_BYTE = 16,
	ARENA_MIN = 64 << 20,
	QUEUED_US = 2000 /* that count: nginx tells whole milliseconds */
};

/* What one engine thread keeps from request to request. */
struct thread {
	const struct app *app;
	struct tally_own *tally;
	bool hashing;
	struct password_slot *slot;
	struct token_rules rules;
	struct token_cache *tokens;
	struct again *again;
	uint8_t tag_key[SIPHASH_KEY];
	struct arena *mem;
	struct buf raw, head, body;
	struct faults faults;
	struct db db;
};

/* A request on its walk. */
struct walk {
	struct ctx c;
	enum method method; /* METHODS: another one */
	const char *name;   /* of the method, for the log */
	bool head, options;
	struct match match;
	struct input input;
	struct json *doc;
	int64_t began_us, queued_us;
};

/* One and the same for all workers that have SECRET_KEY. */
static void
make_tag_key(const char *secret, uint8_t out[SIPHASH_KEY])
{
	static const char purpose[] = "entity tags";
	uint8_t sum[SHA256_SIZE];

	crypto_hmac_sha256(
	    secret, strlen(secret), purpose, sizeof(purpose) - 1, sum);
	memcpy(out, sum, SIPHASH_KEY);
}

static void *
thread_new(void *arg, bool hashing)
{
	const struct app *app = arg;
	const struct config *config = app->config;
	struct password_cost cost = {
	    .memory_kib = (uint32_t)config->ARGON2_MEMORY_KIB,
	    .passes = (uint32_t)config->ARGON2_PASSES,
	    .lanes = (uint32_t)config->ARGON2_LANES};
	struct thread *t = calloc(1, sizeof(*t));

	if (t == NULL)
		log_fatal("out of memory");
	t->app = app;
	t->tally = tally_join(app->tally);
	t->hashing = hashing;
	t->rules = (struct token_rules){.secret = config->SECRET_KEY,
	    .keys = keys_new(config->KEYS_DIR),
	    .issuer = *config->TOKEN_ISSUER != '\0' ? config->TOKEN_ISSUER
						    : config->FRONTEND_HOST,
	    .audience = config->TOKEN_AUDIENCE};
	t->tokens = token_cache_new(&t->rules);
	t->again = again_new();
	make_tag_key(config->SECRET_KEY, t->tag_key);
	t->mem = arena_new(
	    ARENA_MIN + (size_t)config->BODY_LIMIT * ARENA_PER_BODY_BYTE);
	buf_init(&t->raw, (size_t)config->BODY_LIMIT);
	buf_init(&t->head, HEAD_MAX);
	buf_init(&t->body, REPLY_MAX);
	if (hashing) {
		t->slot = password_slot_new(&cost);
		password_slot_use(t->slot);
	}
	return t;
}

static void
thread_free(void *arg)
{
	struct thread *t = arg;

	password_slot_free(t->slot);
	token_cache_free(t->tokens);
	keys_free(t->rules.keys);
	again_free(t->again);
	arena_free(t->mem);
	buf_free(&t->raw);
	buf_free(&t->head);
	buf_free(&t->body);
	free(t);
}

static void
read_method(struct walk *w)
{
	const char *name = request_param(w->c.request, "REQUEST_METHOD");

	w->method = METHODS;
	w->name = "?";
	if (name == NULL)
		return;
	w->head = strcmp(name, "HEAD") == 0;
	w->options = strcmp(name, "OPTIONS") == 0;
	for (unsigned i = 0; i < METHODS; i++)
		if (strcmp(w->head ? "GET" : name, method_names[i]) == 0)
			w->method = (enum method)i;
	if (w->head || w->options || w->method < METHODS)
		w->name = name;
}

static void
begin(struct thread *t, struct walk *w, struct request *r)
{
	memset(w, 0, sizeof(*w));
	arena_reset(t->mem);
	buf_reset(&t->body);
	t->faults.n = 0;
	t->faults.more = NULL;
	w->began_us = time_monotonic_us();
	w->queued_us = arrival_queued_us(r);
	w->c = (struct ctx){.mem = t->mem,
	    .db = &t->db,
	    .app = t->app,
	    .config = t->app->config,
	    .rules = &t->rules,
	    .tokens = t->tokens,
	    .again = t->again,
	    .tag_key = t->tag_key,
	    .request = r,
	    .id = arrival_id(t->mem, r),
	    .body = &t->body,
	    .faults = &t->faults};
	db_init(&t->db, t->app->pool, t->mem, w->c.id);
	read_method(w);
}

static enum err
match(struct walk *w)
{
	const char *target = request_param(w->c.request, "REQUEST_URI");
	const char *path;
	enum err err;

	if (target == NULL)
		return ERR_BAD_REQUEST;
	err = form_path(w->c.mem, target, &path);
	if (err)
		return err;
	router_match(w->c.app->router, w->c.mem, w->method, path, &w->match);
	w->c.match = &w->match;
	w->c.route = w->match.route;
	w->c.domain = w->match.domain;
	w->c.coded = w->c.domain != NULL && w->c.domain->coded;
	if (w->c.route != NULL)
		return OK;
	return w->match.allowed != 0 ? ERR_METHOD : ERR_NOT_FOUND;
}

static enum err
read_query(struct walk *w)
{
	const char *target = request_param(w->c.request, "REQUEST_URI");
	const char *query = strchr(target, '?');
	struct pair *pairs;
	enum err err;

	if (query == NULL || !schema_has(w->c.route->in, FROM_QUERY))
		return OK;
	err = form_urlencoded(
	    w->c.mem, query + 1, strlen(query + 1), &pairs, &w->input.nquery);
	if (err)
		return fail(&w->c, err, "The query is malformed");
	w->input.query = pairs;
	return OK;
}

static enum err
guard(struct ctx *c)
{
	bool changed = false;

	keys_refresh(c->rules->keys, time_now(), &changed);
	if (changed)
		token_cache_forget(c->tokens);
	db_phase(c->db, TX_READ);
	return c->route->guard->check != NULL ? c->route->guard->check(c) : OK;
}

static enum err
decode(struct walk *w)
{
	struct ctx *c = &w->c;
	const struct schema *in = c->route->in;
	struct asked asked;
	enum err err;
	void *row;

	if (in == NULL)
		return OK;
	w->input.path = w->match.param;
	w->input.npath = w->match.nparams;
	w->input.takes_form = c->route->takes == TAKES_FORM;
	w->input.optional = c->route->takes == TAKES_OPTIONAL;
	row = arena_alloc(c->mem, in->size, 1);
	c->in = row;
	err = schema_decode(c->mem, in, &w->input, row, &c->given, c->faults);
	/* All that is wrong with the request is told at once. */
	if (c->route->search != NULL)
		err = found_ask(c, &asked);
	return err;
}

static enum err
walk(struct thread *t, struct walk *w)
{
	enum err err;

	err = read_query(w);
	if (!err)
		err = body_read(&w->c, &t->raw, &w->input, &w->doc);
	if (!err)
		err = guard(&w->c);
	if (!err)
		err = decode(w);
	if (!err)
		err = attempt_run(&w->c);
	return err;
}

/* A password may be in what was read and decoded. */
static void
forget(struct thread *t)
{
	if (t->raw.len > 0)
		crypto_wipe(t->raw.data, t->raw.len);
	buf_reset(&t->raw);
	arena_reset(t->mem);
}

/* The reply is out: what it did not have to wait for. */
static void
finish(struct ctx *c)
{
	enum err err;

	db_phase(c->db, TX_WRITE);
	err = c->after(c);
	if (!err)
		err = db_commit(c->db);
	if (err)
		log_say(LOG_WARN, c->id, "A write after the reply failed: %s.",
		    err_name(err));
	db_release(c->db);
}

/* Counted as long as its client waited for it here. */
static void
note(struct thread *t, const struct walk *w)
{
	const struct ctx *c = &w->c;
	int64_t us = time_monotonic_us() - w->began_us;

	access_log(c, w->name, us, w->queued_us, c->db->spent_us);
	if (w->queued_us >= QUEUED_US)
		us += w->queued_us;
	tally_count(t->tally, c->status, us);
}

static void
end(struct thread *t, struct walk *w, enum err err)
{
	struct ctx *c = &w->c;

	db_release(c->db);
	if (w->options && err == ERR_METHOD) {
		buf_reset(c->body);
		c->status = 204;
	} else if (err || c->body->full) {
		respond_failure(c, err ? err : ERR_INTERNAL);
	} else {
		etag_finish(c);
	}
	respond_send(c, &t->head,
	    w->options || err == ERR_METHOD ? w->match.allowed : 0, w->head);
	note(t, w);
	if (c->after != NULL)
		finish(c);
	json_free(w->doc);
	forget(t);
}

static enum engine_next
serve(void *arg, struct request *r)
{
	struct thread *t = arg;
	struct walk w;
	enum err err;

	begin(t, &w, r);
	if (cors_preflight(&w.c, w.options)) {
		end(t, &w, OK);
		return ENGINE_DONE;
	}
	err = match(&w);
	if (!err && w.c.route->lane == LANE_HASH && !t->hashing)
		return ENGINE_HEAVY;
	if (!err)
		err = walk(t, &w);
	end(t, &w, err);
	return ENGINE_DONE;
}

static void
turn_away(void *arg, struct request *r)
{
	struct thread *t = arg;
	struct walk w;

	begin(t, &w, r);
	/* For the code of the refusal, and for the log. */
	(void)match(&w);
	end(t, &w, ERR_BUSY);
}

struct engine_app
dispatch_app(struct app *app)
{
	return (struct engine_app){.app = app,
	    .thread_new = thread_new,
	    .thread_free = thread_free,
	    .serve = serve,
	    .refuse = turn_away};
}
