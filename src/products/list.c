/*
 * The list of products, which most visitors ask for: the version of what they
 * see (dao_totals.c) says whether an earlier answer still holds.
 */
#include <string.h>

#include "build.h"
#include "core/siphash.h"
#include "http/found.h"
#include "http/router.h"
#include "products/model.h"

void
products_allow_caches(struct ctx *c)
{
	int64_t seconds = c->config->PUBLIC_CACHE_SECONDS;

	/* Who has a credential may see something else. */
	ctx_add_header(c, "Vary: Authorization, Cookie");
	if (c->user != NULL)
		c->cache = "private, no-cache";
	else if (seconds == 0)
		c->cache = "no-cache";
	else
		c->cache = arena_printf(
		    c->mem, "public, max-age=%lld", (long long)seconds);
}

void
products_public_tag(struct ctx *c, int64_t version)
{
	c->etag = arena_printf(c->mem, "\"v%lld-public\"", (long long)version);
}

/*
 * What the list of visitors depends on, as one number: a version that comes
 * again after a restore, and another program with another view, have another.
 */
static int64_t
state_of(const struct ctx *c, const struct product_totals *t)
{
	const int64_t of[] = {t->version, t->mark, t->active};
	char held[sizeof(of) + sizeof(BUILD_COMMIT)];
	uint8_t sum[SIPHASH_SIZE];
	uint64_t state;

	memcpy(held, of, sizeof(of));
	memcpy(held + sizeof(of), BUILD_COMMIT, sizeof(BUILD_COMMIT));
	siphash(c->tag_key, held, sizeof(held), sum);
	memcpy(&state, sum, sizeof(state));
	return (int64_t)(state >> 1);
}

static enum err
refuse_inactive(struct ctx *c)
{
	c->faults->n = 1;
	c->faults->item[0] = (struct fault){.type = "value_error",
	    .from = "query",
	    .name = "active",
	    .message = "Value error, others than staff see active ones only",
	    .input = "\"false\"",
	    .context = "{\"error\":{}}"};
	return ERR_INVALID;
}

/* How many there are when nothing is filtered but what is active. */
static bool
is_counted(
    const struct ctx *c, bool staff, const struct product_totals *t, int64_t *n)
{
	const struct product_query *in = INPUT(c, product_query);

	if (HAS(c, in, q) || HAS(c, in, category) || HAS(c, in, min_price) ||
	    HAS(c, in, max_price) || HAS(c, in, in_stock))
		return false;
	*n = t->active;
	if (staff && !HAS(c, in, active))
		*n += t->inactive;
	else if (staff && !in->active)
		*n = t->inactive;
	return true;
}

static enum err
list(struct ctx *c, bool staff, const struct asked *asked,
    const struct product_totals *t)
{
	struct found out = {0};
	enum err err = products_list(c->db, asked, !staff, &out);

	out.exact = is_counted(c, staff, t, &out.count);
	if (!err && !out.exact && found_uncounted(asked, &out))
		err = products_count(
		    c->db, asked, !staff, FOUND_COUNT, &out.count);
	return err ? err : reply_found(c, asked, &out);
}

static bool
has_it(const struct ctx *c)
{
	const char *tags = ctx_header(c, "if-none-match");

	return tags != NULL && etag_in(tags, c->etag, true);
}

static enum err
show_visitor(
    struct ctx *c, const struct asked *asked, const struct product_totals *t)
{
	int64_t state = state_of(c, t);
	enum err err;

	c->etag = arena_printf(c->mem, "\"v%lld-%llx-public\"",
	    (long long)t->version, (unsigned long long)state);
	if (has_it(c)) {
		c->status = 304;
		return OK;
	}
	c->owned.version = state;
	if (reply_again(c))
		return OK;
	err = list(c, false, asked, t);
	if (!err)
		reply_remember(c);
	return err;
}

enum err
products_show_list(struct ctx *c)
{
	const struct product_query *in = INPUT(c, product_query);
	struct product_totals t;
	struct asked asked;
	bool staff = false;
	enum err err = found_ask(c, &asked);

	if (!err)
		err = products_is_staff(c, &staff);
	if (!err && !staff && HAS(c, in, active) && !in->active)
		err = refuse_inactive(c);
	if (!err)
		err = products_totals(c->db, &t);
	if (err)
		return err;
	products_allow_caches(c);
	c->out = staff ? c->route->out_staff : NULL;
	return staff ? list(c, true, &asked, &t) : show_visitor(c, &asked, &t);
}
