/*
 * The values in MariaDB, read, locked and deleted. Batches are literals of a
 * few sizes, so that few statements are prepared.
 */
#include <string.h>

#include "core/crypto.h"
#include "core/schema.h"
#include "db/db.h"
#include "kv/store_mariadb_part.h"

enum { KEY_SIZES = 4 };

#define T struct kv_row
#define ROW_FIELDS                                      \
	FIELD(size), FIELD(version), FIELD(updated_at), \
	    FIELD(expires_at, .flags = NULLABLE)
SCHEMA(row_whole, "Value", FIELD(k), FIELD(value), ROW_FIELDS);
SCHEMA(row_listed, "Value", FIELD(k), ROW_FIELDS);
SCHEMA(row_locked, "Value", FIELD(k), ROW_FIELDS, FIELD(held_keys),
    FIELD(held_bytes), FIELD(loose));
SCHEMA(row_expired, "Value", FIELD(k), FIELD(version));
SCHEMA(row_key, "Value", FIELD(k));
#undef T
#define T struct kv_found
SCHEMA(found_key, "Value", FIELD(space_id), FIELD(k));
SCHEMA(found_space, "Space", FIELD(space_id));
#undef T
#define T struct kv_usage
SCHEMA(usage_row, "Usage", FIELD(keys), FIELD(bytes));
#undef T

/*
 * Keys of a batch, in four sizes. The server makes a subquery of an IN with a
 * thousand values, so there are two in the largest.
 */
#define EIGHT(x) x "," x "," x "," x "," x "," x "," x "," x
#define HALF     "k IN (" EIGHT(EIGHT(EIGHT("?"))) ")"
#define KEYS_IN(a, z)                                        \
	{                                                    \
		a "k IN (?)" z, a "k IN (" EIGHT("?") ")" z, \
		    a "k IN (" EIGHT(EIGHT("?")) ")" z,      \
		    a "(" HALF " OR " HALF ")" z             \
	}
static const size_t key_sizes[KEY_SIZES] = {1, 8, 64, 1024};

/* Counters come before all keys, which hold no U+0000. */
#define KEYS   "k >= X'01'"
#define BY_KEY "FROM kv_values FORCE INDEX (PRIMARY) WHERE space_id = ? AND "
#define THERE  "(expires_at IS NULL OR expires_at > ?)"
#define LISTED "size, version, updated_at, expires_at"

static size_t
size_for(size_t n)
{
	size_t i = 0;

	while (key_sizes[i] < n)
		i++;
	return i;
}

/* The keys, the last of them again and again; returns past them. */
static struct arg *
fill(struct arg *to, const char *const *key, size_t n, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		*to++ = ARG(key[i < n ? i : n - 1]);
	return to;
}

/* One statement, so that what is measured is what is read. */
static enum err
read_within(const struct kv_where *w, const char *const *key, size_t n,
    int64_t room, struct list *out)
{
#define WITHIN(in)                                                          \
	"SELECT k, IF(? >= (SELECT SUM(size) " BY_KEY in " AND " THERE ")," \
	" value, '') AS value, " LISTED " " BY_KEY in " AND " THERE
	static const char *const sql[KEY_SIZES] = {WITHIN("k IN (?)"),
	    WITHIN("k IN (" EIGHT("?") ")"),
	    WITHIN("k IN (" EIGHT(EIGHT("?")) ")"),
	    WITHIN("(" HALF " OR " HALF ")")};
	const size_t i = size_for(n);
	struct arg *args = NEW_N(w->mem, struct arg, 2 * key_sizes[i] + 5);
	struct arg *end = args;

	*end++ = ARG(room);
	*end++ = ARG(w->space);
	end = fill(end, key, n, key_sizes[i]);
	*end++ = ARG(w->now);
	*end++ = ARG(w->space);
	end = fill(end, key, n, key_sizes[i]);
	*end++ = ARG(w->now);
	return db_all(
	    w->db, &row_whole, out, sql[i], args, (size_t)(end - args));
#undef WITHIN
}

enum err
kv_values_read(const struct kv_where *w, const char *const *key, size_t n,
    int64_t room, struct list *out)
{
	static const char *const bare[KEY_SIZES] =
	    KEYS_IN("SELECT k, " LISTED " " BY_KEY, " AND " THERE);
	static const char *const whole[KEY_SIZES] =
	    KEYS_IN("SELECT k, value, " LISTED " " BY_KEY, " AND " THERE);
	const bool texts = room > 0;
	const size_t i = size_for(n);
	struct arg *args, *end;

	if (texts && room / KV_VALUE_MAX < (int64_t)n)
		return read_within(w, key, n, room, out);
	args = NEW_N(w->mem, struct arg, key_sizes[i] + 2);
	args[0] = ARG(w->space);
	end = fill(args + 1, key, n, key_sizes[i]);
	*end++ = ARG(w->now);
	return db_all(w->db, texts ? &row_whole : &row_listed, out,
	    texts ? whole[i] : bare[i], args, (size_t)(end - args));
}

enum err
kv_values_lock(const struct kv_where *w, const char *const *key, size_t n,
    struct list *out)
{
	static const char *const sql[KEY_SIZES] =
	    KEYS_IN("SELECT IF(" KEYS ", k, '') AS k, " LISTED ","
		    " COALESCE(held_keys, 0) AS held_keys,"
		    " COALESCE(held_bytes, 0) AS held_bytes,"
		    " COALESCE(loose, 0) AS loose " BY_KEY "(k < X'01' OR ",
		") ORDER BY kv_values.k FOR UPDATE");
	const size_t i = size_for(n);
	struct arg *args = NEW_N(w->mem, struct arg, key_sizes[i] + 1), *end;

