/*
 * Templates and the mailer, put together for tasks.
 */
#include "tasks/mailing.h"

#include "core/template.h"
#include "services/mail.h"

static const char *
render(struct task *t, const char *name, const char *kind,
    const struct schema *view, const void *row)
{
	return template_render(t->templates, t->mem,
	    arena_printf(t->mem, "%s.%s", name, kind), view, row);
}

enum err
task_mail(struct task *t, const char *name, const char *to,
    const struct schema *view, const void *row)
{
	char id[UUID_TEXT];
	const struct mail mail = {.id = uuid_format(&t->id, id),
	    .to = to,
	    .subject = render(t, name, "subject", view, row),
	    .text = render(t, name, "txt", view, row),
	    .html = render(t, name, "html", view, row),
	    .date = uuid_time(&t->id)};

	return t->mailer->send(
	    t->mailer, t->mem, &mail, t->timeout_ms, &t->why);
}
