/*
 * atrium-worker: options, settings, checks, then the engine. No logic.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "audit/model.h"
#include "build.h"
#include "core/config.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/template.h"
#include "db/migrate.h"
#include "db/pool.h"
#include "http/bookkeeper.h"
#include "http/dispatch.h"
#include "http/lately.h"
#include "http/openapi.h"
#include "http/tally.h"
#include "idempotency/model.h"
#include "kv/store.h"
#include "stats/model.h"

enum { OPENAPI_MAX = 4 << 20, CONFIG_MEMORY = 16 << 20 };

static const char usage[] =
    "Usage: atrium-worker [OPTION]\n"
    "Serve Atrium's API over FastCGI on the listening socket at standard\n"
    "input, as spawn-fcgi passes it:\n"
    "\n"
    "  spawn-fcgi -n -s /run/atrium/worker.sock -M 0660 -b 4096 -- \\\n"
    "      multiwatch -f 2 -r 10 -t 1000 -- atrium-worker\n"
    "\n"
    "  --check     check the route table and the settings, then exit\n"
    "  --openapi   print the OpenAPI document, then exit\n"
    "  --help      print this, then exit\n"
    "  --version   print the version, then exit\n"
    "\n"
    "Settings come from the environment and .env: see `atrium config`.\n"
    "SIGTERM drains: what was accepted is finished first.\n";

static const struct option options[] = {
    {"check", no_argument, NULL, 'c'},
    {"openapi", no_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

static int
print_openapi(const struct config *config)
{
	struct buf doc;

	buf_init(&doc, OPENAPI_MAX);
	openapi_write(&doc, app_domains_of(config), config);
	puts(doc.data);
	buf_free(&doc);
	return 0;
}

/* Tokens that nobody else can verify are not what KEYS_DIR asks for. */
static void
check_keys(const struct config *config)
{
	struct keys *keys = keys_new(config->KEYS_DIR);
	char id[KEY_ID_TEXT];
	bool changed;

	keys_refresh(keys, time_now(), &changed);
	if (*config->KEYS_DIR != '\0' && !keys_active(keys, id))
		log_fatal("There is no key to sign with in KEYS_DIR (%s). Run "
			  "\"atrium keys new\" as the user of the workers, or "
			  "leave KEYS_DIR empty.",
		    config->KEYS_DIR);
	keys_free(keys);
}

static void
run(const struct engine_options *engine, struct app *app)
{
	const struct engine_app calls = dispatch_app(app);
	const struct books books = {
	    .pool = app->pool, .tally = app->tally, .add = traffic_add};
	struct bookkeeper *keeper = bookkeeper_start(&books);

	engine_run(engine, &calls);
	bookkeeper_end(keeper);
}

static int
serve(struct arena *mem, const struct config *config)
{
	const struct engine_options engine = {.listen_fd = 0,
	    .threads = (int)config->WORKER_THREADS,
	    .hash_threads = (int)config->HASH_SLOTS,
	    .hash_queue = (int)config->HASH_QUEUE,
	    .hash_idle = config->HASH_IDLE,
	    .peer_timeout_ms = (int)config->PEER_TIMEOUT_MS,
	    .drain_timeout_ms = (int)config->DRAIN_TIMEOUT_MS};
	struct pool_options pool = {.size = (int)config->DB_CONNECTIONS,
	    .wait_ms = (int)config->DB_WAIT_MS,
	    .timeout_ms = (int)config->DB_TIMEOUT_MS};
	struct router *router = router_new(app_domains_of(config));
	struct app app = {.config = config,
	    .router = router,
	    .record = audit_record,
	    .once = &idempotency_once,
	    .permissions = app_permissions,
	    .kinds = app_tasks,
	    .tally = tally_new(engine.threads + engine.hash_threads),
	    .lately = lately_new(),
	    .began_us = time_monotonic_us()};
	struct templates *templates;
	struct buf doc;
	const char *why;

	check_keys(config);
	db_library_open();
	pool.target = db_target_parse(mem, config->DATABASE_URL, &why);
	if (pool.target == NULL)
		log_fatal("DATABASE_URL: %s", why);
	app.pool = pool_new(&pool);
	if (migrate_await(
		app.pool, config->MIGRATIONS_DIR, &app.migrations, mem, &why))
		log_fatal("%s", why);
	app.templates = templates =
	    templates_load(mem, config->TEMPLATES_DIR, &why);
	if (templates == NULL)
		log_fatal("%s", why);
	buf_init(&doc, OPENAPI_MAX);
	openapi_write(&doc, app_domains_of(config), config);
	app.openapi = &doc;
	app.kv = kv_store_new(config);
	run(&engine, &app);
	kv_store_free(app.kv);
	buf_free(&doc);
	templates_free(templates);
	pool_free(app.pool);
	tally_free(app.tally);
	lately_free(app.lately);
	router_free(router);
	db_library_close();
	return 0;
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(CONFIG_MEMORY);
	const struct config *config;
	int option = getopt_long(argc, argv, "hv", options, NULL);
	int status = 0;

	if (option == 'h')
		return fputs(usage, stdout) < 0;
	if (option == 'v')
		return puts("atrium-worker " BUILD_VERSION " (" BUILD_COMMIT
			    ")") < 0;
	if (option == '?' || optind < argc) {
		fputs("Try `atrium-worker --help`.\n", stderr);
		return 64;
	}
	if (!router_check(app_domains))
		return 70;
	log_init("worker", LOG_WARN);
	config = config_load(mem);
	log_init("worker", log_level_of(config->LOG_LEVEL));
	if (option == 'o')
		status = print_openapi(config);
	else if (option != 'c')
		status = serve(mem, config);
	arena_free(mem);
	return status;
}
