/* The keys as a thread of a worker has them: in memory, parsed, and looked
 * after once a second. What the folder holds is in the other keys_*.c. */
#include "core/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/keys_part.h"
#include "core/log.h"

#define SECOND INT64_C(1000000)

enum { SCRATCH = 131072, SAID = 512 };

struct key {
	struct key_info info;
	struct key_pair *pair;
};

struct key_set {
	struct key key[KEYS_MAX];
	size_t n;
};

struct keys {
	char *dir; /* NULL: no keys, ever */
	struct key_set set;
	struct arena *mem; /* of one look */
	struct timestamp looked;
	struct stat index; /* as it was when it was read */
	bool is_whole;     /* all that it names was there */
	char said[SAID];   /* what was wrong, when that was logged */
};

struct keys *
keys_new(const char *dir)
{
	struct keys *keys = calloc(1, sizeof(*keys));

	if (keys == NULL)
		log_fatal("out of memory");
	keys->mem = arena_new(SCRATCH);
	if (dir != NULL && *dir != '\0' && (keys->dir = strdup(dir)) == NULL)
		log_fatal("out of memory");
	return keys;
}

static void
set_free(struct key_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		key_pair_free(set->key[i].pair);
	set->n = 0;
}

void
keys_free(struct keys *keys)
{
	if (keys == NULL)
		return;
	set_free(&keys->set);
	arena_free(keys->mem);
	free(keys->dir);
	free(keys);
}

/* Once, until it is something else or nothing any more. */
static void
say(struct keys *keys, const char *why)
{
	char text[SAID];

	snprintf(text, sizeof(text), "%s", why);
	if (strcmp(text, keys->said) == 0)
		return;
	memcpy(keys->said, text, sizeof(text));
	log_say(LOG_ERROR, NULL, "KEYS_DIR: %s", text);
}

static const struct key *
active_of(const struct key_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->key[i].info.state == KEY_ACTIVE)
			return &set->key[i];
	return NULL;
}

static bool
is_same(const struct key_set *a, const struct key_set *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++)
		if (strcmp(a->key[i].info.id, b->key[i].info.id) != 0 ||
		    a->key[i].info.state != b->key[i].info.state)
			return false;
	return a->n == b->n;
}

/* Those of the index that can be had; *why when some can not. */
static void
load_keys(struct key_folder *f, const struct key_index *index,
    struct key_set *set, const char **why)
{
	const char *wrong;

	for (size_t i = 0; i < index->n; i++) {
		struct key *key = &set->key[set->n];

		key->info = index->key[i];
		if (key_folder_load(f, key->info.id, &key->pair, &wrong) == OK)
			set->n++;
		else if (*why == NULL)
			*why = wrong;
		else
			*why = arena_printf(f->mem, "%s; %s", *why, wrong);
	}
}

/* The keys of the folder take the place of those before, if they can sign. */
static bool
take(struct keys *keys, struct key_folder *f, const char **why)
{
	struct key_set set = {.n = 0};
	struct key_index index;
	enum err err = key_folder_index(f, &index, why);
	bool changed;

	if (err == ERR_NOT_FOUND)
		*why = arena_printf(f->mem,
		    "there are no keys in %s: \"atrium keys new\" makes one",
		    f->path);
	if (err)
		return false;
	load_keys(f, &index, &set, why);
	if (active_of(&set) == NULL && keys->set.n > 0) {
		set_free(&set);
		return false;
	}
	changed = !is_same(&keys->set, &set);
	set_free(&keys->set);
	keys->set = set;
	return changed;
}

static bool
is_as_it_was(const struct keys *keys, const struct stat *st)
{
	const struct stat *was = &keys->index;

	return st->st_ino == was->st_ino && st->st_dev == was->st_dev &&
	       st->st_size == was->st_size &&
	       st->st_mtim.tv_sec == was->st_mtim.tv_sec &&
	       st->st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

static bool
look(struct keys *keys)
{
	struct key_folder folder = {keys->mem, keys->dir, -1, -1};
	const char *path = arena_printf(keys->mem, "%s/keys", keys->dir);
	const char *why = NULL;
	bool changed = false;
	struct stat st = {0};

	/* An index that is replaced after this is read again. */
	if (stat(path, &st) == 0 && keys->is_whole && is_as_it_was(keys, &st))
		return false;
	keys->index = st;
	if (key_folder_open(&folder, &why) == OK) {
		changed = take(keys, &folder, &why);
		key_folder_close(&folder);
	}
	keys->is_whole = why == NULL;
	if (keys->is_whole)
		keys->said[0] = '\0';
	else
		say(keys, why);
	return changed;
}

void
keys_refresh(struct keys *keys, struct timestamp now, bool *changed)
{
	int64_t since = now.us - keys->looked.us;

	*changed = false;
	if (keys->dir == NULL || (since >= 0 && since < SECOND))
		return;
	keys->looked = now;
	*changed = look(keys);
	arena_reset(keys->mem);
}

bool
keys_active(const struct keys *keys, char id[KEY_ID_TEXT])
{
	const struct key *key = active_of(&keys->set);

	if (key != NULL)
		memcpy(id, key->info.id, KEY_ID_TEXT);
	return key != NULL;
}

void
keys_sign(
    const struct keys *keys, const char *text, size_t n, uint8_t signature[64])
{
	const struct key *key = active_of(&keys->set);

	if (key == NULL)
		BUG("there is no key to sign with");
	key_pair_sign(key->pair, text, n, signature);
}

bool
keys_verify(const struct keys *keys, const char *id, const char *text, size_t n,
    const uint8_t signature[64])
{
	for (size_t i = 0; i < keys->set.n; i++)
		if (strcmp(keys->set.key[i].info.id, id) == 0)
			return key_pair_verify(
			    keys->set.key[i].pair, text, n, signature);
	return false;
}

/* The index is in the order in which they were made. */
void
keys_publish(const struct keys *keys, struct buf *out)
{
	buf_puts(out, "{\"keys\":[");
	for (size_t i = keys->set.n; i-- > 0;) {
		const struct key *key = &keys->set.key[i];

		buf_puts(out, "{\"alg\":\"ES256\",");
		key_pair_publish(key->pair, out);
		buf_printf(out, ",\"kid\":\"%s\",\"use\":\"sig\"}%s",
		    key->info.id, i > 0 ? "," : "");
	}
	buf_puts(out, "]}");
}
