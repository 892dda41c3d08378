/*
 * /products: anybody looks, staff makes and changes.
 */
#include "http/router.h"
#include <string.h>

#include "core/json.h"
#include "products/model.h"
#include "users/model.h"

static enum err
read_products(struct ctx *c)
{
	return products_show_list(c);
}

static enum err
read_product(struct ctx *c)
{
	struct product p;
	enum err err = need_product(c, INPUT(c, id_path)->id, &p);

	if (err)
		return err;
	products_allow_caches(c);
	if (c->out != NULL)
		return reply_version(c, p.version, &p);
	products_public_tag(c, p.edition);
	return reply(c, &p);
}

static const char *
quote(struct ctx *c, const char *text)
{
	const char *quoted = NULL;
	struct buf b;

	buf_init(&b, 4096);
	json_quote(&b, text, strlen(text));
	if (!b.full)
		quoted = arena_copy(c->mem, b.data, b.len);
	buf_free(&b);
	return quoted;
}

static void
add_fault(struct ctx *c, const char *name, const char *input, const char *why)
{
	c->faults->item[c->faults->n++] = (struct fault){.type = "value_error",
	    .from = "body",
	    .name = name,
	    .message = arena_printf(c->mem, "Value error, %s", why),
	    .input = input,
	    .context = "{\"error\":{}}"};
}

/* What is NULL was not given. */
static enum err
check(struct ctx *c, const struct product *p)
{
	struct product_fault fault[PRODUCT_RULES];
	size_t n = product_faults(p, fault);

	for (size_t i = 0; i < n; i++)
		add_fault(
		    c, fault[i].member, quote(c, fault[i].value), fault[i].why);
	return n == 0 ? OK : ERR_INVALID;
}

static enum err
taken(struct ctx *c, enum err err)
{
	if (err != ERR_CONFLICT)
		return err;
	return fail_code(
	    c, err, "sku_taken", "There is a product with this sku");
}

static enum err
create_product(struct ctx *c)
{
	const struct product *in = ctx_input(c, &product_create);
	struct product p = *in;
	char text[UUID_TEXT];
	enum err err = check(c, in);

	if (err)
		return err;
	p.id = uuid_new();
	p.in_stock = p.stock > 0;
	p.version = p.edition = PRODUCT_FIRST;
	p.created_at = p.updated_at = time_now();
	err = taken(c, products_insert(c->db, &p));
	if (err)
		return err;
	trail_note(c, "product", p.id, &product_trail, NULL, &p);
	ctx_add_header(c, "Location: " API_PREFIX "/products/%s",
	    uuid_format(&p.id, text));
	return reply_version(c, p.version, &p);
}

static enum err
import_products(struct ctx *c)
{
	return products_import_rows(c);
}

/* What of the input is given. */
static void
change(const struct ctx *c, const struct product *in, struct product *p)
{
	if (HAS(c, in, sku))
		p->sku = in->sku;
	if (HAS(c, in, name))
		p->name = in->name;
	if (HAS(c, in, description))
		p->description = in->description;
	if (HAS(c, in, category))
		p->category = in->category;
	if (HAS(c, in, price))
		p->price = in->price;
	if (HAS(c, in, currency))
		p->currency = in->currency;
	if (HAS(c, in, stock))
		p->stock = in->stock;
	if (HAS(c, in, active))
		p->active = in->active;
	if (HAS(c, in, image_file_id))
		p->image_file_id = in->image_file_id;
	if (HAS(c, in, stripe_price_id))
		p->stripe_price_id = in->stripe_price_id;
}

/* A change that visitors may see. */
static enum err
store(struct ctx *c, const struct product *was, struct product *p)
{
	p->in_stock = p->stock > 0;
	p->version++;
	p->edition++;
	p->updated_at = time_now();
	trail_note(c, "product", p->id, &product_trail, was, p);
	return taken(c, products_update(c->db, was, p));
}

