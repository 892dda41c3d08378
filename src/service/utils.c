/*
 * /utils: whether the API answers, and whether mail leaves.
 */
#include "core/email.h"
#include "http/router.h"
#include "preferences/model.h"
#include "service/model.h"
#include "tasks/task.h"
#include "users/model.h"

const struct permission perm_system = {
    "system", "See the settings and the mails, and send test mails"};

/* Of the account with that address, which may be the caller's; or none. */
static enum err
find_language(struct ctx *c, const char *email, const char **language)
{
	struct user u;
	enum err err = users_by_email(c->db, email_fold(c->mem, email), &u);

	*language = NULL;
	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	return preferences_speak(
	    c, u.id, uuid_equal(&u.id, &c->user_id), language);
}

static enum err
test_email(struct ctx *c)
{
	struct test_ref whom = {INPUT(c, test_address)->email_to, NULL};
	enum err err = find_language(c, whom.email, &whom.locale);

	if (!err)
		err = task_later(c->db, &mail_test, &whom);
	return err ? err : reply_message(c, "Test email sent");
}

static enum err
health_check(struct ctx *c)
{
	const struct alive yes = {true};

	return reply(c, &yes);
}

static const struct route routes[] = {
    ROUTE(POST, "/utils/test-email/", test_email, perm(perm_system),
	.in = &test_address, .out = &message, .tx = TX_WRITE, .status = 201,
	.doc = "Send a test mail"),
    ROUTE(GET, "/utils/health-check/", health_check, anyone, .out = &alive,
	.doc = "Whether the API answers"),
};

DOMAIN(utils, "utils", "Small services", routes);
