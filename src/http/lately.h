/*
 * What took its time to count, remembered for fifty times as long as that, a
 * minute at most: counting takes no more than a fiftieth of anybody's time,
 * and what is counted quickly is as good as new.
 */
#ifndef HTTP_LATELY_H
#define HTTP_LATELY_H

#include <stddef.h>
#include <stdint.h>

enum { LATELY_MAX = 4096 }; /* bytes */

/* One memory, for structs of numbers of one kind. Of any thread. */
struct lately;
struct lately *lately_new(void);
/* NULL is fine. */
void lately_free(struct lately *);

enum lately_is {
	LATELY_KNOWN,   /* *out is filled */
	LATELY_UNKNOWN, /* somebody counts, or could not just now */
	LATELY_YOURS    /* count, and then call one of the two below */
};

/*
 * One thread at a time counts. While it does, and for a while after it could
 * not, what was known before is known still.
 */
enum lately_is lately_recall(struct lately *, void *out, size_t size);
void lately_note(struct lately *, const void *, size_t size, int64_t took_us);
void lately_failed(struct lately *, int64_t took_us);

#endif
