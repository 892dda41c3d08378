/*
 * atrium user reset-mfa: the way back in for whoever has lost the second
 * factor, and after SECRET_KEY has changed.
 */
#include <stdio.h>
#include <string.h>

#include "auth/model.h"
#include "cli/cli.h"
#include "cli/terminal.h"
#include "cli/user.h"

struct reset {
	const char *key;
	struct user user;
};

static enum err
apply(struct user_job *job, void *arg)
{
	struct reset *r = arg;
	enum err err = users_by_email(&job->db, r->key, &r->user);

	if (err || !r->user.has_mfa)
		return err;
	err = auth_remove_mfa(&job->db, r->user.id);
	return err ? err : user_record(job, "cli.user_reset_mfa", r->user.id);
}

static int
reset_mfa(int argc, char **argv)
{
	struct reset r = {0};
	struct user_job job;
	enum err err = ERR_NOT_FOUND;
	int status;

	if (argc != 2 || argv[1][0] == '-')
		return user_wrong(
		    &reset_mfa_command, "it takes one e-mail address");
	user_open(&job);
	r.key = user_key(job.mem, argv[1]);
	if (r.key != NULL)
		err = user_transact(&job, TX_WRITE, apply, &r);
	status = err ? user_failed(&job, err, argv[1])
		     : printf("%s %s.\n",
			   terminal_text(job.mem, r.user.email,
			       strlen(r.user.email), NULL),
			   r.user.has_mfa ? "needs no second factor any more"
					  : "has no second factor") < 0;
	user_close(&job);
	return status;
}

const struct user_command reset_mfa_command = {"reset-mfa",
    "reset-mfa EMAIL\n"
    "Remove the authenticator and the recovery codes of an account that has\n"
    "lost them. The password alone lets it in then; passkeys stay.\n",
    reset_mfa};
