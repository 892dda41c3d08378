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

#endif
