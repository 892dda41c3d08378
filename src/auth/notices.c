/*
 * What an owner is told when a factor comes or goes: whoever got in must not
 * be able to stay unseen.
 */
#include "auth/model.h"
#include "http/ctx.h"
#include "preferences/model.h"
#include "tasks/task.h"

enum err
auth_tell(struct ctx *c, struct uuid user_id, const char *what)
{
	struct session_ref about = {.user_id = user_id,
	    .session_id = user_id,
	    .ip = ctx_address(c),
	    .what = what,
	    .at = time_now()};
	enum err err = preferences_speak(
	    c, user_id, uuid_equal(&user_id, &c->user_id), &about.locale);

	return err ? err : task_later(c->db, &mail_factor_changed, &about);
}
