/*
 * A new domain is one line here (and its sources in Makefile.am); so is a new
 * kind of task.
 */
#include "app.h"

#include <stddef.h>
#include <string.h>

#include "core/config.h"
#include "items/model.h"
#include "service/model.h"
#include "tasks/purge.h"
#include "users/model.h"

const struct domain *const app_domains[] = {
    &private_users,
    &login,
    &recovery,
    &users,
    &users_managed,
    &items,
    &utils,
    &service,
    NULL,
};

const struct domain *const *
app_domains_of(const struct config *config)
{
	bool development = strcmp(config->ENVIRONMENT, "development") == 0;

	return development ? app_domains : app_domains + 1;
}

const struct task_kind *const app_tasks[] = {
    &mail_new_account,
    &mail_recovery,
    &mail_test,
    &purge_sessions,
    &purge_tasks,
    NULL,
};
