/*
 * /items: what people own.
 */
#include "http/router.h"
#include "items/model.h"
#include "users/model.h"

static enum err
read_items(struct ctx *c)
{
	const struct page *in = INPUT(c, page);
	struct listing out = {.count = c->owned.n};
	enum err err;

	if (reply_again(c))
		return OK;
	err = items_list(c->db, c->owned.by, in, &out.data);
	return err ? err : reply_list(c, in, &out);
}

static enum err
read_item(struct ctx *c)
{
	struct item i;
	enum err err = need_item(c, INPUT(c, id_path)->id, &i);

	return err ? err : reply_version(c, i.version, &i);
}

static enum err
create_item(struct ctx *c)
{
	const struct item *in = ctx_input(c, &item_create);
	const struct item i = {.id = uuid_new(),
	    .owner_id = c->user_id,
	    .title = in->title,
	    .description = in->description,
	    .created_at = time_now(),
	    .version = 1};
	enum err err = items_insert(c->db, &i);

	trail_note(c, "item", i.id, &item_public, NULL, &i);
	return err ? err : reply_version(c, i.version, &i);
}

static enum err
update_item(struct ctx *c)
{
	const struct item *in = ctx_input(c, &item_update);
	struct item was, i;
	enum err err = need_item(c, in->id, &was);

	if (err)
		return err;
	i = was;
	i.version++;
	if (HAS(c, in, title))
		i.title = in->title;
	if (HAS(c, in, description))
		i.description = in->description;
	err = items_update(c->db, &i);
	trail_note(c, "item", i.id, &item_public, &was, &i);
	return err ? err : reply_version(c, i.version, &i);
}

static enum err
delete_item(struct ctx *c)
{
	struct item i;
	enum err err = need_item(c, INPUT(c, id_path)->id, &i);

	if (err)
		return err;
	err = items_delete(c->db, &i);
	trail_note(c, "item", i.id, &item_public, &i, NULL);
	return err ? err : reply_message(c, "Item deleted successfully");
}

static const struct route routes[] = {
    ROUTE(GET, "/items/", read_items, active_user, .in = &page,
	.out = &items_public, .tx = TX_READ, .counts = "items",
	.all = &perm_items, .doc = "The own items, or everybody's"),
    ROUTE(POST, "/items/", create_item, active_user, .in = &item_create,
	.out = &item_public, .takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.doc = "Make an item"),
    ROUTE(GET, "/items/{id}", read_item, active_user, .in = &id_path,
	.out = &item_public, .tx = TX_READ, .doc = "One item"),
    ROUTE(PUT, "/items/{id}", update_item, active_user, .in = &item_update,
	.out = &item_public, .takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.doc = "Change what is given of an item"),
    ROUTE(DELETE, "/items/{id}", delete_item, active_user, .in = &id_path,
	.out = &message, .tx = TX_WRITE, .doc = "Delete an item"),
};

DOMAIN(items, "items", "Things that people own", routes);
