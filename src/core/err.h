/*
 * Every failure that the program can return: a name, the HTTP status and the
 * public sentence that stands in for a detail when none was given.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#define ERRORS(X)                                                           \
	X(BAD_REQUEST, 400, "Bad Request")                                  \
	X(UNAUTHORIZED, 401, "Not authenticated")                           \
	X(FORBIDDEN, 403, "Not allowed")                                    \
	X(NOT_FOUND, 404, "Not Found")                                      \
	X(METHOD, 405, "Method Not Allowed")                                \
	X(CONFLICT, 409, "Conflicts with the current state")                \
	X(MATCH, 412, "It has changed meanwhile")                           \
	X(TOO_LARGE, 413, "The body is too large")                          \
	X(MEDIA_TYPE, 415, "Unsupported Media Type")                        \
	X(INVALID, 422, "Input failed validation")                          \
	X(MATCH_REQUIRED, 428, "If-Match is required")                      \
	X(TOO_MANY, 429, "Too many requests")                               \
	X(INTERNAL, 500, "Internal Server Error")                           \
	X(BUSY, 503, "Busy: try again in a moment")                         \
	X(STORAGE, 507, "There is no room left")                            \
	/* The work was rolled back; running it again may succeed. */       \
	X(RETRY, 503, "Busy: try again in a moment")                        \
	/* The connection died inside COMMIT: done or not done, unknown. */ \
	X(OUTCOME, 503, "The outcome is not known: look before you repeat it")

enum err {
	OK = 0,
#define X(name, status, title) ERR_##name,
	ERRORS(X)
#undef X
	    ERR_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* OK is 200 and "OK". */
int err_status(enum err);
const char *err_title(enum err);
/* "NOT_FOUND", for logs. */
const char *err_name(enum err);

/*
 * A state that no input can bring about: says where on stderr and aborts.
 * For failures of the world (memory, a missing file) use log_fatal().
 */
#define BUG(why) err_bug(__FILE__, __LINE__, (why))
void
err_bug(const char *file, int line, const char *why) __attribute__((noreturn));

#endif
