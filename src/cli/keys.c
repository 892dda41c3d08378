/* atrium keys: the keys that sign access tokens, from the first one to the day
 * when a new one takes its place. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "core/config.h"
#include "core/keys.h"
#include "core/log.h"

/* One word after `atrium keys`; `usage` follows "Usage: atrium keys ". */
struct command {
	const char *name, *usage;
	bool takes_id, needs_id, takes_now;
	int (*run)(
	    struct arena *, const struct config *, const char *id, bool force);
};

static const char *
seconds_of(struct arena *mem, struct timestamp at)
{
	char *text = arena_alloc(mem, TIME_TEXT, 1);

	if (at.us == 0)
		return "-";
	at.us -= at.us % 1000000;
	return time_format(at, text);
}

/* So many seconds later, and no second too early. */
static struct timestamp
after(struct timestamp at, int64_t seconds)
{
	return (struct timestamp){at.us + (seconds + 1) * 1000000 - 1};
}

/* The longest that an access token lives. */
static int64_t
lifetime(const struct config *c)
{
	int64_t long_lived = c->ACCESS_TOKEN_EXPIRE_MINUTES * 60;

	return long_lived > c->ACCESS_TOKEN_SECONDS ? long_lived
						    : c->ACCESS_TOKEN_SECONDS;
}

static int
failed(const char *why)
{
	fprintf(stderr, "atrium: Nothing was changed: %s.\n", why);
	return CLI_FAILED;
}

/* What can be done next with a key, and from when on. */
static void
print_next(
    struct arena *mem, const struct config *config, const struct key_info *key)
{
	if (key->state == KEY_NEXT)
		printf("activate, after %s\n",
		    seconds_of(mem, after(key->created, JWKS_CACHE_S)));
	else if (key->state == KEY_OLD)
		printf("retire, after %s\n",
		    seconds_of(mem, after(key->retired, lifetime(config))));
	else
		puts("-");
}

static int
ls(struct arena *mem, const struct config *config, const char *id, bool force)
{
	static const char *const state[] = {"next", "active", "old"};
	struct key_info key[KEYS_MAX];
	const char *why;
	size_t n;

	(void)id;
	(void)force;
	if (keys_list(config->KEYS_DIR, key, &n, mem, &why) != OK) {
		fprintf(stderr, "atrium: There is no list: %s.\n", why);
		return CLI_FAILED;
	}
	if (n == 0) {
		fprintf(stderr,
		    "atrium: There are no keys in %s: tokens are signed with "
		    "SECRET_KEY. \"atrium keys new\" makes one.\n",
		    config->KEYS_DIR);
		return CLI_OK;
	}
	printf("%-16s  %-6s  %-20s  %-20s  %-20s  %s\n", "KID", "STATE", "MADE",
	    "SIGNS SINCE", "UNTIL", "NEXT");
	for (size_t i = 0; i < n; i++) {
		printf("%s  %-6s  %-20s  %-20s  %-20s  ", key[i].id,
		    state[key[i].state], seconds_of(mem, key[i].created),
		    seconds_of(mem, key[i].activated),
		    seconds_of(mem, key[i].retired));
		print_next(mem, config, &key[i]);
	}
	return CLI_OK;
}

static int new (
    struct arena *mem, const struct config *config, const char *id, bool force)
{
	struct timestamp now = time_now();
	struct key_info key[KEYS_MAX];
	char made[KEY_ID_TEXT];
	const char *why;
	size_t n;

	(void)id;
	(void)force;
	if (keys_create(config->KEYS_DIR, now, made, mem, &why) != OK)
		return failed(why);
	if (keys_list(config->KEYS_DIR, key, &n, mem, &why) == OK && n == 1)
		return printf("%s is the first key: it signs from now on.\n",
			   made) < 0;
	return printf("%s is published from now on. After %s, \"atrium keys "
		      "activate %s\" makes it the one that signs.\n",
		   made, seconds_of(mem, after(now, JWKS_CACHE_S)), made) < 0;
}

/* The one key that waits; else why there is none to take. */
static const char *
next_key(struct arena *mem, const struct config *config, const char **why)
{
	struct key_info key[KEYS_MAX];
	const char *id = NULL;
	size_t n;

	if (keys_list(config->KEYS_DIR, key, &n, mem, why) != OK)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (key[i].state != KEY_NEXT)
			continue;
		if (id != NULL) {
			*why = "more than one key has not signed yet: say "
			       "which is to";
			return NULL;
		}
		id = arena_strdup(mem, key[i].id);
	}
	if (id == NULL)
		*why = "there is no key that has not signed yet: \"atrium keys "
		       "new\" makes one";
	return id;
}

