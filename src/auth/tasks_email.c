/*
 * The mail to a new address that is asked to take the old one's place.
 */
#include <string.h>

#include "auth/access.h"
#include "tasks/mailing.h"
#include "tasks/task.h"
#include "tickets/model.h"
#include "users/model.h"

enum {
	LINK_HOURS = 48,
	/* With the pauses between them, as long as the link would work. */
	ATTEMPTS = 60
};

struct letter {
	struct user user;
	const char *token;
};

/*
 * No account any more, or another address since it was asked for: nothing to
 * confirm.
 */
static enum err
address_new_email(struct task *t)
{
	const struct email_change *in = TASK_ARGS(t, email_change);
	struct letter *l = NEW(t->mem, struct letter);
	struct ticket ticket;
	enum err err = users_by_id(t->db, in->user_id, &l->user);

	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	if (strcmp(l->user.email, in->old_email) != 0)
		return OK;
	ticket = ticket_new(t->mem, TICKET_EMAIL, in->user_id,
	    arena_printf(t->mem, "%s\n%s", in->old_email, in->new_email),
	    LINK_HOURS * 3600, &l->token);
	err = tickets_insert(t->db, &ticket);
	if (!err)
		t->state = l;
	return err;
}

static enum err
send_new_email(struct task *t)
{
	const struct email_change *in = TASK_ARGS(t, email_change);
	const struct letter *l = t->state;
	struct account_mail mail;

	if (l == NULL)
		return OK;
	mail = (struct account_mail){.project_name = t->config->PROJECT_NAME,
	    .email = in->new_email,
	    .full_name = l->user.full_name,
	    .link = users_link(t->mem, t->config, "/verify-email", l->token),
	    .valid_hours = LINK_HOURS,
	    .site = t->config->FRONTEND_HOST};
	return task_mail(t, "mail/verify_email", in->locale, mail.email,
	    &account_mail, &mail);
}

TASK(mail_new_email, "mail_new_email", .template = "mail/verify_email",
    .args = &email_change, .prepare = address_new_email, .work = send_new_email,
    .attempts = ATTEMPTS,
    .doc = "The mail that asks a new address to take the old one's place");
