/*
 * /admin/config: what this worker runs with, and where each setting came from.
 */
#include "core/config.h"

#include "http/router.h"
#include "service/model.h"
#include "users/model.h"

LISTING(settings_public, "Settings", setting_public);

static enum err
read_config(struct ctx *c)
{
	struct listing out = {.data = config_settings(c->mem, c->config)};

	out.count = (int64_t)out.data.n;
	return reply(c, &out);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/config", read_config, perm(perm_system),
	.out = &settings_public,
	.doc = "The settings in force; of secrets, whether they are set"),
};

DOMAIN(settings, "admin", "Administration", routes, .coded = true);
