/*
 * Everything that one request owns. It lives on one thread and dies with the
 * reply. Handlers have no side effect except through c->db and c->mem.
 */
#ifndef HTTP_CTX_H
#define HTTP_CTX_H

#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/config.h"
#include "core/decode.h"
#include "core/err.h"
#include "core/schema.h"

struct app;
struct db;
struct request;
struct route;
struct token_cache;
struct user;

struct ctx {
	struct arena *mem;
	struct db *db;
	const struct app *app; /* dispatch.h: what all threads share */
	const struct config *config;
	struct token_cache *tokens; /* this thread's */
	const struct route *route;
	struct request *request; /* engine.h */
	const char *id;          /* request id, in every log line */

	const void *in;          /* decoded, laid out by route->in */
	struct presence given;   /* of in */
	const struct user *user; /* the caller, once a guard set it */
	struct uuid user_id;     /* its id: nil until then */
	struct uuid session;     /* of the caller */
	void *state;             /* what prepare and work leave for handle */

	struct buf *body; /* the reply: encoded, sent after the commit */
	const char *type; /* its Content-Type; NULL is application/json */
	int status;       /* of the reply */
	bool unsure;      /* done or not: do not invite to try again */

	const char *detail;         /* of a failure, for the client */
	struct faults *faults;      /* of ERR_INVALID */
	struct json_fault bad_json; /* of ERR_INVALID; error NULL: none */
};

/* A request header ("authorization"), or NULL. Repeated ones: the first. */
const char *ctx_header(const struct ctx *, const char *name);

/* The typed input of the running handler; a BUG if the route says another. */
#define INPUT(c, name) ((const struct name *)ctx_input((c), &(name)))
const void *ctx_input(const struct ctx *, const struct schema *);

/* Whether the client gave this member of the input, be it as null. */
#define HAS(c, in, member) ctx_has((c), offsetof(__typeof__(*(in)), member))
bool ctx_has(const struct ctx *, size_t offset);

/* Encode *row by route->out. Returns OK. */
enum err reply(struct ctx *, const void *row);
/* The same with another status than the route's. */
enum err reply_status(struct ctx *, int status, const void *row);
/* A ready body. `type` is static. Returns OK. */
enum err reply_text(struct ctx *, const char *type, const char *text, size_t n);

/* Record a detail for the client; returns its argument, to be handed on. */
enum err fail(struct ctx *, enum err, const char *, ...)
    __attribute__((format(printf, 3, 4)));

#endif
