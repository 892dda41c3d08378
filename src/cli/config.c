/* atrium config: what the program would run with, for whoever wonders which
 * file or variable a setting comes from. */
#include "core/config.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "kv/store.h"

static const char usage[] =
    "Usage: atrium config\n"
    "Print the settings in force, each with its origin: the environment, a\n"
    "line of .env, or the default. Secrets are masked. With a wrong setting,\n"
    "say which and exit with 78.\n";

/* What the store of the key-value spaces does not promise. */
static void
print_caveat(const struct config *config)
{
	struct kv_store *kv = kv_store_new(config);
	const char *caveat = kv_store_caveat(kv);

	if (caveat != NULL)
		printf("# KV_STORE=%s: %s\n", kv_store_name(kv), caveat);
	kv_store_free(kv);
}

int
cli_config(int argc, char **argv)
{
	const struct config *config;
	struct arena *mem;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc > 1) {
		fprintf(stderr, "atrium config: it takes no %s.\n%s", argv[1],
		    usage);
		return CLI_USAGE;
	}
	mem = arena_new(CLI_MEMORY);
	config = config_load(mem);
	config_print(stdout, config);
	print_caveat(config);
	arena_free(mem);
	return fflush(stdout) != 0;
}
