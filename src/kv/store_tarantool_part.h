/*
 * Between the files of the Tarantool store (kv/store_tarantool*.c): the
 * messages of its binary protocol (IPROTO), connections with a deadline, the
 * pool of them, and a call of one of the stored functions of
 * tarantool/atrium.lua.
 */
#ifndef KV_STORE_TARANTOOL_PART_H
#define KV_STORE_TARANTOOL_PART_H

#include <msgpack.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "kv/store_name.h"
#include "kv/store_part.h"

/* store_tarantool_wire.c */

enum iproto_type { IPROTO_AUTH = 7, IPROTO_CALL = 10 };

struct iproto_reply {
	uint32_t error;              /* its number, 0: none */
	msgpack_object_str message;  /* of the error */
	msgpack_object_array values; /* what the function returned */
};

/* What a reply may be: the one that asks knows. */
struct iproto_bounds {
	size_t bytes, items; /* of the message; arrays' and maps' in all */
};

/* A message is begun, its body packed by the caller, and ended. */
void
iproto_begin(struct buf *, msgpack_packer *, enum iproto_type, uint64_t sync);
void iproto_end(struct buf *);
/* The body of a call: its arguments follow, nargs of them. */
void iproto_function(msgpack_packer *, const char *name, uint32_t nargs);
/* That of an AUTH; the greeting's salt is base64 text. */
bool iproto_password(msgpack_packer *, const char *user, const char *password,
    const char *salt) MUST_CHECK;
void iproto_bytes(msgpack_packer *, const void *, size_t n);
void iproto_text(msgpack_packer *, const char *);

enum { IPROTO_HEAD = 5, IPROTO_GREETING = 128, IPROTO_SALT = 44 };

/* The bytes that follow the head of a message; 0 when it is none. */
size_t iproto_length(const char head[IPROTO_HEAD]);
/*
 * Any bytes at all may come in. The reply points into them and the zone;
 * false when it is none to `sync`, or claims more than `items` values.
 */
bool iproto_read(msgpack_zone *, const char *, size_t n, uint64_t sync,
    size_t items, struct iproto_reply *) MUST_CHECK;

/* Values of a reply; false for another type, or out of range. */
bool iproto_int(const msgpack_object *, int64_t *) MUST_CHECK;
bool iproto_bool(const msgpack_object *, bool *) MUST_CHECK;
/* Copied into the arena; without U+0000, at most max bytes. */
bool iproto_copy(const msgpack_object *, struct arena *, size_t max,
    const char **) MUST_CHECK;

/* store_tarantool_line.c */

struct line {
	struct line *next; /* in the pool */
	int fd;            /* -1: closed */
	bool sent;         /* something of the last message left */
	uint64_t sync;
	struct buf out, in;
	msgpack_zone zone;
	char why[320]; /* of the last failure */
};

void line_init(struct line *);
void line_free(struct line *);
void line_close(struct line *);
/* Whether it is open, and has been silent since its last reply. */
bool line_idle(const struct line *);
/* Connects and signs in. Deadlines are of time_monotonic_us(). */
bool line_open(struct line *, const struct kv_address *, struct kv_name *,
    int64_t deadline) MUST_CHECK;
/* Sends a message and reads the reply, which has to be to line->sync. After a
 * false it has to be closed. */
bool line_exchange(struct line *, const struct buf *, struct iproto_bounds,
    int64_t deadline, struct iproto_reply *) MUST_CHECK;
void line_fail(struct line *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* store_tarantool_pool.c */

struct tarantool {
	struct arena *mem; /* of all this */
	const struct kv_address *address;
	struct kv_name name;
	int64_t timeout_us;
	pthread_mutex_t lock;
	pthread_cond_t back;
	struct line *idle;
	int64_t complained; /* when */
	bool warned;        /* that nothing is on a disk */
	size_t nlines;
	struct line *lines;
};

/* A call under way. */
struct talk {
	struct tarantool *store;
	struct line *line;
	msgpack_packer pack; /* for the arguments */
	int64_t deadline;
};

/* Waits for a connection. When OK, talk_end() is due. */
enum err talk_begin(struct tarantool *, const char *function, uint32_t nargs,
    struct talk *) MUST_CHECK;
/*
 * After the arguments. The reply holds until talk_end() and has at least
 * nvalues values. repeatable: done twice is as done once.
 */
enum err talk_call(struct talk *, bool repeatable, struct iproto_bounds,
    uint32_t nvalues, struct iproto_reply *) MUST_CHECK;
/* A reply that makes no sense: says so and returns the error. */
enum err talk_garbled(struct talk *) MUST_CHECK;
void talk_end(struct talk *);

/* store_tarantool_space.c: what is about a whole space, or all */

/* {key, size, version, updated, expires}, or with the text as the space has
 * it: {space, key, text, version, updated, expires}. */
bool tarantool_row(const msgpack_object *, struct arena *, bool text,
    struct kv_value *) MUST_CHECK;
enum err tarantool_list(void *, const struct kv_call *, const struct kv_space *,
    const char *prefix, const char *after, int64_t limit, bool texts,
    struct kv_value **, size_t *n) MUST_CHECK;
enum err tarantool_usage(void *, const struct kv_call *,
    const struct kv_space *, struct kv_usage *) MUST_CHECK;
enum err tarantool_purge(
    void *, const struct kv_call *, int64_t limit, bool *more) MUST_CHECK;
enum err tarantool_drop(void *, const struct kv_call *, const struct kv_space *,
    int64_t limit, bool *more) MUST_CHECK;
enum err tarantool_spaces(void *, const struct kv_call *, struct uuid after,
    int64_t limit, struct uuid **, size_t *n) MUST_CHECK;

#endif
