/*
 * What a new password must be, as a 422 beside its field.
 */
#include "core/password_policy.h"

#include "http/router.h"
#include "users/model.h"

enum err
users_check_password(struct ctx *c, const char *member, const char *password,
    const char *email, const char *full_name)
{
	const char *why = password_fault(c->config, password, email, full_name);

	if (why == NULL)
		return OK;
	/* A secret is not echoed: input stays null. */
	c->faults->n = 1;
	c->faults->item[0] = (struct fault){.type = "value_error",
	    .from = "body",
	    .name = member,
	    .message = arena_printf(c->mem, "Value error, %s", why),
	    .context = "{\"error\":{}}"};
	return ERR_INVALID;
}
