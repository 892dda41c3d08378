/*
 * The guards that routes name.
 */
#include "http/router.h"
#include "users/model.h"

const struct guard active_user = {"OAuth2PasswordBearer", users_authenticate,
    ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_BAD_REQUEST)};

static enum err
check_superuser(struct ctx *c)
{
	enum err err = users_authenticate(c);

	if (!err && !c->user->is_superuser)
		return fail(c, ERR_FORBIDDEN,
		    "The user doesn't have enough privileges");
	return err;
}

const struct guard superuser = {"OAuth2PasswordBearer", check_superuser,
    ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_BAD_REQUEST)};
