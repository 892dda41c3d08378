/*
 * What a kind of task says of itself: looked up by name, checked, and its
 * numbers with the defaults filled in.
 */
#include "tasks/kinds.h"

#include <string.h>

enum { ATTEMPTS = 10, DEADLINE_S = 60, NAME_MAX_LENGTH = 64 };

#define SECOND      INT64_C(1000000)
#define FIRST_DELAY (2 * SECOND)
#define LAST_DELAY  (3600 * SECOND)

void
task_kind_check(const struct task_kind *kind)
{
	size_t i;

	if (*kind->name == '\0' || strlen(kind->name) > NAME_MAX_LENGTH)
		BUG("a kind of task has no name, or too long a one");
	if ((strncmp(kind->name, "mail_", 5) == 0) != (kind->template != NULL))
		BUG("a mail has a template and a name that begins with mail_");
	if (kind->every_s > 0 && kind->args != NULL)
		BUG("a task that recurs by itself has no arguments");
	for (i = 0; kind->args != NULL && i < kind->args->nfields; i++) {
		const struct field *f = &kind->args->fields[i];

		if (f->flags & SECRET)
			BUG("a task's argument is a secret: rows are readable");
		if (f->type == FIELD_LIST || f->type == FIELD_OBJECT)
			BUG("a task's argument cannot be decoded");
	}
}

void
task_kinds_check(const struct task_kind *const *kinds)
{
	size_t i;

	for (i = 0; kinds[i] != NULL; i++) {
		task_kind_check(kinds[i]);
		if (task_kind_find(kinds, kinds[i]->name) != kinds[i])
			BUG("two kinds of tasks have one name");
	}
}

const struct task_kind *
task_kind_find(const struct task_kind *const *kinds, const char *name)
{
	for (; *kinds != NULL; kinds++)
		if (strcmp((*kinds)->name, name) == 0)
			return *kinds;
	return NULL;
}

int64_t
task_kind_attempts(const struct task_kind *kind)
{
	return kind != NULL && kind->attempts > 0 ? kind->attempts : ATTEMPTS;
}

int64_t
task_kind_deadline_us(const struct task_kind *kind)
{
	if (kind == NULL || kind->deadline_s <= 0)
		return DEADLINE_S * SECOND;
	return kind->deadline_s * SECOND;
}

/* 2 s, doubled by each attempt up to an hour, times 0.5 to 1.5. */
int64_t
task_delay_us(int64_t attempt, uint16_t dice)
{
	int64_t delay = FIRST_DELAY;

	while (--attempt > 0 && delay < LAST_DELAY)
		delay *= 2;
	if (delay > LAST_DELAY)
		delay = LAST_DELAY;
	return delay / 2 + delay * dice / UINT16_MAX;
}
