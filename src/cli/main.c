/* atrium: the sysadmin's command. Finds the command that is named and runs
 * it; each has a file of its own. */
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "cli/cli.h"
#include "core/log.h"

static const char usage[] =
    "Usage: atrium COMMAND [ARGUMENT...]\n"
    "Manage an installation of Atrium.\n"
    "\n"
    "  migrate up               bring the tables to what this version needs\n"
    "  migrate down [--to N]    take the newest change back, or all after N\n"
    "  migrate status           what is applied, and what is not\n"
    "  migrate history          who changed the tables, and when\n"
    "  migrate resolve N applied|reverted\n"
    "                           say how a change that was cut off stands\n"
    "  user create EMAIL [--superuser] [--full-name NAME]\n"
    "                           make an account; the password is the first\n"
    "                           line of standard input, or asked for\n"
    "  user first               make the account of FIRST_SUPERUSER, unless\n"
    "                           it exists\n"
    "  user ls                  list the accounts\n"
    "  user passwd EMAIL        set a password; ends the sessions\n"
    "  user activate|deactivate EMAIL\n"
    "                           let somebody in, or out at once\n"
    "  user superuser EMAIL [--off]\n"
    "                           give or take the rights of an administrator\n"
    "  user reset-mfa EMAIL     remove a second factor that was lost\n"
    "  tasks [run]              do what requests left to be done: send mails,\n"
    "                           remove what has expired; until SIGTERM\n"
    "  tasks ls|show|retry|cancel|kinds\n"
    "                           look after what waits and what failed\n"
    "  mail ls|show             mails that are kept as files\n"
    "  keys ls|new|activate|retire\n"
    "                           the keys that sign what others can verify\n"
    "  products import FILE|-   take products from CSV or JSON lines: all of\n"
    "                           them, or none when one is not right\n"
    "  products export          write them out again\n"
    "  config                   print the settings and where each is from\n"
    "  version, --version       print the version\n"
    "  help, --help             print this\n"
    "\n"
    "Settings come from the environment and from .env in the current folder,\n"
    "or from the file that ATRIUM_ENV_FILE names. \"man atrium\" lists them.\n"
    "Exit status: 0 done, 1 not done, 64 wrong arguments, 65 wrong data,\n"
    "66 no input, 73 no output, 78 wrong settings.\n";

static int
version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return puts("atrium " BUILD_VERSION " (" BUILD_COMMIT ")") < 0;
}

static int
help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return fputs(usage, stdout) < 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"migrate", cli_migrate},
    {"user", cli_user},
    {"tasks", cli_tasks},
    {"mail", cli_mail},
    {"keys", cli_keys},
    {"products", cli_products},
    {"config", cli_config},
    {"version", version},
    {"--version", version},
    {"help", help},
    {"--help", help},
    {"-h", help},
};

int
main(int argc, char **argv)
{
	log_init("atrium", LOG_WARN);
	if (argc < 2) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr,
	    "atrium: %s is no command. \"atrium --help\" lists them.\n",
	    argv[1]);
	return CLI_USAGE;
}
