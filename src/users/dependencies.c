/*
 * The guards that routes name.
 */
#include "http/router.h"
#include "users/model.h"

const struct guard active_user = {"OAuth2PasswordBearer", users_authenticate,
    ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_BAD_REQUEST)};
