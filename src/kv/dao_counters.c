/*
 * Writing values in MariaDB, together with the counters of their space.
 * Batches are literals of a few sizes, filled up with what changes nothing.
 */
#include "core/schema.h"
#include "db/db.h"
#include "kv/store_mariadb_part.h"

enum { ROW_ARGS = 6, QUOTA_ARGS = 12, COUNTER_ARGS = 8 };

#define COLUMNS                                               \
	"kv_values (space_id, k, value, version, updated_at," \
	" expires_at, held_keys, held_bytes, max_keys, max_bytes, loose)"

#define OPENING "INSERT INTO " COLUMNS " VALUES "

/* A counter's key: as many times U+0000 as its number says. */
static const char *const counter_key[KV_COUNTERS] = {"", "00", "0000", "000000",
    "00000000", "0000000000", "000000000000", "00000000000000"};

/* All of them, as rows. */
#define FIRST_FOUR(c) c("", "") c(", ", "00") c(", ", "0000") c(", ", "000000")
#define LAST_TWO(c)   c(", ", "000000000000") c(", ", "00000000000000")
#define LAST_FOUR(c)  c(", ", "00000000") c(", ", "0000000000") LAST_TWO(c)
#define EACH(c)       FIRST_FOUR(c) LAST_FOUR(c)

enum err
kv_values_open(const struct kv_where *w)
{
#define NONE(comma, k) comma "(?, X'" k "', '', 0, ?, NULL, 0, 0, 0, 0, 0)"
#define NONE_ARGS      ARG(w->space), ARG(w->now)
	return db_exec(w->db, NULL,
	    SQL(OPENING EACH(NONE) " ON DUPLICATE KEY UPDATE k = VALUES(k)",
		NONE_ARGS, NONE_ARGS, NONE_ARGS, NONE_ARGS, NONE_ARGS,
		NONE_ARGS, NONE_ARGS, NONE_ARGS));
#undef NONE
#undef NONE_ARGS
}

enum err
kv_values_adopt(const struct kv_where *w, const struct kv_space *space)
{
	return db_exec(w->db, NULL,
	    SQL("INSERT INTO kv_spaces (id, name, owner_id, max_keys,"
		" max_bytes, version, created_at)"
		" VALUES (?, NULL, ?, ?, ?, 1, ?)",
		ARG(w->space), ARG(w->space), ARG(space->max_keys),
		ARG(space->max_bytes), ARG(w->now)));
}

/* Rows that only fill up are the last one again, with the version 0: they
 * leave it as it is. */
#define ROW        ", (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)"
#define MORE(rows) rows rows ROW
#define IS_COUNTER "VALUES(held_keys) IS NOT NULL"
#define TAIL \
	", expires_at = VALUES(expires_at), updated_at = VALUES(updated_at)"
#define VERSION_OF_VALUE                                    \
	"IF(VALUES(version) = 0, version, GREATEST(version" \
	" + 1, VALUES(version)))"

/*
 * The counter comes first, so it is locked first; and once more, to see that
 * it was there. One that was not, or was set for another quota, or has seen
 * versions go that are not below those of this write, gets a maximum that the
 * database refuses: then all of them have to be looked at.
 */
#define UPSERT(rows)                                                          \
	OPENING "(?, UNHEX(?), 'new', ?, ?, NULL, ?, ?, ?, ?, ?),"            \
		" (?, UNHEX(?), '', 0, ?, NULL, 0, 0, NULL, NULL, 0)" rows    \
		" ON DUPLICATE KEY UPDATE max_keys = IF(" IS_COUNTER ", IF("  \
		"value = '' AND (VALUES(version) = 0 OR (version"             \
		" < VALUES(version) AND max_keys = VALUES(max_keys)"          \
		" AND max_bytes = VALUES(max_bytes))), max_keys, -1), NULL)," \
		" version = IF(" IS_COUNTER ", version, " VERSION_OF_VALUE    \
		"),"                                                          \
		" value = IF(" IS_COUNTER ", value, VALUES(value)),"          \
		" held_keys = held_keys + VALUES(held_keys),"                 \
		" held_bytes = held_bytes + VALUES(held_bytes),"              \
		" loose = loose + VALUES(loose)" TAIL

/* All counters, which are locked, with what they are to say. */
#define COUNTER(comma, k) comma "(?, X'" k "', '', ?, ?, NULL, ?, ?, ?, ?, ?)"
#define SPREAD(rows)                                                         \
	OPENING EACH(COUNTER) rows                                           \
	    " ON DUPLICATE KEY UPDATE version ="                             \
	    " IF(" IS_COUNTER ", VALUES(version), " VERSION_OF_VALUE "),"    \
	    " value = VALUES(value), held_keys = VALUES(held_keys),"         \
	    " held_bytes = VALUES(held_bytes), max_keys = VALUES(max_keys)," \
	    " max_bytes = VALUES(max_bytes), loose = VALUES(loose)" TAIL

