/*
 * A new domain is one line here (and its sources in Makefile.am); so are a new
 * kind of task and a new permission.
 */
#include "app.h"

#include <stddef.h>
#include <string.h>

#include "admin/model.h"
#include "audit/model.h"
#include "auth/model.h"
#include "core/config.h"
#include "idempotency/model.h"
#include "items/model.h"
#include "jobs/model.h"
#include "kv/model.h"
#include "overview/model.h"
#include "preferences/model.h"
#include "privacy/model.h"
#include "products/model.h"
#include "service/model.h"
#include "stats/model.h"
#include "tasks/purge.h"
#include "throttle/model.h"
#include "tickets/model.h"
#include "users/model.h"

const struct domain *const app_domains[] = {
    &private_users,
    &login,
    &recovery,
    &users,
    &users_managed,
    &preferences,
    &privacy,
    &overview,
    &items,
    &products,
    &kv,
    &kv_batches,
    &kv_admin,
    &utils,
    &auth_login_domain,
    &auth_refresh,
    &auth_sessions,
    &auth_mfa,
    &auth_passkeys,
    &auth_api_keys,
    &auth_email,
    &auth_staff,
    &jwks,
    &admin_users,
    &admin_user_roles,
    &admin_roles,
    &admin_stats,
    &audit,
    &jobs,
    &jobs_cron,
    &jobs_mails,
    &settings,
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
    &mail_verify_email,
    &mail_new_device,
    &mail_refresh_reused,
    &mail_factor_changed,
    &mail_email_changed,
    &mail_new_email,
    &mail_export_ready,
    &mail_test,
    &export_account,
    &audit_forget,
    &purge_sessions,
    &purge_tickets,
    &purge_throttle,
    &purge_devices,
    &purge_exports,
    &purge_idempotency,
    &purge_kv,
    &sweep_kv,
    &sweep_kv_on,
    &purge_audit,
    &purge_traffic,
    &purge_tasks,
    NULL,
};

const struct permission *const app_permissions[] = {
    &perm_users,
    &perm_items,
    &perm_products,
    &perm_system,
    &perm_audit,
    &perm_jobs,
    &perm_kv,
    &perm_admin,
    NULL,
};
