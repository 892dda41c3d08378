/*
 * From prepare to commit, again while deadlocks come between; and the work of
 * an Idempotency-Key once. Read it from the bottom.
 */
#include "http/attempt.h"

#include <string.h>

#include "core/json.h"
#include "core/utf8.h"
#include "core/wake.h"
#include "db/unit.h"
#include "http/dispatch.h"
#include "http/etag.h"

enum {
	ATTEMPTS = 4,
	CLAIM_US = 2500000, /* for a key that others have */
	ECHO_MAX = 16 << 10
};

#define KEY_HEADER  "Idempotency-Key"
#define KEY_PATTERN "^[!-~]{1,64}$"

/* Whether the request's work is to be done once. */
static bool
is_keyed(const struct ctx *c)
{
	return c->app->once != NULL && c->route->idempotent != NOT_IDEMPOTENT &&
	       ctx_header(c, "idempotency-key") != NULL;
}

static bool
is_key(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] < '!' || text[i] > '~')
			return false;
	return n > 0 && n <= ONCE_KEY_MAX;
}

/* The item of a 422, as pydantic has it. */
static enum err
refuse_key(struct ctx *c, const char *key)
{
	struct buf echo;

	buf_init(&echo, ECHO_MAX);
	if (utf8_valid(key, strlen(key)))
		json_quote(&echo, key, strlen(key));
	c->faults->item[c->faults->n++] =
	    (struct fault){.type = "string_pattern_mismatch",
		.from = "header",
		.name = KEY_HEADER,
		.message = "String should match pattern '" KEY_PATTERN "'",
		.input = echo.len > 0 && !echo.full
			     ? arena_copy(c->mem, echo.data, echo.len)
			     : NULL,
		.context = "{\"pattern\":\"" KEY_PATTERN "\"}"};
	buf_free(&echo);
	return ERR_INVALID;
}

static enum err
check_key(struct ctx *c)
{
	const char *key = ctx_header(c, "idempotency-key");

	if (is_keyed(c))
		return is_key(key) ? OK : refuse_key(c, key);
	if (c->route->idempotent == IDEMPOTENT_REQUIRED)
		return fail_code(c, ERR_BAD_REQUEST, "idempotency_key_missing",
		    "Send an " KEY_HEADER);
	return OK;
}

/* One row for what was done, or for a refusal that the handler noted. */
static enum err
record(struct ctx *c)
{
	const struct route *r = c->route;

	if (r->tx != TX_WRITE || r->unaudited || c->app->record == NULL)
		return OK;
	if (c->status >= 400 && !c->trail.refused)
		return OK;
	return c->app->record(c);
}

static enum err
perform(struct ctx *c)
{
	enum err err = c->route->handle(c);

	if (!err)
		err = etag_settle(c);
	return err ? err : record(c);
}

/*
 * The key belongs to another body. Where that may hold a password, the handler
 * judges it first, and counts a wrong one: or this answer would tell who
 * guesses that it is wrong, and count nothing.
 */
static enum err
refuse_other(struct ctx *c)
{
	const char *code = c->code, *detail = c->detail;
	enum err err = c->route->work != NULL ? perform(c) : OK;

	if (err || c->status >= 400)
		return err;
	c->code = code;
	c->detail = detail;
	return ERR_INVALID;
}

/*
 * Those who wait for a key whose work is rolled back meet in a deadlock, and
 * all but one begin again; prepare and work are not to be done anew for that.
 */
static enum err
claim(struct ctx *c, bool *replayed)
{
	struct arena_mark mark = arena_mark(c->mem);
	int64_t end = time_monotonic_us() + CLAIM_US;
	enum err err;

	do {
		arena_rewind(c->mem, mark);
		db_rollback(c->db);
		db_phase(c->db, c->route->tx);
		err = c->app->once->begin(c, replayed);
	} while (err == ERR_RETRY && time_monotonic_us() < end);
	if (err != ERR_RETRY)
		return err;
	return fail_code(c, ERR_CONFLICT, "idempotency_in_progress",
	    "A request with this " KEY_HEADER " is not done yet");
}

static enum err
perform_once(struct ctx *c)
{
	bool replayed = false;
	enum err err = claim(c, &replayed);

	if (err == ERR_INVALID)
		return refuse_other(c);
	if (err || replayed)
		return err;
	err = perform(c);
	return err ? err : c->app->once->keep(c);
}

/* Nothing of an earlier attempt is left. */
static void
reset(struct ctx *c)
{
	c->state = NULL;
	c->trail = (struct trail){0};
	c->once = c->once_asked = NULL;
	c->detail = NULL;
	c->code = NULL;
	c->out = NULL;
	c->type = NULL;
	c->headers = NULL;
	c->cache = NULL;
	c->etag = NULL;
	c->judged = false;
	c->retry_s = 0;
	c->status = c->route->status != 0 ? c->route->status : 200;
	buf_reset(c->body);
}

static enum err
attempt(struct ctx *c)
{
	const struct route *r = c->route;
	enum err err;

	reset(c);
	if (r->prepare != NULL) {
		db_phase(c->db, TX_READ);
		err = r->prepare(c);
		if (err)
			return err;
	}
	if (r->work != NULL) {
		db_release(c->db);
		db_phase(c->db, TX_NONE);
		err = r->work(c);
		if (err)
			return err;
	}
	db_phase(c->db, r->tx);
	err = is_keyed(c) ? perform_once(c) : perform(c);
	if (!err)
		err = db_commit(c->db);
	if (!err && c->db->tasks)
		wake_ring(c->config->TASK_FIFO);
	return err;
}

enum err
attempt_run(struct ctx *c)
{
	struct arena_mark mark;
	enum err err = check_key(c);

	if (err)
		return err;
	mark = arena_mark(c->mem);
	err = ERR_RETRY;
	for (int i = 0; i < ATTEMPTS && err == ERR_RETRY; i++) {
		arena_rewind(c->mem, mark);
		err = attempt(c);
		if (err)
			db_rollback(c->db);
	}
	return err;
}