static int
activate(
    struct arena *mem, const struct config *config, const char *id, bool force)
{
	const char *why;

	if (id == NULL)
		id = next_key(mem, config, &why);
	if (id == NULL || keys_activate(config->KEYS_DIR, id, force, time_now(),
			      mem, &why) != OK)
		return failed(why);
	return printf("%s signs from now on. The one before it stays until "
		      "\"atrium keys retire\".\n",
		   id) < 0;
}

static int
retire(
    struct arena *mem, const struct config *config, const char *id, bool force)
{
	const char *why;

	if (keys_retire(config->KEYS_DIR, id, force, lifetime(config),
		time_now(), mem, &why) != OK)
		return failed(why);
	return printf("%s is gone: what it signed is refused from now on.\n",
		   id) < 0;
}

static const struct command commands[] = {
    {"ls",
	"ls\n"
	"List the keys in KEYS_DIR: id, state, when it was made (UTC), from\n"
	"when until when it signs, and what can be done next. A key is\n"
	"\n"
	"  next     published, so that verifiers have it before they need it\n"
	"  active   the one that signs\n"
	"  old      published until the last token that it signed has "
	"expired\n",
	false, false, false, ls},
    {"new",
	"new\n"
	"Make a key. The very first one is active at once; a later one is "
	"next\n"
	"until \"atrium keys activate\". Makes KEYS_DIR too, if need be. Run "
	"it "
	"as\n"
	"the user that the workers run as, who has to read the keys; what "
	"root\n"
	"makes belongs to the owner of the folder.\n",
	false, false, false, new},
    {"activate",
	"activate [KID] [--now]\n"
	"Let the key that is next, or the one that is named, sign from now "
	"on.\n"
	"The one before it is old. Not within five minutes after the key was\n"
	"made, while verifiers may have an older copy of the document with "
	"the\n"
	"keys.\n"
	"\n"
	"  --now   all the same: verifiers with such a copy refuse new "
	"tokens\n",
	true, false, true, activate},
    {"retire",
	"retire KID [--now]\n"
	"Delete an old key. Not before the last token that it signed has\n"
	"expired, after ACCESS_TOKEN_EXPIRE_MINUTES or ACCESS_TOKEN_SECONDS,\n"
	"whichever is longer.\n"
	"\n"
	"  --now   all the same: tokens that it signed are refused at once, "
	"as\n"
	"          they have to be when somebody else has the key\n",
	true, true, true, retire},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int
wrong(const struct command *command, const char *what)
{
	fprintf(stderr, "atrium keys %s: %s.\nUsage: atrium keys %s",
	    command->name, what, command->usage);
	return CLI_USAGE;
}

/* The first line of each command's own help. */
static int
print_usage(FILE *out)
{
	const char *usage;

	fputs("Usage: atrium keys COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		usage = commands[i].usage;
		fprintf(out, "  %.*s\n", (int)strcspn(usage, "\n"), usage);
	}
	return fputs("\n\"atrium keys COMMAND --help\" says more.\n", out) < 0;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
run(const struct command *command, const char *id, bool force)
{
	struct arena *mem = arena_new(CLI_MEMORY);
	const struct config *config = config_load(mem);
	int status;

	if (*config->KEYS_DIR == '\0')
		log_fatal("KEYS_DIR is not set: set it to the folder of the "
			  "keys, for the workers too. Without it, tokens are "
			  "signed with SECRET_KEY.");
	status = command->run(mem, config, id, force);
	arena_free(mem);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("atrium: What was to be said could not be written.\n", stderr);
	return status != CLI_OK ? status : CLI_FAILED;
}

static int
start(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
	    {"now", no_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
	bool force = false;
	int option, left;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return printf("Usage: atrium keys %s", command->usage) <
			       0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?' || !command->takes_now)
			return wrong(command, "that option is not right");
		force = true;
	}
	left = argc - optind;
	if (command->needs_id && left != 1)
		return wrong(command, "it takes the id of one key");
	if (left > (command->takes_id ? 1 : 0))
		return wrong(command, command->takes_id
					  ? "it takes the id of one key"
					  : "it takes nothing");
	return run(command, left == 1 ? argv[optind] : NULL, force);
}

int
cli_keys(int argc, char **argv)
{
	if (argc < 2) {
		fputs("atrium keys: which command?\n", stderr);
		print_usage(stderr);
		return CLI_USAGE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return start(&commands[i], argc - 1, argv + 1);
	if (is_help(argv[1]))
		return print_usage(stdout);
	fputs("atrium keys: there is no such command.\n", stderr);
	print_usage(stderr);
	return CLI_USAGE;
}
