/*
 * What the conformance tests of the key-value stores share: the store of this
 * run, calls in phases of their own, and short ways to say what must hold. All
 * cases run on every store (run.sh), but those of store_*.c.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "db/unit.h"
#include "kv/store.h"

extern CU_TestInfo address_tests[];
extern CU_TestInfo read_tests[];
extern CU_TestInfo write_tests[];
extern CU_TestInfo put_tests[];
extern CU_TestInfo versions_tests[];
extern CU_TestInfo ttl_tests[];
extern CU_TestInfo quota_tests[];
extern CU_TestInfo quota_kept_tests[];
extern CU_TestInfo list_tests[];
extern CU_TestInfo bytes_tests[];
extern CU_TestInfo spaces_tests[];
extern CU_TestInfo once_tests[];
extern CU_TestInfo threads_tests[];
extern CU_TestInfo threads_limits_tests[];
extern CU_TestInfo model_tests[];
extern CU_TestInfo hostile_tests[];
extern CU_TestInfo down_tests[];
extern CU_TestInfo mariadb_tests[];

enum { SECOND = 1000000, PLENTY = 1 << 30, MANY_THREADS = 16 };

/* One thread's way to a store. */
struct hand {
	struct kv_store *store;
	struct kv_call call;
	struct db db;
	struct pool *own; /* or NULL */
};

/* The first thread's; call.now stands still until tick(). */
extern struct hand me;

/* False, having said why, when the store cannot be used. */
bool fixture_open(void);
void fixture_close(void);
/* Whether it is the store of this name. */
bool is_store(const char *name);
/* An environment variable that must be there. */
const char *setting(const char *name);
/* Another store object of the same kind, with a time limit of its own. */
struct kv_store *store_new(int64_t timeout_ms);

void hand_open(struct hand *, struct kv_store *);
/* With that much memory. */
void hand_open_small(struct hand *, struct kv_store *, size_t memory);
/* With a time limit, for tests of those. */
void hand_open_within(struct hand *, int64_t timeout_ms);
void hand_close_within(struct hand *);
void hand_close(struct hand *);

/* server.sh: "start", "stop", "kill". */
bool server(const char *action);
/* A signal to the server. */
void server_signal(int);

/* A space that is not there yet, with a quota or with plenty. */
struct kv_space space_of(int64_t max_keys, int64_t max_bytes);
struct kv_space new_space(void);
/* Makes one with an id of the test's. */
void space_made(const struct kv_space *);
/* Lets time pass. */
void tick(int64_t us);
/* Texts, until the arena is reset: n times c; a number. */
const char *repeat(char c, size_t n);
const char *number(size_t);

/* fixture_calls.c: store.h's calls, each in a phase of its own; what may be
 * run again (ERR_RETRY) is. */

enum err t_read(struct hand *, const struct kv_space *, const char *const *,
    size_t n, struct kv_value *);
enum err t_read_within(struct hand *, const struct kv_space *,
    const char *const *, size_t n, int64_t room, struct kv_value *);
enum err t_write(struct hand *, const struct kv_space *, enum kv_mode,
    const struct kv_pair *, size_t n, int64_t ttl_s, struct kv_outcome *);
enum err t_delete(struct hand *, const struct kv_space *, const char *const *,
    size_t n, struct kv_outcome *);
enum err t_put(struct hand *, const struct kv_space *, const char *key,
    const char *text, int64_t version, struct kv_outcome *);
enum err t_remove(struct hand *, const struct kv_space *, const char *key,
    int64_t version, struct kv_outcome *);
enum err t_list(struct hand *, const struct kv_space *, const char *prefix,
    const char *after, int64_t limit, bool texts, struct kv_value **,
    size_t *n);
enum err t_usage(struct hand *, const struct kv_space *, struct kv_usage *);
enum err t_purge(struct hand *, int64_t limit, bool *more);
enum err
t_drop(struct hand *, const struct kv_space *, int64_t limit, bool *more);
enum err t_spaces(
    struct hand *, struct uuid after, int64_t limit, struct uuid **, size_t *n);

/* What must work, with `me`. */

void set(const struct kv_space *, const char *key, const char *text);
/* The value under a key; its text is NULL when there is none. */
struct kv_value get(const struct kv_space *, const char *key);
/* A batch that must be answered so; the bits of `done` in order, "101". */
void check_write(const struct kv_space *, enum kv_mode, const struct kv_pair *,
    size_t n, int64_t ttl_s, enum kv_result, const char *done);
void check_delete(const struct kv_space *, const char *const *, size_t n,
    enum kv_result, const char *done);
/* Its version, or 0. */
int64_t check_put(const struct kv_space *, const char *key, const char *text,
    int64_t version, enum kv_result, bool done);
void check_remove(const struct kv_space *, const char *key, int64_t version,
    enum kv_result, bool done);
/* The value there: a text, or NULL for none. */
void check_text(const struct kv_space *, const char *key, const char *text);
void check_usage(const struct kv_space *, int64_t keys, int64_t bytes);
/* The keys of a list, each followed by a blank. */
void check_list(const struct kv_space *, const char *prefix, const char *after,
    int64_t limit, const char *keys);

#define PAIRS(...)                                          \
	(const struct kv_pair[]){__VA_ARGS__},              \
	    sizeof((const struct kv_pair[]){__VA_ARGS__}) / \
		sizeof(struct kv_pair)
#define KEYS(...)                           \
	(const char *const[]){__VA_ARGS__}, \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

#endif
