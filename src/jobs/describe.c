/*
 * What the program knows of a task's kind, and what of its arguments may be
 * seen: they hold no secret, and this sees to it that none ever shows.
 */
#include <string.h>

#include "core/json.h"
#include "jobs/model.h"
#include "tasks/kinds.h"

#define MASK "\"********\""

enum { PAYLOAD_MAX = 2 << 20 };

static bool
is_secret(const struct field *f, const char *value)
{
	static const char *const names[] = {
	    "token", "secret", "password", "code", "link", "url"};

	if (f == NULL || (f->flags & SECRET))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(f->name, names[i]) != NULL)
			return true;
	return strstr(value, "token=") != NULL;
}

static void
put_members(struct arena *mem, const char *args, const struct schema *view,
    struct buf *out)
{
	struct json_part rest = json_whole(args, strlen(args)), name, value;
	const char *plain, *text;
	char comma = '{';
	size_t n;

	while (json_next(&rest, &name, &value)) {
		plain = json_plain(mem, name);
		text = json_compact(mem, value, &n);
		buf_putc(out, comma);
		json_quote(out, plain, strlen(plain));
		buf_putc(out, ':');
		if (is_secret(
			view == NULL ? NULL : schema_field(view, plain), text))
			buf_puts(out, MASK);
		else
			buf_put(out, text, n);
		comma = ',';
	}
	buf_puts(out, comma == '{' ? "{}" : "}");
}

struct raw_json
job_payload(struct arena *mem, const char *args, const struct schema *view)
{
	struct raw_json payload = {NULL};
	struct json_fault fault;
	struct json *doc = NULL;
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	if (json_parse(args, strlen(args), JSON_DEPTH, &doc, &fault) == OK &&
	    json_kind(doc) == JSON_OBJECT)
		put_members(mem, args, view, &out);
	if (out.len > 0 && !out.full)
		payload.text = arena_copy(mem, out.data, out.len);
	buf_free(&out);
	json_free(doc);
	return payload;
}

void
job_describe(const struct task_kind *const *kinds, struct job *job)
{
	const struct task_kind *kind = task_kind_find(kinds, job->kind);

	job->max_attempts = task_kind_attempts(kind);
	if (kind == NULL)
		return;
	job->doc = kind->doc;
	job->template = kind->template;
}

void
jobs_describe(const struct task_kind *const *kinds, const struct list *list)
{
	struct job *job = (struct job *)(uintptr_t)list->rows;

	for (size_t i = 0; i < list->n; i++)
		job_describe(kinds, &job[i]);
}
