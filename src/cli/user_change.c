/*
 * Changes of an account from the outside. Each is one transaction, and none
 * leaves the installation without an administrator.
 */
#include "cli/terminal.h"
#include "cli/user.h"
#include "throttle/model.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

/* What to do to whom, and how it went. */
struct change {
	const char *email, *key;
	struct user_patch patch; /* but the id */
	/* Set by apply(). */
	struct user user;
	bool was_so, is_last;
};

/* Whether the account would cease to be an active administrator. */
static bool
demotes(const struct change *c)
{
	const struct user_patch *p = &c->patch;

	return c->user.is_superuser && c->user.is_active &&
	       ((p->sets_active && !p->is_active) ||
		   (p->sets_superuser && !p->is_superuser));
}

static bool
changes(const struct change *c)
{
	const struct user_patch *p = &c->patch;

	return p->password != NULL ||
	       (p->sets_active && p->is_active != c->user.is_active) ||
	       (p->sets_superuser && p->is_superuser != c->user.is_superuser);
}

/* Whoever failed to sign in before need not wait any more. */
static enum err
forgive(struct user_job *job, const struct change *c)
{
	char id[UUID_TEXT];
	enum err err;

	err = throttle_clear(&job->db,
	    throttle_account(job->mem, job->config, THROTTLE_LOGIN, c->key));
	if (err)
		return err;
	return throttle_clear(
	    &job->db, throttle_account(job->mem, job->config, THROTTLE_PASSWORD,
			  uuid_format(&c->patch.id, id)));
}

static const char *
action(const struct user_patch *p)
{
	if (p->password != NULL)
		return "cli.user_passwd";
	if (p->sets_superuser)
		return "cli.user_superuser";
	return p->is_active ? "cli.user_activate" : "cli.user_deactivate";
}

static enum err
store(struct user_job *job, const struct change *c)
{
	enum err err = users_update(&job->db, &c->patch);

	if (!err)
		err = user_record(job, action(&c->patch), c->patch.id);
	if (err || (c->patch.password == NULL && !c->patch.sets_active))
		return err;
	err = users_changed(&job->db, c->patch.id, (struct uuid){0});
	return err ? err : forgive(job, c);
}

/*
 * The administrators are locked first, in one order, so that two commands at
 * the same time cannot each take away the other's last one.
 */
static enum err
apply(struct user_job *job, void *arg)
{
	struct change *c = arg;
	struct list staff = {0};
	enum err err = users_lock_superusers(&job->db, &staff);

	if (!err)
		err = users_by_email(&job->db, c->key, &c->user);
	if (err)
		return err;
	c->patch.id = c->user.id;
	c->was_so = !changes(c);
	c->is_last = demotes(c) && staff.n < 2;
	return c->was_so || c->is_last ? OK : store(job, c);
}

/* `done` and `already` end the sentence that the address begins. */
static int
change(struct user_job *job, struct change *c, const char *done,
    const char *already)
{
	const char *email;
	enum err err = ERR_NOT_FOUND;

	c->key = user_key(job->mem, c->email);
	if (c->key != NULL)
		err = user_transact(job, TX_WRITE, apply, c);
	if (err != OK)
		return user_failed(job, err, c->email);
	email =
	    terminal_text(job->mem, c->user.email, strlen(c->user.email), NULL);
	if (!c->is_last)
		return printf("%s %s.\n", email, c->was_so ? already : done) <
		       0;
	fprintf(stderr,
	    "atrium: %s is the last active administrator. Nothing was changed: "
	    "make another one first, with \"atrium user superuser EMAIL\" or "
	    "\"atrium user create EMAIL --superuser\".\n",
	    email);
	return CLI_FAILED;
}

/* Whether there is one address and nothing else. */
static bool
takes_email(int argc, char **argv)
{
	return argc == 2 && argv[1][0] != '-';
}

static int
passwd(int argc, char **argv)
{
	struct change c = {0};
	struct user_job job;
	enum err err;
	int status;

	if (!takes_email(argc, argv))
		return user_wrong(
		    &passwd_command, "it takes one e-mail address");
	c.email = argv[1];
	user_open(&job);
	/* Nobody is asked for the password of an account that is not there. */
	err = user_find(&job, c.email, &c.user);
	status = err == OK ? user_read_password(&job, c.user.email,
				 c.user.full_name, &c.patch.password)
			   : user_failed(&job, err, c.email);
	/* No connection is held while somebody thinks or a hash is made. */
	if (status == CLI_OK)
		status = change(&job, &c,
		    "has a new password, and is signed out everywhere", "");
	user_close(&job);
	return status;
}

static int
set_active(const struct user_command *command, int argc, char **argv, bool on)
{
	struct change c = {.patch.sets_active = true, .patch.is_active = on};
	struct user_job job;
	int status;

	if (!takes_email(argc, argv))
		return user_wrong(command, "it takes one e-mail address");
	c.email = argv[1];
	user_open(&job);
	status = change(&job, &c,
	    on ? "can sign in again"
	       : "cannot sign in any more, and is signed out everywhere",
	    on ? "is active already" : "is inactive already");
	user_close(&job);
	return status;
}

static int
activate(int argc, char **argv)
{
	return set_active(&activate_command, argc, argv, true);
}

static int
deactivate(int argc, char **argv)
{
	return set_active(&deactivate_command, argc, argv, false);
}

static int
grant(int argc, char **argv)
{
	static const struct option options[] = {
	    {"off", no_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
	struct change c = {
	    .patch.sets_superuser = true, .patch.is_superuser = true};
	struct user_job job;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return user_wrong(
			    &superuser_command, "that option is not right");
		c.patch.is_superuser = false;
	}
	if (argc - optind != 1)
		return user_wrong(
		    &superuser_command, "it takes one e-mail address");
	c.email = argv[optind];
	user_open(&job);
	status = change(&job, &c,
	    c.patch.is_superuser ? "is an administrator now"
				 : "is no administrator any more",
	    c.patch.is_superuser ? "is an administrator already"
				 : "is no administrator");
	user_close(&job);
	return status;
}

const struct user_command passwd_command = {"passwd",
    "passwd EMAIL\n"
    "Give an account another password: the first line of standard input; at\n"
    "a terminal it is asked for twice, without echo. It has 8 to 128\n"
    "characters. Ends all sessions of the account, and the links of recovery\n"
    "mails.\n",
    passwd};

const struct user_command activate_command = {"activate",
    "activate EMAIL\n"
    "Let an account sign in again.\n",
    activate};

const struct user_command deactivate_command = {"deactivate",
    "deactivate EMAIL\n"
    "Keep an account from signing in, and end its sessions. The last active\n"
    "administrator stays active.\n",
    deactivate};

const struct user_command superuser_command = {"superuser",
    "superuser EMAIL [--off]\n"
    "Make an account an administrator.\n"
    "\n"
    "  --off   take those rights away; not from the last active "
    "administrator\n",
    grant};
