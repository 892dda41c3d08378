/*
 * The file of an export: one JSON document, written while it is read, so that
 * no account is too large for the memory of a task.
 */
#include <errno.h>
#include <string.h>

#include "audit/model.h"
#include "auth/model.h"
#include "core/encode.h"
#include "core/json.h"
#include "items/model.h"
#include "kv/model.h"
#include "preferences/model.h"
#include "privacy/model.h"
#include "tasks/task.h"
#include "users/model.h"

enum {
	PAGE = 500,
	VALUES = 100, /* of 64 KiB each, perhaps */
	WRITE_AT = 64 << 10,
	BUFFER_MAX = 32 << 20
};

struct archive {
	struct task *task;
	struct uuid user_id;
	struct sheet sheet;
	struct buf out; /* what is not written yet */
	int64_t size;
	const char *comma; /* before the next member */
};

/* What is told of a session, of an API key, of an account. */
#define T struct session
SCHEMA(session_told, "SessionTold", FIELD(id), FIELD(created_at),
    FIELD(expires_at), FIELD(transport), FIELD(device_id, .flags = NULLABLE),
    FIELD(device_name, .flags = NULLABLE), FIELD(user_agent, .flags = NULLABLE),
    FIELD(ip, .flags = NULLABLE), FIELD(last_seen_at, .flags = NULLABLE));
#undef T
#define T struct api_key
SCHEMA(api_key_told, "ApiKeyTold", FIELD(id), FIELD(name), FIELD(prefix),
    FIELD(permissions), FIELD(created_at), FIELD(expires_at, .flags = NULLABLE),
    FIELD(last_used_at, .flags = NULLABLE));
#undef T
#define T struct user
SCHEMA(user_told, "UserTold", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(has_mfa), FIELD(verified_at, .flags = NULLABLE));
#undef T
#define T struct role
SCHEMA(role_told, "RoleTold", FIELD(name), FIELD(permissions));
#undef T

static enum err
complain(struct archive *a)
{
	return task_fail(a->task, ERR_BUSY,
	    "The file cannot be written in EXPORT_DIR (%s): %m. Make it a "
	    "folder that this user may write to.",
	    a->task->config->EXPORT_DIR);
}

static enum err
flush(struct archive *a)
{
	if (a->out.full)
		return task_fail(
		    a->task, ERR_INTERNAL, "A row is too large to be written");
	if (!shelf_write(&a->sheet, a->out.data, a->out.len))
		return complain(a);
	a->size += (int64_t)a->out.len;
	buf_reset(&a->out);
	return OK;
}

static void
put_name(struct archive *a, const char *name)
{
	buf_puts(&a->out, a->comma);
	buf_printf(&a->out, "\n\"%s\":", name);
	a->comma = ",";
}

static enum err
put_rows(struct archive *a, const struct schema *view, const struct list *list,
    const char **comma)
{
	const char *row = list->rows;
	enum err err = OK;
	size_t i;

	for (i = 0; i < list->n && !err; i++, row += view->size) {
		buf_puts(&a->out, *comma);
		buf_putc(&a->out, '\n');
		schema_encode(&a->out, view, row);
		*comma = ",";
		if (a->out.len >= WRITE_AT)
			err = flush(a);
	}
	return err;
}

/* A few rows, which are there at once. */
static enum err
put_list(struct archive *a, const char *name, const struct schema *view,
    const struct list *list)
{
	const char *comma = "";
	enum err err;

	put_name(a, name);
	buf_putc(&a->out, '[');
	err = put_rows(a, view, list, &comma);
	buf_putc(&a->out, ']');
	return err;
}

/* However many rows, page by page. */
static enum err
put_pages(struct archive *a, const char *name, const struct schema *view,
    enum err (*next)(struct db *, struct uuid user_id, struct uuid after,
	int64_t limit, struct list *))
{
	const struct field *id = schema_field(view, "id");
	struct arena_mark mark = arena_mark(a->task->mem);
	struct uuid after = {{0}};
	const char *comma = "", *rows;
	struct list list = {.n = PAGE};
	enum err err = OK;

	put_name(a, name);
	buf_putc(&a->out, '[');
	while (!err && list.n == PAGE) {
		err = next(a->task->db, a->user_id, after, PAGE, &list);
		if (err || list.n == 0)
			break;
		rows = list.rows;
		after =
		    FIELD_OF(struct uuid, rows + (list.n - 1) * view->size, id);
		err = put_rows(a, view, &list, &comma);
		arena_rewind(a->task->mem, mark);
	}
	buf_putc(&a->out, ']');
	return err;
}

