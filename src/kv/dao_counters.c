/*
 * Writing values in MariaDB, together with the counters of their space.
 * Batches are literals of a few sizes, filled up with what changes nothing.
 */
#include "core/schema.h"
#include "db/db.h"
#include "kv/store_mariadb_part.h"

enum { ROW_ARGS = 6, QUOTA_ARGS = 8 };

#define COLUMNS                                               \
	"kv_values (space_id, k, value, version, updated_at," \
	" expires_at, held_keys, held_bytes, max_keys, max_bytes, loose)"

/* A counter's key: as many times U+0000 as its number says. */
static const char *const counter_key[KV_COUNTERS] = {"", "00", "0000", "000000",
    "00000000", "0000000000", "000000000000", "00000000000000"};

enum err
kv_values_open(const struct kv_where *w)
{
#define COUNTER(k)   "(?, X'" k "', '', 0, ?, NULL, 0, 0, 0, 0, 0)"
#define COUNTER_ARGS ARG(w->space), ARG(w->now)
	return db_exec(w->db, NULL,
	    SQL("INSERT INTO " COLUMNS
		" VALUES " COUNTER("") ", " COUNTER("00") ", " COUNTER("0000") ", " COUNTER("000000") ", " COUNTER(
		    "00000000") ", " COUNTER("0000000000") ", " COUNTER("000000"
									"00000"
									"0") ","
									     " " COUNTER(
										 "00000000000000") " ON DUPLICATE KEY UPDATE k = VALUES(k)",
		COUNTER_ARGS, COUNTER_ARGS, COUNTER_ARGS, COUNTER_ARGS,
		COUNTER_ARGS, COUNTER_ARGS, COUNTER_ARGS, COUNTER_ARGS));
#undef COUNTER
#undef COUNTER_ARGS
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

/*
 * The counter comes first, so it is locked first. Rows that only fill up are
 * the last one again, with the version 0: they leave it as it is.
 */
#define ROW        ", (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)"
#define MORE(rows) rows rows ROW
#define UPSERT(rows)                                                        \
	"INSERT INTO " COLUMNS                                              \
	" VALUES (?, UNHEX(?), '', 0, ?, NULL, ?, ?, ?, ?,"                 \
	" ?)" rows " ON DUPLICATE KEY UPDATE value = VALUES(value),"        \
	" version = IF(VALUES(version) = 0, version, GREATEST(version + 1," \
	" VALUES(version))), updated_at = VALUES(updated_at),"              \
	" expires_at = VALUES(expires_at),"                                 \
	" held_keys = held_keys + COALESCE(VALUES(held_keys), 0),"          \
	" held_bytes = held_bytes + COALESCE(VALUES(held_bytes), 0),"       \
	" max_keys = COALESCE(VALUES(max_keys), max_keys),"                 \
	" max_bytes = COALESCE(VALUES(max_bytes), max_bytes),"              \
	" loose = loose + COALESCE(VALUES(loose), 0)"

/* Of 1, 3, 7, ... 1023 rows. */
static const char *const upserts[] = {UPSERT(ROW), UPSERT(MORE(ROW)),
    UPSERT(MORE(MORE(ROW))), UPSERT(MORE(MORE(MORE(ROW)))),
    UPSERT(MORE(MORE(MORE(MORE(ROW))))),
    UPSERT(MORE(MORE(MORE(MORE(MORE(ROW)))))),
    UPSERT(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))),
    UPSERT(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW)))))))),
    UPSERT(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))))),
    UPSERT(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(MORE(ROW))))))))))};

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
	size_t i, which = 0, rows = 1;
	struct arg *args, *end;

	for (; rows < n; rows = 2 * rows + 1)
		which++;
	args = NEW_N(w->mem, struct arg, QUOTA_ARGS + rows * ROW_ARGS);
	end = args;
	*end++ = ARG(w->space);
	*end++ = ARG(counter_key[quota->counter]);
	*end++ = ARG(w->now);
	*end++ = ARG(quota->keys);
	*end++ = ARG(quota->bytes);
	*end++ = ARG(quota->max_keys);
	*end++ = ARG(quota->max_bytes);
	*end++ = ARG(quota->loose);
	for (i = 0; i < n; i++)
		end = add_row(end, w, &pair[i], w->now.us, expires_at);
	for (; i < rows; i++)
		end = add_row(end, w, &pair[n - 1], 0, expires_at);
	return (alone ? db_alone : db_exec)(
	    w->db, NULL, upserts[which], args, (size_t)(end - args));
}

enum err
kv_values_settle(const struct kv_where *w, const struct kv_usage *more)
{
	return db_exec(w->db, NULL,
	    SQL("UPDATE kv_values SET held_keys = held_keys + ?,"
		" held_bytes = held_bytes + ?"
		" WHERE space_id = ? AND k < X'01' ORDER BY k LIMIT 1",
		ARG(more->keys), ARG(more->bytes), ARG(w->space)));
}

/* The first of them gets what cannot be shared. */
enum err
kv_values_counted(const struct kv_where *w, const struct kv_usage *is)
{
	const int64_t keys = is->keys / KV_COUNTERS;
	const int64_t bytes = is->bytes / KV_COUNTERS;

	return db_exec(w->db, NULL,
	    SQL("UPDATE kv_values SET held_keys = ? + IF(k = '', ?, 0),"
		" held_bytes = ? + IF(k = '', ?, 0),"
		" max_keys = GREATEST(max_keys, ?),"
		" max_bytes = GREATEST(max_bytes, ?), loose = 0"
		" WHERE space_id = ? AND k < X'01'",
		ARG(keys), ARG(is->keys % KV_COUNTERS), ARG(bytes),
		ARG(is->bytes % KV_COUNTERS), ARG(is->keys), ARG(is->bytes),
		ARG(w->space)));
}
