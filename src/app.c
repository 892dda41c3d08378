/*
 * A new domain is one line here (and its sources in Makefile.am).
 */
#include "app.h"

#include <stddef.h>

#include "service/model.h"
#include "users/model.h"

const struct domain *const app_domains[] = {
    &login,
    &users,
    &utils,
    &service,
    NULL,
};