static void
put_row(struct archive *a, const char *name, const struct schema *view,
    const void *row)
{
	put_name(a, name);
	schema_encode(&a->out, view, row);
}

static enum err
put_account(struct archive *a)
{
	struct db *db = a->task->db;
	struct preferences p;
	struct list roles;
	struct user u;
	enum err err = users_by_id(db, a->user_id, &u);

	if (!err)
		err = preferences_of(db, a->user_id, &p);
	if (!err)
		err = roles_of(db, a->user_id, &roles);
	if (err)
		return err;
	put_row(a, "account", &user_told, &u);
	put_row(a, "preferences", &preferences_public, &p);
	return put_list(a, "roles", &role_told, &roles);
}

/* How it is signed in to. */
static enum err
put_access(struct archive *a)
{
	struct db *db = a->task->db;
	struct list list;
	enum err err = sessions_list(db, a->user_id, time_now(), &list);

	if (!err)
		err = put_list(a, "sessions", &session_told, &list);
	if (!err)
		err = devices_told(db, a->user_id, &list);
	if (!err)
		err = put_list(a, "devices", &device_told, &list);
	if (!err)
		err = totps_told(db, a->user_id, &list);
	if (!err)
		err = put_list(a, "totp", &totp_told, &list);
	if (!err)
		err = passkeys_told(db, a->user_id, &list);
	if (!err)
		err = put_list(a, "passkeys", &passkey_told, &list);
	if (!err)
		err = api_keys_list(db, a->user_id, &list);
	return err ? err : put_list(a, "api_keys", &api_key_told, &list);
}

/* The own key-value space. */
static enum err
put_values(struct archive *a)
{
	struct task *t = a->task;
	struct arena_mark mark = arena_mark(t->mem);
	struct list list = {.n = VALUES};
	const struct value_told *row;
	const char *comma = "";
	char after[MAP_NAME + 1] = "";
	enum err err = OK;

	put_name(a, "kv");
	buf_putc(&a->out, '[');
	while (!err && list.n == VALUES) {
		err = kv_export(
		    t->kv, t->db, t->mem, a->user_id, after, VALUES, &list);
		if (err || list.n == 0)
			break;
		row = list.rows;
		memcpy(after, row[list.n - 1].key,
		    strlen(row[list.n - 1].key) + 1);
		err = put_rows(a, &value_told, &list, &comma);
		arena_rewind(t->mem, mark);
	}
	buf_putc(&a->out, ']');
	return err;
}

static enum err
put_all(struct archive *a, const struct export *e)
{
	char text[TIME_TEXT];
	enum err err;

	buf_printf(&a->out,
	    "{\n\"format\":\"atrium-account\",\n\"version\":1,"
	    "\n\"made_at\":\"%s\"",
	    time_format(time_now(), text));
	a->comma = ",";
	a->user_id = e->user_id;
	err = put_account(a);
	if (!err)
		err = put_access(a);
	if (!err)
		err = put_pages(a, "items", &item_row, items_export);
	if (!err)
		err = put_values(a);
	if (!err)
		err = put_pages(a, "exports", &export_row, exports_by);
	if (!err)
		err = put_pages(a, "audit", &audit_row, audit_by);
	if (!err)
		err = put_pages(a, "audit_of_others", &audit_row, audit_about);
	buf_puts(&a->out, "\n}\n");
	return err ? err : flush(a);
}

enum err
archive_write(struct task *t, const struct export *e, int64_t *size)
{
	struct archive a = {.task = t, .comma = ""};
	enum err err;

	if (!shelf_begin(t->mem, t->config, e->id, &a.sheet))
		return complain(&a);
	buf_init(&a.out, BUFFER_MAX);
	err = put_all(&a, e);
	buf_free(&a.out);
	if (err)
		shelf_drop(&a.sheet);
	else if (!shelf_finish(t->config, &a.sheet))
		err = complain(&a);
	*size = a.size;
	return err;
}