/* Of 1, 3, 7, ... 1023 rows. */
#define SIZES(of)                                                       \
	of(ROW), of(MORE(ROW)), of(MORE(MORE(ROW))),                    \
	    of(MORE(MORE(MORE(ROW)))), of(MORE(MORE(MORE(MORE(ROW))))), \
	    of(MORE(MORE(MORE(MORE(MORE(ROW)))))),                      \
	    of(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))),                \
	    of(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW)))))))),          \
	    of(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))))),    \
	    of(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))))))
static const char *const upserts[] = {SIZES(UPSERT)};
/* And of none before them. */
static const char *const spreads[] = {SPREAD(""), SIZES(SPREAD)};

static size_t
size_for(size_t n, size_t *rows)
{
	size_t which = 0;

	for (*rows = 1; *rows < n; *rows = 2 * *rows + 1)
		which++;
	return which;
}

static struct arg *
add_row(struct arg *to, const struct kv_where *w, const struct kv_pair *pair,
    int64_t version, struct timestamp expires_at)
{
	*to++ = ARG(w->space);
	*to++ = ARG(pair->key);
	*to++ = ARG(pair->text);
	*to++ = ARG(version);
	*to++ = ARG(w->now);
	*to++ = ARG(expires_at);
	return to;
}

enum err
kv_values_upsert(const struct kv_where *w, bool alone,
    const struct kv_quota *quota, const struct kv_pair *pair, size_t n,
    struct timestamp expires_at)
{
	size_t i, rows, which = size_for(n, &rows);
	struct arg *args, *end;

	args = NEW_N(w->mem, struct arg, QUOTA_ARGS + rows * ROW_ARGS);
	end = args;
	*end++ = ARG(w->space);
	*end++ = ARG(counter_key[quota->counter]);
	*end++ = ARG(w->now.us);
	*end++ = ARG(w->now);
	*end++ = ARG(quota->keys);
	*end++ = ARG(quota->bytes);
	*end++ = ARG(quota->max_keys);
	*end++ = ARG(quota->max_bytes);
	*end++ = ARG(quota->loose);
	*end++ = ARG(w->space);
	*end++ = ARG(counter_key[quota->counter]);
	*end++ = ARG(w->now);
	for (i = 0; i < n; i++)
		end = add_row(end, w, &pair[i], w->now.us, expires_at);
	for (; i < rows; i++)
		end = add_row(end, w, &pair[n - 1], 0, expires_at);
	return (alone ? db_alone : db_exec)(
	    w->db, NULL, upserts[which], args, (size_t)(end - args));
}

/* What one of them gets of all that is held. */
static int64_t
share(int64_t all, int64_t counter)
{
	return all / KV_COUNTERS + (counter < all % KV_COUNTERS);
}

static int64_t
greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct arg *
add_counter(struct arg *to, const struct kv_where *w,
    const struct kv_tally *tally, int64_t counter)
{
	const int64_t keys = share(tally->held.keys, counter);
	const int64_t bytes = share(tally->held.bytes, counter);

	*to++ = ARG(w->space);
	*to++ = ARG(tally->gone);
	*to++ = ARG(w->now);
	*to++ = ARG(keys);
	*to++ = ARG(bytes);
	*to++ = ARG(greater(tally->max_keys, keys));
	*to++ = ARG(greater(tally->max_bytes, bytes));
	*to++ = ARG(share(tally->loose, counter));
	return to;
}

enum err
kv_values_spread(const struct kv_where *w, const struct kv_tally *tally,
    const struct kv_pair *pair, const int64_t *version, size_t n,
    struct timestamp expires_at)
{
	size_t i, rows = 0, which = n > 0 ? 1 + size_for(n, &rows) : 0;
	struct arg *args = NEW_N(
	    w->mem, struct arg, KV_COUNTERS * COUNTER_ARGS + rows * ROW_ARGS);
	struct arg *end = args;

	for (i = 0; i < KV_COUNTERS; i++)
		end = add_counter(end, w, tally, (int64_t)i);
	for (i = 0; i < n; i++)
		end = add_row(end, w, &pair[i], version[i], expires_at);
	for (; i < rows; i++)
		end = add_row(end, w, &pair[n - 1], 0, expires_at);
	return db_exec(w->db, NULL, spreads[which], args, (size_t)(end - args));
}
