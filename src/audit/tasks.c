/*
 * What keeps the trail within bounds, and free of people who are gone.
 */
#include "audit/model.h"
#include "tasks/task.h"
#include "users/model.h"

enum { BATCH = 5000, EVERY_S = 3600 };

#define DAY INT64_C(86400000000)

static enum err
purge(struct task *t)
{
	struct timestamp before = time_now();
	bool more = false;
	enum err err;

	before.us -= t->config->AUDIT_KEEP_DAYS * DAY;
	err = audit_purge(t->db, before, BATCH, &more);
	return err || !more ? err : task_later(t->db, &purge_audit, NULL);
}

static enum err
forget(struct task *t)
{
	const struct user_ref *whom = TASK_ARGS(t, user_ref);
	bool more = false;
	enum err err;

	err = audit_forget_user(t->db, whom->user_id, BATCH, &more);
	return err || !more ? err : task_later(t->db, &audit_forget, whom);
}

TASK(purge_audit, "purge_audit", .handle = purge, .every_s = EVERY_S,
    .doc = "Removes what the audit trail has kept for AUDIT_KEEP_DAYS");
TASK(audit_forget, "audit_forget", .args = &user_ref, .handle = forget,
    .doc = "Removes a person who is gone from the audit trail");
