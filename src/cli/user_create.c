/*
 * New accounts: those that nobody can sign up for, above all the first
 * administrator.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "core/crypto.h"

/* Five a group, from letters and digits that nobody takes for another. */
enum { GROUPS = 4, GROUP = 5, GENERATED = GROUPS * (GROUP + 1) };

static enum err
insert(struct user_job *job, void *arg)
{
	const struct user *u = arg;
	enum err err = users_insert(&job->db, u);

	return err ? err : user_record(job, "cli.user_create", u->id);
}

static int
report(struct user_job *job, enum err err, const struct user *u)
{
	if (err != OK)
		return user_failed(job, err, u->email);
	return printf("Created the %s %s.\n",
		   u->is_superuser ? "administrator" : "account",
		   terminal_text(job->mem, u->email, strlen(u->email), NULL)) <
	       0;
}

static int
store(struct user_job *job, const char *email, const char *full_name,
    bool is_superuser)
{
	struct user_register in = {0};
	struct user u;
	const char *phc;
	int status;

	if (!user_accept(job->mem, "email", email, &in) ||
	    (full_name != NULL &&
		!user_accept(job->mem, "full_name", full_name, &in)))
		return CLI_USAGE;
	status = user_read_password(job, in.email, in.full_name, &phc);
	if (status != CLI_OK)
		return status;
	u = users_new(job->mem, in.email);
	u.full_name = in.full_name;
	u.password = phc;
	u.is_superuser = is_superuser;
	u.verified_at = u.created_at;
	return report(job, user_transact(job, TX_WRITE, insert, &u), &u);
}

static int
create(int argc, char **argv)
{
	static const struct option options[] = {
	    {"superuser", no_argument, NULL, 's'},
	    {"full-name", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
	const char *full_name = NULL;
	bool is_superuser = false;
	struct user_job job;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return user_wrong(
			    &create_command, "that option is not right");
		if (option == 's')
			is_superuser = true;
		else
			full_name = optarg;
	}
	if (argc - optind != 1)
		return user_wrong(
		    &create_command, "it takes one e-mail address");
	user_open(&job);
	status = store(&job, argv[optind], full_name, is_superuser);
	user_close(&job);
	return status;
}

/*
 * An account that has the address but not the rights is left as it is: it may
 * be somebody else's, who was faster.
 */
static int
keep_first(struct user_job *job, const struct user *u)
{
	const char *email =
	    terminal_text(job->mem, u->email, strlen(u->email), NULL);

	if (u->is_superuser && u->is_active)
		return printf("The administrator %s exists.\n", email) < 0;
	fprintf(stderr,
	    "atrium: The account %s exists, but is no active administrator. "
	    "Nothing was changed; \"atrium user create OTHER --superuser\" "
	    "makes one.\n",
	    email);
	return CLI_OK;
}

/* 100 bits: a byte has eight times the 32 letters, so none is more likely. */
static void
generate(char out[GENERATED])
{
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char random[GROUPS * GROUP];
	size_t n = 0;

	_Static_assert(sizeof(letters) == 32 + 1, "five bits a letter");
	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i > 0 && i % GROUP == 0)
			out[n++] = '-';
		out[n++] = letters[random[i] % 32];
	}
	out[n] = '\0';
	crypto_wipe(random, sizeof(random));
}

static int
show_generated(const char *email, const char *password)
{
	if (printf("Its password, shown this once: %s\n"
		   "Change it soon: sign in and do so there, or run \"atrium "
		   "user passwd %s\".\n",
		password, email) >= 0 &&
	    fflush(stdout) == 0)
		return CLI_OK;
	fprintf(stderr,
	    "atrium: The password could not be shown. \"atrium user passwd "
	    "%s\" sets another.\n",
	    email);
	return CLI_FAILED;
}

/* `generated` is NULL when the settings name the password. */
static int
make_first(struct user_job *job, const char *generated)
{
	const struct config *c = job->config;
	struct password_cost cost = users_password_cost(c);
	struct user found, u = users_new(job->mem, c->FIRST_SUPERUSER);
	enum err err;
	int status;

	u.is_superuser = true;
	u.verified_at = u.created_at;
	u.password = password_hash(job->mem, &cost,
	    generated != NULL ? generated : c->FIRST_SUPERUSER_PASSWORD);
	err = user_transact(job, TX_WRITE, insert, &u);
	/* Another start was faster. */
	if (err == ERR_CONFLICT && user_find(job, u.email, &found) == OK)
		return keep_first(job, &found);
	status = report(job, err, &u);
	if (err == OK && generated != NULL)
		return show_generated(u.email, generated);
	return status;
}

static enum err
find_staff(struct user_job *job, void *staff)
{
	const struct user_search any = {.superusers = true, .limit = 1};

	return users_search(&job->db, &any, staff);
}

static int
ensure_first(struct user_job *job)
{
	const struct config *c = job->config;
	char password[GENERATED];
	struct list staff = {0};
	struct user u;
	int status;
	enum err err = user_find(job, c->FIRST_SUPERUSER, &u);

	if (err == OK)
		return keep_first(job, &u);
	if (err != ERR_NOT_FOUND)
		return user_failed(job, err, c->FIRST_SUPERUSER);
	/* Renamed or removed on purpose: it does not come back. */
	err = user_transact(job, TX_READ, find_staff, &staff);
	if (err != OK)
		return user_failed(job, err, c->FIRST_SUPERUSER);
	if (staff.n > 0)
		return puts("There is an administrator already.") < 0;
	if (*c->FIRST_SUPERUSER_PASSWORD != '\0')
		return make_first(job, NULL);
	generate(password);
	status = make_first(job, password);
	crypto_wipe(password, sizeof(password));
	return status;
}

static int
first(int argc, char **argv)
{
	struct user_job job;
	int status = CLI_OK;

	(void)argv;
	if (argc > 1)
		return user_wrong(&first_command, "it takes no more words");
	user_open(&job);
	if (*job.config->FIRST_SUPERUSER == '\0')
		puts("FIRST_SUPERUSER is not set: there is nothing to do.");
	else
		status = ensure_first(&job);
	user_close(&job);
	return status;
}

const struct user_command create_command = {"create",
    "create EMAIL [--superuser] [--full-name NAME]\n"
    "Make an account. Its password is the first line of standard input; at a\n"
    "terminal it is asked for twice, without echo. It has 8 to 128\n"
    "characters, and is neither a common one nor the address or the name.\n"
    "\n"
    "  --superuser        the account is an administrator\n"
    "  --full-name NAME   the name of its owner\n",
    create};

const struct user_command first_command = {"first",
    "first\n"
    "Make the administrator that FIRST_SUPERUSER names, unless there is one\n"
    "already; safe to run before each start. Without FIRST_SUPERUSER_PASSWORD\n"
    "a password is made up and printed, once.\n",
    first};
