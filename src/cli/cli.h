/*
 * The commands of `atrium`, each in a file of its own. argv[0] is the name of
 * the command. They look at their arguments first, then load the settings, and
 * return the exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* From 64 on those of sysexits.h; log_fatal() exits with CLI_CONFIG. */
enum {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 64,
	CLI_DATA = 65,     /* what is in a file is not right */
	CLI_NO_INPUT = 66, /* it cannot be read */
	CLI_NO_OUTPUT = 73,
	CLI_CONFIG = 78
};

/* Ceiling of a command's arena, in bytes. */
enum { CLI_MEMORY = 16 << 20 };

int cli_migrate(int argc, char **argv);
int cli_config(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_tasks(int argc, char **argv);
int cli_mail(int argc, char **argv);
int cli_keys(int argc, char **argv);
int cli_products(int argc, char **argv);

#endif
