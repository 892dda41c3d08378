/*
 * /admin/users/{id}/mfa: for somebody who has lost the authenticator and the
 * recovery codes.
 */
#include "auth/model.h"
#include "http/router.h"
#include "users/model.h"

static enum err
reset_user_mfa(struct ctx *c)
{
	struct user u;
	enum err err = users_lock(c->db, INPUT(c, id_path)->id, &u);

	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "User not found");
	if (!err)
		err = users_may_change(c, &u);
	if (!err)
		err = auth_remove_mfa(c->db, u.id);
	if (!err)
		err = auth_tell(c, u.id, "authenticator_reset");
	if (err)
		return err;
	trail_object(c, "user", u.id);
	return OK;
}

static const struct route routes[] = {
    ROUTE(DELETE, "/admin/users/{id}/mfa", reset_user_mfa, perm(perm_users),
	.in = &id_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "Remove the authenticator of somebody who has lost it"),
};

DOMAIN(auth_staff, "admin", "Administration", routes, .coded = true);
