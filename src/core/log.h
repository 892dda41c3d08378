/*
 * The structured log: one JSON object a line on stderr, each written by one
 * write(2), so that lines of several threads and processes do not mix.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/buf.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* "error", "warn", "info" or "debug", as the setting LOG_LEVEL has them. */
enum log_level log_level_of(const char *name);
/* Lines above `max` are dropped. `name` is printed in each ("worker"). */
void log_init(const char *name, enum log_level max);

/*
 * One message. `id` is the request's id, or NULL. Never pass user input that
 * may hold a secret; control characters are escaped.
 */
void log_say(enum log_level, const char *id, const char *, ...)
    __attribute__((format(printf, 3, 4)));
/* Says it in plain words for a person at a terminal and exits with 78. */
void
log_fatal(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

/*
 * A line with members of the caller's: log_open() writes the common ones into
 * a per-thread buffer, the caller adds ,"name":value pairs, log_close() ends
 * the line. Such lines are gathered, up to what one write takes whole
 * (PIPE_BUF), until log_flush(): a busy thread saves most of its writes, an
 * idle one has nothing left to say. log_say() flushes first.
 */
struct buf *log_open(enum log_level, const char *id);
void log_close(struct buf *);
bool log_pending(void);
void log_flush(void);

#endif
