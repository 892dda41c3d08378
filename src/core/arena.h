/*
 * Memory that lives as long as one request (or one start-up phase). An arena
 * belongs to one thread.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/*
 * A position to return to. Rewinding frees everything allocated since, so
 * that a replayed handler starts from the memory that it first saw.
 */
struct arena_mark {
	void *block;
	size_t used;
};

/*
 * `limit` bytes at most, in blocks taken as needed; reaching it aborts, so it
 * is set well above what the input bounds allow. The first block is kept
 * across resets.
 */
struct arena *arena_new(size_t limit);
/* NULL is fine. */
void arena_free(struct arena *);
/* Frees and wipes everything; blocks beyond the first go back. */
void arena_reset(struct arena *);
struct arena_mark arena_mark(const struct arena *);
void arena_rewind(struct arena *, struct arena_mark);

/* Zeroed, aligned for any type, never NULL; size * count is checked. */
void *arena_alloc(struct arena *, size_t size, size_t count)
    __attribute__((malloc, returns_nonnull));
/* A NUL-terminated copy of n bytes. */
char *arena_copy(struct arena *, const void *, size_t n)
    __attribute__((returns_nonnull));
char *
arena_strdup(struct arena *, const char *) __attribute__((returns_nonnull));
char *arena_printf(struct arena *, const char *, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *, const char *, va_list)
    __attribute__((format(printf, 2, 0), returns_nonnull));

#define NEW(a, type)      ((type *)arena_alloc((a), sizeof(type), 1))
#define NEW_N(a, type, n) ((type *)arena_alloc((a), sizeof(type), (n)))

#endif
