/*
 * A growing buffer with a mandatory ceiling. It owns heap memory that is kept
 * for the next use; what would pass the ceiling is dropped and `full` stays
 * set until buf_reset(), so callers check once, at the end.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* NUL-terminated once anything was put */
	size_t len, cap, max;
	bool full;
};

void buf_init(struct buf *, size_t max);
/* Empties it; memory above 64 KiB goes back to the system. */
void buf_reset(struct buf *);
void buf_free(struct buf *);

void buf_put(struct buf *, const void *, size_t n);
void buf_puts(struct buf *, const char *);
void buf_putc(struct buf *, char);
/* In decimal. */
void buf_int(struct buf *, int64_t);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

#endif
