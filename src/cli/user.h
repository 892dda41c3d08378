/*
 * Between the files of `atrium user`. Grouped by the file that implements.
 */
#ifndef CLI_USER_H
#define CLI_USER_H

#include <stdbool.h>

#include "core/config.h"
#include "db/unit.h"
#include "users/model.h"

/* What each command works with. */
struct user_job {
	struct arena *mem;
	const struct config *config;
	struct db db;
};

/*
 * One word after `atrium user`. run() gets its own arguments only, argv[0]
 * being the word; `usage` follows "Usage: atrium user ".
 */
struct user_command {
	const char *name, *usage;
	int (*run)(int argc, char **argv);
};

/* user.c */
void user_open(struct user_job *);
void user_close(struct user_job *);
/* One transaction, run again when the database says so. */
enum err user_transact(struct user_job *, enum db_tx,
    enum err (*run)(struct user_job *, void *), void *arg) MUST_CHECK;
/* One row of the audit trail, in the transaction of the change. */
enum err
user_record(struct user_job *, const char *action, struct uuid id) MUST_CHECK;
/* The key of an address as a person types it; NULL when it is not UTF-8. */
const char *user_key(struct arena *, const char *email);
enum err
user_find(struct user_job *, const char *email, struct user *) MUST_CHECK;
/* By the rules of a sign-up; says what is against them. */
bool user_accept(
    struct arena *, const char *name, const char *text, struct user_register *);
/*
 * Asks for a new password of somebody with that address and name (or NULL),
 * and leaves its hash. On failure the status to exit with, and why on stderr.
 */
int user_read_password(struct user_job *, const char *email,
    const char *full_name, const char **phc);
/* What went wrong; the status to exit with. */
int user_failed(struct user_job *, enum err, const char *email);
int user_wrong(const struct user_command *, const char *what);

/* user_create.c */
extern const struct user_command create_command, first_command;
/* user_list.c */
extern const struct user_command ls_command;
/* user_change.c */
extern const struct user_command passwd_command, activate_command,
    deactivate_command, superuser_command, reset_mfa_command;

#endif
