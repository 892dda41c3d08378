/* atrium config: what the program would run with, for whoever wonders which
 * file or variable a setting comes from. */
#include "core/config.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const char usage[] =
    "Usage: atrium config\n"
    "Print the settings in force, each with its origin: the environment, a\n"
    "line of .env, or the default. Secrets are masked. With a wrong setting,\n"
    "say which and exit with 78.\n";

int
cli_config(int argc, char **argv)
{
	struct arena *mem;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc > 1) {
		fprintf(stderr, "atrium config: it takes no %s.\n%s", argv[1],
		    usage);
		return CLI_USAGE;
	}
	mem = arena_new(CLI_MEMORY);
	config_print(stdout, config_load(mem));
	arena_free(mem);
	return fflush(stdout) != 0;
}