static enum err
update_product(struct ctx *c)
{
	const struct product *in = ctx_input(c, &product_update);
	struct product was, p;
	enum err err = check(c, in);

	if (!err)
		err = need_product(c, in->id, &was);
	if (err)
		return err;
	p = was;
	change(c, in, &p);
	err = store(c, &was, &p);
	return err ? err : reply_version(c, p.version, &p);
}

/* Something refers to it: it stays, and only staff sees it. */
static enum err
retire(struct ctx *c, const struct product *was)
{
	struct product p = *was;

	trail_object(c, "product", was->id);
	if (!was->active)
		return OK;
	p.active = false;
	return store(c, was, &p);
}

static enum err
delete_product(struct ctx *c)
{
	struct product p;
	enum err err = need_product(c, INPUT(c, id_path)->id, &p);

	if (err)
		return err;
	err = products_delete(c->db, &p);
	if (err == ERR_CONFLICT)
		return retire(c, &p);
	trail_note(c, "product", p.id, &product_trail, &p, NULL);
	return err;
}

static enum err
move(struct ctx *c, int64_t delta, struct product *p)
{
	int64_t stock = p->stock;

	if (__builtin_add_overflow(stock, delta, &p->stock) ||
	    p->stock > PRODUCT_AMOUNT_MAX)
		return fail_code(c, ERR_CONFLICT, "above_maximum",
		    "That would be more than a stock can be");
	if (p->stock < 0)
		return fail_code(c, ERR_CONFLICT, "below_zero",
		    "There are only %lld", (long long)stock);
	p->in_stock = p->stock > 0;
	return OK;
}

static enum err
change_stock(struct ctx *c)
{
	const struct stock_change *in = INPUT(c, stock_change);
	struct product was, p;
	enum err err;

	if (in->delta == 0) {
		add_fault(c, "delta", "0", "it is not to be 0");
		return ERR_INVALID;
	}
	err = need_product(c, in->id, &was);
	if (err)
		return err;
	p = was;
	err = move(c, in->delta, &p);
	if (err)
		return err;
	p.version++;
	if (p.in_stock != was.in_stock) {
		p.edition++;
		p.updated_at = time_now();
	}
	trail_note(c, "product", p.id, &product_trail, &was, &p);
	trail_change(c, &stock_trail, NULL, in);
	err = products_update(c->db, &was, &p);
	return err ? err
		   : reply_version(
			 c, p.version, &(struct stock){p.stock, p.version});
}

static const struct route routes[] = {
    ROUTE(GET, "/products/", read_products, visitor, .in = &product_query,
	.out = &products_public, .out_staff = &products_staff, .tx = TX_READ,
	.search = &products_search, .doc = "What there is to buy"),
    ROUTE(POST, "/products/", create_product, perm(perm_products),
	.in = &product_create, .out = &product_staff, .tx = TX_WRITE,
	.idempotent = IDEMPOTENT, .status = 201,
	.refusals = ERRORS_OF(ERR_CONFLICT), .doc = "Make a product"),
    ROUTE(POST, "/products/import", import_products, perm(perm_products),
	.in = &products_wanted, .out = &products_imported, .tx = TX_WRITE,
	.doc = "Make and change products by their sku: all of them, or none"),
    ROUTE(GET, "/products/{id}", read_product, visitor, .in = &id_path,
	.out = &product_public, .out_staff = &product_staff, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "One product"),
    ROUTE(PATCH, "/products/{id}", update_product, perm(perm_products),
	.in = &product_update, .out = &product_staff, .tx = TX_WRITE,
	.match = MATCH_REQUIRED,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Change what is given of a product"),
    ROUTE(DELETE, "/products/{id}", delete_product, perm(perm_products),
	.in = &id_path, .tx = TX_WRITE, .match = MATCH_REQUIRED, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "Delete a product; one that something refers to is kept,"
	       " inactive"),
    ROUTE(POST, "/products/{id}/stock", change_stock, perm(perm_products),
	.in = &stock_change, .out = &stock_public, .tx = TX_WRITE,
	.idempotent = IDEMPOTENT,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT, ERR_MATCH),
	.doc = "More or fewer of a product, but never fewer than none"),
};

DOMAIN(products, "products", "What there is to buy", routes, .coded = true);
