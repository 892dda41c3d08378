/*
 * Whose item it is: its owner's and the administrators'.
 */
#include "http/router.h"
#include "items/model.h"
#include "users/model.h"

enum err
need_item(struct ctx *c, struct uuid id, struct item *i)
{
	enum err err = items_by_id(c->db, id, c->route->tx == TX_WRITE, i);

	if (err == ERR_NOT_FOUND)
		return fail(c, err, "Item not found");
	if (!err && !c->user->is_superuser &&
	    !uuid_equal(&i->owner_id, &c->user_id))
		return fail(c, ERR_FORBIDDEN, "Not enough permissions");
	return err;
}
