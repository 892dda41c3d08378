/*
 * What took its time to count, remembered for fifty times as long as that, a
 * minute at most: counting takes no more than a fiftieth of anybody's time,
 * and what is counted quickly is as good as new.
 */
#ifndef HTTP_LATELY_H
#define HTTP_LATELY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATELY_MAX = 4096 }; /* bytes */

/* One memory, for structs of numbers of one kind. Of any thread. */
struct lately;
struct lately *lately_new(void);
/* NULL is fine. */
void lately_free(struct lately *);

/* Fills *out when there is something to remember. */
bool lately_recall(struct lately *, void *out, size_t size);
void lately_note(struct lately *, const void *, size_t size, int64_t took_us);

#endif
