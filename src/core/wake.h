/*
 * The doorbell of the task runners: workers ring it after a commit that left
 * tasks, so that an idle runner need not wait for its next look at the queue.
 * A FIFO; bytes in it carry nothing. A ring that nobody hears is no loss.
 */
#ifndef CORE_WAKE_H
#define CORE_WAKE_H

/* Makes the FIFO (0660) if need be and opens it to listen; -1: errno says. */
int wake_open(const char *path);
/* Swallows the rings that wait. */
void wake_clear(int fd);
/* Never blocks, never fails. NULL and "": no doorbell. */
void wake_ring(const char *path);

#endif
