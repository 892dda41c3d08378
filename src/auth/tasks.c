/*
 * Mails about sign-ins, and the removal of devices that nobody uses.
 */
#include "auth/model.h"
#include "core/template.h"
#include "preferences/model.h"
#include "tasks/mailing.h"
#include "tasks/task.h"
#include "tickets/model.h"
#include "users/model.h"

#define SECOND INT64_C(1000000)

enum {
	PURGE_ROWS = 5000,
	DAY_S = 86400,
	KEEP_S = 400 * DAY_S,
	LINK_HOURS = 48,
	ATTEMPTS = 60
};

struct letter {
	struct user user;
	const char *token; /* or NULL: no link */
};

/* No account any more: nobody to tell. */
static enum err
find_owner(struct task *t, struct letter *l)
{
	const struct session_ref *about = TASK_ARGS(t, session_ref);
	enum err err = users_by_id(t->db, about->user_id, &l->user);

	if (!err)
		t->state = l;
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
address_new_device(struct task *t)
{
	const struct session_ref *about = TASK_ARGS(t, session_ref);
	struct letter *l = NEW(t->mem, struct letter);
	struct preferences wish;
	struct ticket ticket;
	char id[UUID_TEXT];
	enum err err = preferences_of(t->db, about->user_id, &wish);

	if (!err && wish.notify_new_login)
		err = find_owner(t, l);
	if (err || t->state == NULL)
		return err;
	ticket = ticket_new(t->mem, TICKET_SESSION, l->user.id,
	    uuid_format(&about->session_id, id), LINK_HOURS * 3600, &l->token);
	return tickets_insert(t->db, &ticket);
}

static enum err
address_owner(struct task *t)
{
	return find_owner(t, NEW(t->mem, struct letter));
}

/*
 * Of a task from before there were languages it is English words. Templates of
 * an installation's own may lack any text: an empty sentence tells nobody.
 */
static const char *
happened(struct task *t, const struct session_ref *about,
    const struct session_mail *mail)
{
	const char *name, *text;

	if (about->what == NULL)
		return NULL;
	name = arena_printf(t->mem, "factor_changed.%s", about->what);
	text = template_text(
	    t->templates, t->mem, name, about->locale, &session_mail, mail);
	if (text != NULL)
		return text;
	text = template_text(t->templates, t->mem, "factor_changed.other",
	    about->locale, &session_mail, mail);
	if (text != NULL)
		return text;
	return arena_printf(t->mem, "How %s signs in at %s was changed: %s.",
	    mail->email, mail->project_name, about->what);
}

static enum err
send(struct task *t, const char *template)
{
	const struct session_ref *about = TASK_ARGS(t, session_ref);
	const struct letter *l = t->state;
	const struct config *config = t->config;
	struct session_mail mail;

	if (l == NULL)
		return OK;
	mail = (struct session_mail){.project_name = config->PROJECT_NAME,
	    .email = l->user.email,
	    .full_name = l->user.full_name,
	    .device_name = about->device_name,
	    .user_agent = about->user_agent,
	    .ip = about->ip,
	    .what = about->what,
	    .at = task_mail_time(t, about->locale, about->at),
	    .link = l->token != NULL
			? users_link(t->mem, config, "/end-session", l->token)
			: config->FRONTEND_HOST,
	    .valid_hours = LINK_HOURS,
	    .site = config->FRONTEND_HOST};
	mail.what = happened(t, about, &mail);
	return task_mail(
	    t, template, about->locale, l->user.email, &session_mail, &mail);
}

static enum err
send_new_device(struct task *t)
{
	return send(t, "mail/new_device");
}

static enum err
send_reused(struct task *t)
{
	return send(t, "mail/refresh_reused");
}

static enum err
send_factor_changed(struct task *t)
{
	return send(t, "mail/factor_changed");
}

static enum err
purge(struct task *t)
{
	struct timestamp before = {time_now().us - KEEP_S * SECOND};
	bool more = false;
	enum err err;

	err = devices_purge(t->db, before, PURGE_ROWS, &more);
	return err || !more ? err : task_later(t->db, &purge_devices, NULL);
}

TASK(mail_new_device, "mail_new_device", .template = "mail/new_device",
    .args = &session_ref, .prepare = address_new_device,
    .work = send_new_device, .attempts = ATTEMPTS,
    .doc = "The mail about a sign-in from a new device, with a link that ends "
	   "it");
TASK(mail_refresh_reused, "mail_refresh_reused",
    .template = "mail/refresh_reused", .args = &session_ref,
    .prepare = address_owner, .work = send_reused, .attempts = ATTEMPTS,
    .doc = "The mail about a session that ended because its token was used "
	   "twice");
TASK(mail_factor_changed, "mail_factor_changed",
    .template = "mail/factor_changed", .args = &session_ref,
    .prepare = address_owner, .work = send_factor_changed, .attempts = ATTEMPTS,
    .doc = "The mail about a second factor or passkey that came or went");
TASK(purge_devices, "purge_devices", .handle = purge, .every_s = DAY_S,
    .doc = "Forgets devices that were not used for a year");
