/*
 * Templates and the mailer, put together for tasks.
 */
#include "tasks/mailing.h"

#include "core/template.h"
#include "services/mail.h"

/* What time.at and time.month of the languages are rendered from. */
struct moment {
	int64_t day, year;
	const char *month, *clock;
};

#define T struct moment
SCHEMA(moment, "Moment", FIELD(day), FIELD(year),
    FIELD(month, .flags = NULLABLE), FIELD(clock));
#undef T

/* What is rendered of one mail. */
struct letter {
	struct task *task;
	const char *name, *locale;
	const struct schema *view;
	const void *row;
};

static const char *
render(const struct letter *l, const char *kind)
{
	struct task *t = l->task;

	return template_render(t->templates, t->mem,
	    arena_printf(t->mem, "%s.%s", l->name, kind), l->locale, l->view,
	    l->row);
}

enum err
task_mail(struct task *t, const char *name, const char *locale, const char *to,
    const struct schema *view, const void *row)
{
	const struct letter l = {t, name, locale, view, row};
	char id[UUID_TEXT];
	const struct mail mail = {.id = uuid_format(&t->id, id),
	    .to = to,
	    .subject = render(&l, "subject"),
	    .text = render(&l, "txt"),
	    .html = render(&l, "html"),
	    .language =
		languages_known(templates_languages(t->templates), locale),
	    .date = uuid_time(&t->id)};

	t->to = to;
	return t->mailer->send(
	    t->mailer, t->mem, &mail, t->timeout_ms, &t->why);
}

const char *
task_mail_time(struct task *t, const char *locale, struct timestamp at)
{
	struct civil c = time_to_civil(at);
	struct moment m = {.day = c.day,
	    .year = c.year,
	    .clock = arena_printf(t->mem, "%02d:%02d", c.hour, c.minute)};
	const char *words;

	m.month = template_text(t->templates, t->mem,
	    arena_printf(t->mem, "time.month.%d", c.month), locale, &moment,
	    &m);
	words =
	    template_text(t->templates, t->mem, "time.at", locale, &moment, &m);
	if (m.month != NULL && words != NULL)
		return words;
	/* An installation with texts of its own has none for it. */
	return arena_printf(
	    t->mem, "%04d-%02d-%02d %s UTC", c.year, c.month, c.day, m.clock);
}
