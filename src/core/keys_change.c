/* What `atrium keys` does to a folder, one command at a time: the index
 * changes last when a key comes, and first when one goes. */
#include "core/keys_part.h"

#include <string.h>

#define SECOND INT64_C(1000000)

/* One command: the folder, locked, and what its index says. */
struct change {
	struct key_folder folder;
	struct key_index index;
	const char **why;
};

/* ERR_NOT_FOUND: there is no folder. One without an index has no keys yet. */
static enum err
begin(struct change *c, const char *dir, struct arena *a, const char **why)
{
	enum err err;

	*c = (struct change){.folder = {a, dir, -1, -1}, .why = why};
	err = key_folder_lock(&c->folder, why);
	if (err)
		return err;
	err = key_folder_index(&c->folder, &c->index, why);
	if (!err || err == ERR_NOT_FOUND)
		return OK;
	key_folder_close(&c->folder);
	return err;
}

static enum err
end(struct change *c, enum err err)
{
	key_folder_close(&c->folder);
	return err;
}

enum err
keys_list(const char *dir, struct key_info out[KEYS_MAX], size_t *n,
    struct arena *a, const char **why)
{
	struct change c;
	enum err err = begin(&c, dir, a, why);

	*n = 0;
	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	memcpy(out, c.index.key, sizeof(c.index.key));
	*n = c.index.n;
	return end(&c, OK);
}

static enum err
add(struct change *c, struct timestamp now, char id[KEY_ID_TEXT])
{
	struct key_info *info = &c->index.key[c->index.n];
	struct key_pair *pair;
	enum err err;

	if (c->index.n == KEYS_MAX) {
		*c->why = arena_printf(c->folder.mem,
		    "there are %d keys, which is the most: retire one first",
		    KEYS_MAX);
		return ERR_CONFLICT;
	}
	pair = key_pair_new();
	*info = (struct key_info){.state = KEY_NEXT, .created = now};
	memcpy(info->id, key_pair_id(pair), KEY_ID_TEXT);
	memcpy(id, info->id, KEY_ID_TEXT);
	if (c->index.n++ == 0) {
		info->state = KEY_ACTIVE;
		info->activated = now;
	}
	err = key_folder_add(&c->folder, pair, c->why);
	key_pair_free(pair);
	return err ? err : key_folder_store(&c->folder, &c->index, c->why);
}

enum err
keys_create(const char *dir, struct timestamp now, char id[KEY_ID_TEXT],
    struct arena *a, const char **why)
{
	struct key_folder folder = {a, dir, -1, -1};
	enum err err = key_folder_make(&folder, why);
	struct change c;

	if (!err)
		err = begin(&c, dir, a, why);
	return err ? err : end(&c, add(&c, now, id));
}

static enum err
find(struct change *c, const char *id, enum key_state wanted,
    struct key_info **out)
{
	static const char *const is[] = {"has not signed yet", "signs now",
	    "is old: it does not sign any more"};

	*out = key_id_valid(id) ? key_index_find(&c->index, id) : NULL;
	if (*out == NULL) {
		*c->why = arena_printf(c->folder.mem,
		    "there is no such key in %s", c->folder.path);
		return ERR_NOT_FOUND;
	}
	if ((*out)->state == wanted)
		return OK;
	*c->why = arena_printf(
	    c->folder.mem, "the key %s %s", (*out)->id, is[(*out)->state]);
	return ERR_CONFLICT;
}

/* Whether `seconds` have passed since then; else says when they have. */
static bool
is_over(struct change *c, struct timestamp since, int64_t seconds,
    struct timestamp now, const char *what)
{
	struct timestamp until = {since.us + seconds * SECOND};
	char text[TIME_TEXT];

	if (now.us >= until.us)
		return true;
	until.us = (until.us + SECOND - 1) / SECOND * SECOND;
	*c->why = arena_printf(c->folder.mem,
	    "%s until %s; --now does it all the same", what,
	    time_format(until, text));
	return false;
}

static enum err
activate(struct change *c, const char *id, bool force, struct timestamp now)
{
	struct key_info *old, *new;
	struct key_pair *pair;
	enum err err = find(c, id, KEY_NEXT, &new);

	if (err)
		return err;
	if (!force && !is_over(c, new->created, JWKS_CACHE_S, now,
			  "verifiers may not have the key"))
		return ERR_CONFLICT;
	/* Nothing is signed with a key that is lost. */
	err = key_folder_load(&c->folder, id, &pair, c->why);
	if (err)
		return ERR_INTERNAL;
	key_pair_free(pair);
	old = key_index_active(&c->index);
	old->state = KEY_OLD;
	old->retired = now;
	new->state = KEY_ACTIVE;
	new->activated = now;
	return key_folder_store(&c->folder, &c->index, c->why);
}

enum err
keys_activate(const char *dir, const char *id, bool force, struct timestamp now,
    struct arena *a, const char **why)
{
	struct change c;
	enum err err = begin(&c, dir, a, why);

	return err ? err : end(&c, activate(&c, id, force, now));
}

static enum err
retire(struct change *c, const char *id, bool force, int64_t lifetime_s,
    struct timestamp now)
{
	struct key_info *key;
	enum err err = find(c, id, KEY_OLD, &key);
	bool unused = err == ERR_CONFLICT && key->state == KEY_NEXT;
	size_t after;

	if (err && !unused)
		return err;
	*c->why = NULL;
	if (!force && !unused &&
	    !is_over(c, key->retired, lifetime_s, now,
		"tokens that it signed may be in use"))
		return ERR_CONFLICT;
	after = c->index.n - (size_t)(key - c->index.key) - 1;
	memmove(key, key + 1, after * sizeof(*key));
	c->index.n--;
	err = key_folder_store(&c->folder, &c->index, c->why);
	return err ? err : key_folder_remove(&c->folder, id, c->why);
}

enum err
keys_retire(const char *dir, const char *id, bool force, int64_t lifetime_s,
    struct timestamp now, struct arena *a, const char **why)
{
	struct change c;
	enum err err = begin(&c, dir, a, why);

	return err ? err : end(&c, retire(&c, id, force, lifetime_s, now));
}
