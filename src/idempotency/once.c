/*
 * The work of an Idempotency-Key, once. Its row is in the work's transaction,
 * so that there is either both or neither; who comes second waits for the row.
 */
#include "http/once.h"

#include <string.h>

#include "core/crypto.h"
#include "http/engine.h"
#include "http/router.h"
#include "idempotency/model.h"

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)

/* Of a user; a reply may go beyond. */
enum { KEYS_MAX = 10000, BYTES_MAX = 64 << 20 };

/* Of one caller and one operation; the key itself is stored nowhere. */
static const char *
id_of(struct ctx *c)
{
	char user[UUID_TEXT];
	const char *name = arena_printf(c->mem, "%s %s-%s %s",
	    uuid_format(&c->user_id, user), c->domain->name, c->route->name,
	    ctx_header(c, "idempotency-key"));

	return crypto_keyed_digest(
	    c->mem, c->config->SECRET_KEY, "idempotency key", name);
}

/*
 * Keyed too: a body may hold a password. Of the path it is what the segments
 * stand for: to spell them otherwise is to ask for the same.
 */
static const char *
request_of(struct ctx *c)
{
	const char *target = request_param(c->request, "REQUEST_URI");
	const char *query = strchr(target, '?');
	char hex[2 * SHA256_SIZE + 1];
	uint8_t sum[SHA256_SIZE];
	const char *text;

	crypto_sha256(c->raw != NULL ? c->raw : "", c->nraw, sum);
	crypto_hex(sum, sizeof(sum), hex);
	text = arena_printf(c->mem, "%s", hex);
	for (size_t i = 0; i < c->match->nparams; i++)
		text = arena_printf(c->mem, "%s %zu:%s", text,
		    c->match->param[i].length, c->match->param[i].value);
	return crypto_keyed_digest(c->mem, c->config->SECRET_KEY,
	    "idempotency request",
	    arena_printf(
		c->mem, "%s %s", text, query != NULL ? query + 1 : ""));
}

static enum err
need_room(struct ctx *c, struct timestamp now)
{
	const struct timestamp since = {now.us - ONCE_KEEP_HOURS * HOUR};
	struct kept_use use;
	enum err err =
	    kept_measure(c->db, c->user_id, since, KEYS_MAX + 1, &use);

	if (err || (use.n <= KEYS_MAX && use.bytes < BYTES_MAX))
		return err;
	c->retry_s = (use.oldest.us - since.us) / SECOND + 1;
	return fail_code(c, ERR_TOO_MANY, "idempotency_full",
	    "Your account has used too many Idempotency-Keys: each is kept for"
	    " %d hours. Wait, or send none",
	    ONCE_KEEP_HOURS);
}

static void
replay(struct ctx *c, const struct kept *k)
{
	buf_reset(c->body);
	if (k->body != NULL)
		buf_puts(c->body, k->body);
	c->status = (int)k->status;
	c->headers = k->headers;
	ctx_add_header(c, "Idempotency-Replayed: true");
}

static enum err
begin(struct ctx *c, bool *replayed)
{
	const struct kept mine = {.id = id_of(c),
	    .user_id = c->user_id,
	    .request = request_of(c),
	    .created_at = time_now()};
	struct kept k;
	bool is_new;
	enum err err = kept_claim(c->db, &mine, &is_new);

	if (err)
		return err;
	c->once = mine.id;
	c->once_asked = arena_printf(c->mem, "%s-%s", mine.id, mine.request);
	if (is_new)
		return need_room(c, mine.created_at);
	err = kept_by_id(c->db, mine.id, &k);
	if (err)
		return err;
	if (strcmp(k.request, mine.request) != 0)
		return fail_code(c, ERR_INVALID, "idempotency_mismatch",
		    "This Idempotency-Key belongs to another request");
	replay(c, &k);
	*replayed = true;
	return OK;
}

static enum err
keep(struct ctx *c)
{
	struct kept k = {.id = c->once,
	    .status = c->status,
	    .headers = c->headers,
	    .body = c->body->len > 0 ? c->body->data : NULL};

	if (c->status >= 400)
		return kept_delete(c->db, k.id);
	if (c->etag != NULL)
		k.headers = arena_printf(c->mem, "%sETag: %s\r\n",
		    c->headers != NULL ? c->headers : "", c->etag);
	return kept_finish(c->db, &k);
}

const struct once idempotency_once = {begin, keep};
