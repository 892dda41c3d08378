/*
 * /utils: whether the API answers, and whether mail leaves.
 */
#include "http/router.h"
#include "service/model.h"
#include "tasks/task.h"
#include "users/model.h"

const struct permission perm_system = {
    "system", "See the settings and the mails, and send test mails"};

static enum err
test_email(struct ctx *c)
{
	const struct test_ref whom = {INPUT(c, test_address)->email_to};
	enum err err = task_later(c->db, &mail_test, &whom);

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
