/*
 * Who sees which product, and who may change one.
 */
#include "http/router.h"
#include "products/model.h"
#include "users/model.h"

const struct permission perm_products = {"products",
    "Make, change and delete products, count their stock, and see those that"
    " are not active"};

enum err
products_is_staff(struct ctx *c, bool *staff)
{
	enum err err = ERR_FORBIDDEN;

	if (c->user != NULL)
		err = users_may(c, &perm_products);
	*staff = err == OK;
	return err == ERR_FORBIDDEN ? OK : err;
}

static enum err
not_found(struct ctx *c)
{
	return fail(c, ERR_NOT_FOUND, "Product not found");
}

enum err
need_product(struct ctx *c, struct uuid id, struct product *p)
{
	const bool writes = c->route->tx == TX_WRITE;
	bool staff = writes; /* its guard says so */
	enum err err = products_by_id(c->db, id, writes, p);

	if (err == ERR_NOT_FOUND)
		return not_found(c);
	if (!err && !writes)
		err = products_is_staff(c, &staff);
	if (err)
		return err;
	if (writes)
		return need_version(c, p->version);
	c->out = staff ? c->route->out_staff : NULL;
	return staff || p->active ? OK : not_found(c);
}
