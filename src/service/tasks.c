/*
 * The mail that shows that mail works.
 */
#include "service/model.h"
#include "tasks/mailing.h"
#include "tasks/task.h"

static enum err
send_test(struct task *t)
{
	const struct test_ref *whom = TASK_ARGS(t, test_ref);
	const struct test_mail mail = {.project_name = t->config->PROJECT_NAME,
	    .email = whom->email,
	    .link = t->config->FRONTEND_HOST};

	return task_mail(
	    t, "mail/test_email", whom->locale, whom->email, &test_mail, &mail);
}

TASK(mail_test, "mail_test", .template = "mail/test_email", .args = &test_ref,
    .work = send_test, .doc = "The mail that shows that mail works");