	args[0] = ARG(w->space);
	end = fill(args + 1, key, n, key_sizes[i]);
	return db_all(
	    w->db, &row_locked, out, sql[i], args, (size_t)(end - args));
}

enum err
kv_values_delete(const struct kv_where *w, const char *const *key, size_t n)
{
	static const char *const sql[KEY_SIZES] =
	    KEYS_IN("DELETE kv_values " BY_KEY, "");
	const size_t i = size_for(n);
	struct arg *args = NEW_N(w->mem, struct arg, key_sizes[i] + 1), *end;

	args[0] = ARG(w->space);
	end = fill(args + 1, key, n, key_sizes[i]);
	return db_exec(w->db, NULL, sql[i], args, (size_t)(end - args));
}

/* The end of a range of keys, in hexadecimal: no UTF-8 has a byte FF. */
static const char *
past(struct arena *mem, const char *prefix)
{
	size_t n = strlen(prefix);
	unsigned char *end = (unsigned char *)arena_copy(mem, prefix, n + 1);
	char *hex = arena_alloc(mem, 2 * n + 3, 1);

	while (n > 0 && end[n - 1] == 0xff)
		n--;
	if (n > 0)
		end[n - 1]++;
	else
		end[n++] = 0xff;
	crypto_hex(end, n, hex);
	return hex;
}

enum err
kv_values_list(const struct kv_where *w, const char *prefix, const char *after,
    int64_t limit, bool texts, struct list *out)
{
#define RANGE                                                           \
	BY_KEY KEYS " AND k > ? AND k >= ? AND k < UNHEX(?) AND " THERE \
		    " ORDER BY k LIMIT ?"
	const struct arg args[] = {ARG(w->space), ARG(after), ARG(prefix),
	    ARG(past(w->mem, prefix)), ARG(w->now), ARG(limit)};
	const size_t n = sizeof(args) / sizeof(args[0]);

	if (texts)
		return db_all(w->db, &row_whole, out,
		    "SELECT k, value, " LISTED " " RANGE, args, n);
	return db_all(
	    w->db, &row_listed, out, "SELECT k, " LISTED " " RANGE, args, n);
#undef RANGE
}

enum err
kv_values_count(const struct kv_where *w, struct kv_usage *usage)
{
	return db_one(w->db, &usage_row, usage,
	    SQL("SELECT COUNT(*) AS `keys`, CAST(COALESCE(SUM(LENGTH(k) +"
		" size), 0) AS SIGNED) AS bytes " BY_KEY KEYS " AND " THERE,
		ARG(w->space), ARG(w->now)));
}

/* `most` keys are counted, what is over is taken from the counters. */
enum err
kv_values_usage(const struct kv_where *w, int64_t most, struct kv_usage *usage)
{
	return db_one(w->db, &usage_row, usage,
	    SQL("SELECT IF(n > ?, held_keys, n - gone) AS `keys`,"
		" IF(n > ?, held_bytes, size) AS bytes FROM"
		" (SELECT COUNT(*) AS n, COUNT(gone) AS gone,"
		" CAST(COALESCE(SUM(IF(gone, 0, size)), 0) AS SIGNED) AS size"
		" FROM (SELECT IF(" THERE ", NULL, 1) AS gone,"
		" LENGTH(k) + size AS size " BY_KEY KEYS
		" ORDER BY k LIMIT ?) AS v) AS counted,"
		" (SELECT CAST(COALESCE(SUM(held_keys), 0) AS SIGNED)"
		" AS held_keys,"
		" CAST(COALESCE(SUM(held_bytes), 0) AS SIGNED) AS held_bytes"
		" " BY_KEY "k < X'01') AS counters",
		ARG(most), ARG(most), ARG(w->now), ARG(w->space), ARG(most + 1),
		ARG(w->space)));
}

enum err
kv_values_expired(const struct kv_where *w, int64_t limit, struct list *out)
{
	return db_all(w->db, &row_expired, out,
	    SQL("SELECT k, version FROM kv_values WHERE space_id = ? AND " KEYS
		" AND expires_at <= ? LIMIT ?",
		ARG(w->space), ARG(w->now), ARG(limit)));
}

enum err
kv_values_any(const struct kv_where *w, int64_t limit, struct list *out)
{
	return db_all(w->db, &row_key, out,
	    SQL("SELECT k " BY_KEY KEYS " ORDER BY k LIMIT ?", ARG(w->space),
		ARG(limit)));
}

enum err
kv_values_purgeable(const struct kv_where *w, int64_t limit, struct list *out)
{
	return db_all(w->db, &found_key, out,
	    SQL("SELECT space_id, k FROM kv_values"
		" FORCE INDEX (kv_values_expiry) WHERE expires_at <= ?"
		" ORDER BY expires_at, space_id LIMIT ?",
		ARG(w->now), ARG(limit)));
}

enum err
kv_values_spaces(const struct kv_where *w, int64_t limit, struct list *out)
{
	/* A nil UUID would be NULL, and nothing comes after that. */
	char after[2 * sizeof(w->space.byte) + 1];

	crypto_hex(w->space.byte, sizeof(w->space.byte), after);
	return db_all(w->db, &found_space, out,
	    SQL("SELECT id AS space_id FROM kv_spaces AS s"
		" WHERE id > UNHEX(?) AND EXISTS (SELECT 1 FROM kv_values"
		" WHERE space_id = s.id AND " KEYS ") ORDER BY id LIMIT ?",
		ARG((const char *)after), ARG(limit)));
}
