/*
 * A bounded queue of pointers between threads: the heavy lane's line. Full is
 * an answer (503), not a wait.
 */
#ifndef HTTP_LANES_H
#define HTTP_LANES_H

#include <stdbool.h>

struct lane_queue;

struct lane_queue *lane_new(int room);
void lane_free(struct lane_queue *);
/* false when it is full or closed. */
bool lane_push(struct lane_queue *, void *);
/* Waits. NULL once it is closed and empty. */
void *lane_pop(struct lane_queue *);
void lane_close(struct lane_queue *);

/*
 * For the calling thread, which hashes: a hash takes whole milliseconds of a
 * core. In the idle class a thread gives its core up as soon as another wakes;
 * niceness alone lets it finish a slice.
 */
void lane_step_back(bool idle);

#endif
