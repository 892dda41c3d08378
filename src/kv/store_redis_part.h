/*
 * The store in Redis, between its files. Grouped by the file that implements.
 *
 * What it keeps there, for the space with the id ID, whose last digit is T:
 *
 *	atrium:{T}:ID	hash. m<key>: "version updated expires size" of a
 *			value, in decimal; t<key>: its text; #keys, #bytes:
 *			how much there is, with what has expired and is not
 *			yet removed; #gone: the last version of what is gone
 *	atrium:{T}:ID:k	sorted set, all scores 0: the keys, by their bytes
 *	atrium:{T}:ID:e	sorted set: keys that expire, by when
 *	atrium:{T}:ID:o:NAME	what a call did under kv_call.once; Redis
 *			removes it after once_s
 *	atrium:{T}:spaces	sorted set, all scores 0: the ids of the spaces
 *			that hold something
 *	atrium:{T}:due	sorted set: ids of spaces by their next expiry
 *
 * All that a script touches has one {T}, so it is on one node of a cluster.
 */
#ifndef KV_STORE_REDIS_PART_H
#define KV_STORE_REDIS_PART_H

#include <hiredis/hiredis.h>

#include "kv/store_name.h"
#include "kv/store_part.h"

enum {
	SHELVES = 16, /* different T */
	CHUNK = 1000  /* keys that one script removes, at most */
};

/* store_redis_scripts.c */
enum redis_script {
	SCRIPT_NONE = -1,
	SCRIPT_WRITE,
	SCRIPT_ERASE,
	SCRIPT_LIST,
	SCRIPT_USAGE,
	SCRIPT_PURGE,
	SCRIPT_DROP,
	SCRIPTS
};
/* Each in parts, to be joined; NULL where there is none. */
enum { SCRIPT_PARTS = 5 };
extern const char *const redis_scripts[SCRIPTS][SCRIPT_PARTS];

/* store_redis_command.c: a command or the call of a script, in an arena */
struct redis_command {
	enum redis_script script; /* the first two words are the wire's then */
	size_t n, max;
	const char **word;
	size_t *size;
};

/* At most that many words. */
struct redis_command redis_command(struct arena *, size_t words);
/* The call of a script on a space; `words` can follow. A name in `once`, or
 * NULL, is a key of it too. */
struct redis_command redis_call(const struct kv_call *, struct uuid space,
    enum redis_script, const char *once, size_t words);
void redis_put(struct redis_command *, const char *, size_t n);
void redis_puts(struct redis_command *, const char *);
void redis_put_int(struct redis_command *, struct arena *, int64_t);
/* The name of the hash of a space; of "spaces" or "due" of a shelf. */
const char *redis_space_key(struct arena *, struct uuid);
const char *redis_shelf_key(struct arena *, unsigned shelf, const char *name);

/* store_redis_reply.c: what comes back */
bool redis_is_text(const redisReply *);
/* "result version flags", n of them. */
enum err
redis_outcome(const redisReply *, size_t n, struct kv_outcome *) MUST_CHECK;
/* "version updated expires size" */
enum err redis_value(const redisReply *, struct kv_value *) MUST_CHECK;
/* An answer that is not of our scripts: logged. */
enum err redis_strange(const char *what);

/* store_redis_wire.c: one connection */
enum { SHA_TEXT = 41 };
struct redis_conn {
	redisContext *link;        /* NULL: not connected */
	const char *const *script; /* the text of each */
	char sha[SCRIPTS][SHA_TEXT];
	char why[160]; /* the last call failed */
	struct redis_conn *next;
};

/* All end at `deadline` (time_monotonic_us). After a false the connection is
 * closed and `why` says why, without secrets. */
bool redis_wire_open(struct redis_conn *, const struct kv_address *,
    struct kv_name *, int64_t deadline) MUST_CHECK;
/* Commands in one go, then their replies, which are the caller's; *sent: the
 * server may have them all. */
bool redis_wire_run(struct redis_conn *, const struct redis_command *, size_t n,
    int64_t deadline, redisReply **, bool *sent) MUST_CHECK;
/* Whether it is open and has nothing to say, not even that it ends. */
bool redis_wire_is_quiet(const struct redis_conn *);
void redis_wire_close(struct redis_conn *);

/* store_redis_pool.c: the connections of a process */
struct redis;

struct redis *redis_new(const struct config *);
void redis_free(struct redis *);
/* When a call that begins now has to end. */
int64_t redis_deadline(const struct redis *);
/*
 * Runs commands in one trip. `again`: they may be sent once more when the
 * connection breaks, because they read, or do the same then. The replies are
 * the caller's to free; none is an error.
 */
enum err redis_run(struct redis *, const struct redis_command *, size_t n,
    int64_t deadline, bool again, redisReply **) MUST_CHECK;

/* store_redis_settings.c */
/* Looks whether the server may lose what it has, and says so in the log.
 * False: the connection broke. */
bool redis_check_settings(
    struct redis_conn *, const char *server, int64_t deadline) MUST_CHECK;

/* store_redis_lists.c: functions of the table */
enum err redis_list(void *, const struct kv_call *, const struct kv_space *,
    const char *prefix, const char *after, int64_t limit, bool texts,
    struct kv_value **, size_t *n) MUST_CHECK;
enum err redis_spaces(void *, const struct kv_call *, struct uuid after,
    int64_t limit, struct uuid **, size_t *n) MUST_CHECK;

/* store_redis_removal.c: functions of the table */
enum err redis_usage(void *, const struct kv_call *, const struct kv_space *,
    struct kv_usage *) MUST_CHECK;
enum err redis_purge(
    void *, const struct kv_call *, int64_t limit, bool *more) MUST_CHECK;
enum err redis_drop(void *, const struct kv_call *, const struct kv_space *,
    int64_t limit, bool *more) MUST_CHECK;

#endif
