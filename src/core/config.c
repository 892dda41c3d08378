/* The settings as one table, and where each value came from. All faults are
 * reported at once, to whoever corrects them. */
#include "core/config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config_part.h"
#include "core/decode.h"
#include "core/log.h"
#include "core/utf8.h"

enum { COMPLAINTS_MAX = 65536 };

/* The environment may name a file, and tests have variables of their own. */
#define OWN      "ATRIUM_"
#define OWN_FILE "ATRIUM_ENV_FILE"
#define OWN_TEST "ATRIUM_TEST_"

/* Where a value came from. */
struct origin {
	const char *path; /* of the file, or NULL */
	int line;
	bool environment;
};

static struct origin origin[SCHEMA_FIELDS];

static const char *
find_variable(char *const *environment, const char *name)
{
	size_t n = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, n) == 0 &&
		    (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

static const char *
find_line(const struct env_file *file, const char *name, int *line)
{
	for (size_t i = 0; i < file->n; i++) {
		if (strcmp(file->lines[i].name, name) != 0)
			continue;
		*line = file->lines[i].line;
		return file->lines[i].value;
	}
	return NULL;
}

/* The value and its origin; NULL for none. An empty one is none. */
static const char *
find_value(const struct field *f, const struct env_file *file,
    char *const *environment, struct origin *from)
{
	const char *value = find_variable(environment, f->name);

	*from = (struct origin){0};
	if (value != NULL && *value != '\0') {
		from->environment = true;
		return value;
	}
	value = find_line(file, f->name, &from->line);
	if (value == NULL || *value == '\0')
		return NULL;
	from->path = file->path;
	return value;
}

static const char *
origin_text(struct arena *a, const struct origin *from)
{
	if (from->environment)
		return "environment";
	if (from->path == NULL)
		return "default";
	return arena_printf(a, "%s:%d", from->path, from->line);
}

/* A preset is JSON text: true, a number, a string without escapes, or none. */
static void
set_preset(struct arena *a, const struct field *f, struct config *out)
{
	size_t n = f->preset != NULL ? strlen(f->preset) : 0;

	if (n == 0)
		return;
	if (f->type == FIELD_INT)
		*FIELD_AT(int64_t, out, f) = strtoll(f->preset, NULL, 10);
	else if (f->type == FIELD_BOOL)
		*FIELD_AT(bool, out, f) = strcmp(f->preset, "true") == 0;
	else
		*FIELD_AT(const char *, out, f) =
		    arena_copy(a, f->preset + 1, n - 2);
}

/* Some messages end with a full stop, some do not. */
static int
without_stop(const char *message)
{
	size_t n = strlen(message);

	return (int)(n > 0 && message[n - 1] == '.' ? n - 1 : n);
}

static void
read_field(struct arena *a, const struct field *f, const char *value,
    const char *from, struct config *out, struct buf *complaints)
{
	struct fault fault = {0};
	size_t n = strlen(value);

	if (!utf8_valid(value, n)) {
		complain(complaints, "%s (%s) is not UTF-8.", f->name, from);
		return;
	}
	if (field_parse(a, f, value, n, out, &fault) == OK)
		return;
	if (f->flags & SECRET)
		complain(complaints, "%s (%s) is wrong: %.*s. %s", f->name,
		    from, without_stop(fault.message), fault.message, f->doc);
	else
		complain(complaints, "%s (%s) is \"%s\": %.*s. %s", f->name,
		    from, value, without_stop(fault.message), fault.message,
		    f->doc);
}

static void
read_fields(struct arena *a, const struct env_file *file,
    char *const *environment, struct config *out, struct buf *complaints)
{
	for (size_t i = 0; i < config_schema.nfields; i++) {
		const struct field *f = &config_schema.fields[i];
		const char *value =
		    find_value(f, file, environment, &origin[i]);

		if (value != NULL)
			read_field(a, f, value, origin_text(a, &origin[i]), out,
			    complaints);
		else if (f->flags & REQUIRED)
			complain(
			    complaints, "%s is missing. %s", f->name, f->doc);
		else
			set_preset(a, f, out);
	}
}

static void
complain_unknown(struct buf *complaints, const char *from, const char *name)
{
	const char *nearest = config_nearest(name);

	if (nearest != NULL)
		complain(complaints,
		    "%s: %s is not a setting. Did you mean %s?", from, name,
		    nearest);
	else
		complain(complaints,
		    "%s: %s is not a setting. \"man atrium\" lists them.", from,
		    name);
}

static void
find_unknown(struct arena *a, const struct env_file *file,
    char *const *environment, struct buf *complaints)
{
	for (size_t i = 0; i < file->n; i++) {
		const struct env_line *line = &file->lines[i];

		if (schema_field(&config_schema, line->name) == NULL)
			complain_unknown(complaints,
			    arena_printf(a, "%s:%d", file->path, line->line),
			    line->name);
	}
	for (; *environment != NULL; environment++) {
		const char *name =
		    arena_copy(a, *environment, strcspn(*environment, "="));

		if (strncmp(name, OWN, strlen(OWN)) == 0 &&
		    strcmp(name, OWN_FILE) != 0 &&
		    strncmp(name, OWN_TEST, strlen(OWN_TEST)) != 0)
			complain_unknown(complaints, "environment", name);
	}
}

const struct config *
config_read(struct arena *a, const struct env_file *file,
    char *const *environment, struct buf *complaints)
{
	struct config *c = NEW(a, struct config);

	find_unknown(a, file, environment, complaints);
	read_fields(a, file, environment, c, complaints);
	if (complaints->len == 0)
		config_check(c, complaints);
	if (complaints->len > 0)
		return NULL;
	if (c->DB_CONNECTIONS == 0)
		c->DB_CONNECTIONS = c->WORKER_THREADS + c->HASH_SLOTS;
	return c;
}

/* Whether a file that the world may read tells it a secret. */
static void
warn_of_readers(const struct env_file *file)
{
	if (!file->public)
		return;
	for (size_t i = 0; i < file->n; i++) {
		const struct field *f =
		    schema_field(&config_schema, file->lines[i].name);

		if (f == NULL || !(f->flags & SECRET))
			continue;
		log_say(LOG_WARN, NULL,
		    "Everybody on this machine can read %s, which holds %s. "
		    "Run: chmod o= %s",
		    file->path, f->name, file->path);
		return;
	}
}

const struct config *
config_load(struct arena *a)
{
	const char *path = find_variable(environ, OWN_FILE);
	const struct config *c;
	struct env_file file = {0};
	struct buf complaints;

	buf_init(&complaints, COMPLAINTS_MAX);
	if (path == NULL)
		env_file_read(a, ".env", false, &file, &complaints);
	else if (*path != '\0')
		env_file_read(a, path, true, &file, &complaints);
	c = config_read(a, &file, environ, &complaints);
	if (c == NULL)
		log_fatal("The settings are not right:%s", complaints.data);
	buf_free(&complaints);
	warn_of_readers(&file);
	return c;
}

/* As the file takes it: in quotes unless it is a plain word. */
static void
print_value(FILE *out, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+./:,@%=?&~*";

	if (value[strspn(value, plain)] == '\0') {
		fputs(value, out);
		return;
	}
	fputc('"', out);
	for (; *value != '\0'; value++) {
		if (strchr("\"\\$`", *value) != NULL)
			fputc('\\', out);
		fputc(*value, out);
	}
	fputc('"', out);
}

static const char *
text_of(struct arena *a, const struct field *f, const struct config *c)
{
	const char *text;

	if (f->type == FIELD_INT)
		return arena_printf(a, "%" PRId64, FIELD_OF(int64_t, c, f));
	if (f->type == FIELD_BOOL)
		return FIELD_OF(bool, c, f) ? "true" : "false";
	text = FIELD_OF(char *, c, f);
	return text != NULL ? text : "";
}

void
config_print(FILE *out, const struct config *c)
{
	struct arena *a = arena_new(COMPLAINTS_MAX);

	for (size_t i = 0; i < config_schema.nfields; i++) {
		const struct field *f = &config_schema.fields[i];

		fprintf(out, "%s=", f->name);
		print_value(out, config_show(a, f, text_of(a, f, c)));
		fprintf(out, "  # %s\n", origin_text(a, &origin[i]));
	}
	arena_free(a);
}

static struct setting
setting_of(struct arena *a, const struct field *f, const struct config *c,
    const struct origin *from)
{
	struct config *preset = NEW(a, struct config);
	const char *text = text_of(a, f, c);
	struct setting s = {.name = f->name,
	    .secret = (f->flags & SECRET) != 0,
	    .is_set = *text != '\0',
	    .origin = from->environment    ? "environment"
		      : from->path != NULL ? "file"
					   : "default",
	    .doc = f->doc};

	set_preset(a, f, preset);
	s.is_default = (!from->environment && from->path == NULL) ||
		       strcmp(text, text_of(a, f, preset)) == 0;
	if (!s.secret)
		s.value = text;
	if (from->path != NULL)
		s.place = origin_text(a, from);
	return s;
}

struct list
config_settings(struct arena *a, const struct config *c)
{
	size_t n = config_schema.nfields;
	struct setting *rows = NEW_N(a, struct setting, n);

	for (size_t i = 0; i < n; i++)
		rows[i] =
		    setting_of(a, &config_schema.fields[i], c, &origin[i]);
	return (struct list){rows, n};
}
