/*
 * Giving permissions away: to an API key, to a role, to a person. What somebody
 * gives is at most what it has itself.
 */
#include <string.h>

#include "core/json.h"
#include "http/dispatch.h"
#include "users/model.h"

static bool
holds(struct texts set, const char *name)
{
	for (size_t i = 0; i < set.n; i++)
		if (strcmp(set.item[i], name) == 0)
			return true;
	return false;
}

/* "'admin', 'audit' or 'users'" */
static const char *
in_words(struct arena *mem, const struct permission *const *all)
{
	const char *text = arena_printf(mem, "'%s'", all[0]->name);

	for (size_t i = 1; all[i] != NULL; i++)
		text = arena_printf(mem, "%s%s'%s'", text,
		    all[i + 1] == NULL ? " or " : ", ", all[i]->name);
	return text;
}

static const char *
quoted(struct arena *mem, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 8 * TEXTS_ITEM);
	json_quote(&b, text, strlen(text));
	out = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}

static enum err
refuse_name(struct ctx *c, const char *member, struct texts names, size_t i)
{
	const char *words = in_words(c->mem, c->app->permissions);

	c->faults->n = 1;
	c->faults->item[0] = (struct fault){.type = "enum",
	    .from = "body",
	    .name = member,
	    .nth = i + 1,
	    .message = arena_printf(c->mem, "Input should be %s", words),
	    .input = quoted(c->mem, names.item[i]),
	    .context = arena_printf(c->mem, "{\"expected\":\"%s\"}", words)};
	return ERR_INVALID;
}

static bool
is_known(const struct permission *const *all, const char *name)
{
	for (; *all != NULL; all++)
		if (strcmp((*all)->name, name) == 0)
			return true;
	return false;
}

enum err
users_may_give(
    struct ctx *c, const char *member, struct texts names, struct texts *given)
{
	const struct permission *const *all = c->app->permissions;
	const char **item;
	size_t n = 0;
	enum err err;

	for (size_t i = 0; i < names.n; i++)
		if (!is_known(all, names.item[i]))
			return refuse_name(c, member, names, i);
	item = NEW_N(c->mem, const char *, names.n + 1);
	for (; *all != NULL; all++) {
		if (!holds(names, (*all)->name))
			continue;
		err = users_may(c, *all);
		if (err == ERR_FORBIDDEN)
			return fail_code(c, err, "permission_lacking",
			    "You do not have the permission %s yourself",
			    (*all)->name);
		if (err)
			return err;
		item[n++] = (*all)->name;
	}
	*given = (struct texts){item, n};
	return OK;
}

enum err
users_may_all(struct ctx *c, struct texts names)
{
	enum err err = OK;

	for (size_t i = 0; i < names.n && !err; i++) {
		const struct permission p = {names.item[i], NULL};

		err = users_may(c, &p);
	}
	return err;
}
