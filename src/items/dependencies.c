/*
 * Whose item it is: its owner's and the administrators'.
 */
#include "http/router.h"
#include "items/model.h"
#include "users/model.h"

const struct permission perm_items = {"items", "Everybody's items"};

enum err
need_item(struct ctx *c, struct uuid id, struct item *i)
{
	enum err err = items_by_id(c->db, id, c->route->tx == TX_WRITE, i);

	if (err == ERR_NOT_FOUND)
		return fail(c, err, "Item not found");
	if (!err)
		err = users_reach(c, i->owner_id, &perm_items);
	return err ? err : need_version(c, i->version);
}
