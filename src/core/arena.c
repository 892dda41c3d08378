/*
 * Request memory: blocks that are taken as needed and freed all at once.
 * The first block is kept, so a usual request asks the system for nothing.
 */
#include "core/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

/* Under ASan what is not handed out is poisoned, and a gap parts neighbours. */
#if defined(__SANITIZE_ADDRESS__)
#define POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#endif
#ifdef POISONS
#include <sanitizer/asan_interface.h>
#else
#define POISONS                           0
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { FIRST_BLOCK = 16384, ALIGNMENT = 16, SMALL = 256 };
enum { GAP = POISONS ? ALIGNMENT : 0 };

struct block {
	struct block *before;
	size_t size, used;
	alignas(ALIGNMENT) char data[];
};

struct arena {
	struct block *last;
	size_t limit, taken; /* of all blocks */
};

static struct block *
block_new(struct arena *a, size_t size)
{
	struct block *b;

	if (size > a->limit || a->taken > a->limit - size)
		BUG("an arena is full");
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		log_fatal("out of memory");
	b->before = a->last;
	b->size = size;
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	a->last = b;
	a->taken += size;
	return b;
}

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		log_fatal("out of memory");
	a->limit = limit > FIRST_BLOCK ? limit : FIRST_BLOCK;
	block_new(a, FIRST_BLOCK);
	return a;
}

static void
pop_block(struct arena *a)
{
	struct block *b = a->last;

	a->last = b->before;
	a->taken -= b->size;
	explicit_bzero(b->data, b->used);
	free(b);
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	while (a->last != NULL)
		pop_block(a);
	free(a);
}

/* What is given back may have been a password. */
static void
set_used(struct block *b, size_t used)
{
	explicit_bzero(b->data + used, b->used - used);
	ASAN_POISON_MEMORY_REGION(b->data + used, b->used - used);
	b->used = used;
}

void
arena_reset(struct arena *a)
{
	while (a->last->before != NULL)
		pop_block(a);
	set_used(a->last, 0);
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->last, a->last->used};
}

void
arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->last != mark.block)
		pop_block(a);
	set_used(a->last, mark.used);
}

void *
arena_alloc(struct arena *a, size_t size, size_t count)
{
	struct block *b = a->last;
	size_t n, room;
	void *p;

	if (__builtin_mul_overflow(size, count, &n) || n > a->limit)
		BUG("an arena is full");
	/* Even of nothing each one has an address of its own. */
	room = (n + (n == 0) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + GAP;
	if (room > b->size - b->used)
		b = block_new(a, room > FIRST_BLOCK ? room : FIRST_BLOCK);
	p = b->data + b->used;
	b->used += room;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return memset(p, 0, n);
}

char *
arena_copy(struct arena *a, const void *bytes, size_t n)
{
	char *p = arena_alloc(a, 1, n + 1);

	if (n > 0)
		memcpy(p, bytes, n);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *format, va_list ap)
{
	char small[SMALL], *p;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), format, again);
	va_end(again);
	if (n < 0)
		BUG("a format cannot be printed");
	if ((size_t)n < sizeof(small))
		return arena_copy(a, small, (size_t)n);
	p = arena_alloc(a, 1, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, format, ap);
	return p;
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *p;

	va_start(ap, format);
	p = arena_vprintf(a, format, ap);
	va_end(ap);
	return p;
}
