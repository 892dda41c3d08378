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
#include "core/token.h"
#include "http/trail.h"

struct again;
struct app;
struct db;
struct domain;
struct match;
struct request;
struct route;
struct token_cache;
struct user;

/*
 * Which rows of a table in `counts` (db/counts.h) the caller may see: the own
 * ones, or everybody's.
 */
struct owned {
	struct uuid by;  /* nil: everybody's */
	int64_t n;       /* how many there are */
	int64_t version; /* changes with the own rows; -1: unknown */
};

/* By what the caller is known. Never two at once: bearer goes first. */
enum via {
	VIA_NOBODY,
	VIA_BEARER, /* the access token of a session, in Authorization */
	VIA_COOKIE, /* the same, in a cookie; checked against forgery */
	VIA_KEY     /* an API key, in Authorization */
};

struct ctx {
	struct arena *mem;
	struct db *db;
	const struct app *app; /* dispatch.h: what all threads share */
	const struct config *config;
	const struct token_rules *rules; /* this thread's, as are these */
	struct token_cache *tokens;
	struct again *again;
	const uint8_t *tag_key; /* of tags that are digests (etag.h) */
	const struct route *route;
	const struct match *match;   /* how it was found */
	const struct domain *domain; /* of the route */
	struct request *request;     /* engine.h */
	const char *raw;             /* the body as it came, nraw bytes */
	size_t nraw;
	const char *id; /* request id, in every log line */

	const void *in;           /* decoded, laid out by route->in */
	struct presence given;    /* of in */
	const struct user *user;  /* the caller, once a guard set it */
	struct uuid user_id;      /* its id: nil until then */
	enum via via;             /* how it is known */
	struct uuid session;      /* of the caller; nil for an API key */
	struct uuid key;          /* the API key, or nil */
	struct texts permissions; /* of the API key: no more than these */
	struct trail trail;
	struct owned owned; /* of a route with counts */
	const char *once;   /* names the work of an Idempotency-Key, or NULL */
	const char *once_asked; /* the same, of what was asked for with it */
	void *state;            /* what prepare and work leave for handle */

	struct buf *body; /* the reply: encoded, sent after the commit */
	const struct schema *out; /* its view; NULL: that of the route */
	const char *type;    /* its Content-Type; NULL is application/json */
	const char *cache;   /* its Cache-Control; NULL is no-store */
	const char *etag;    /* its ETag, quoted, or NULL */
	bool judged;         /* its conditions were looked at (etag.h) */
	const char *headers; /* more lines, each ended by CRLF, or NULL */
	int status;          /* of the reply */
	int64_t retry_s;     /* Retry-After of a 429 or 503; 0 is 1 */
	bool unsure;         /* done or not: do not invite to try again */
	/*
	 * A small write that is made after the reply went out, in a transaction
	 * of its own; nobody waits for it, and nobody hears of its failure.
	 */
	enum err (*after)(struct ctx *);

	bool coded;                 /* failures have a "code": our own routes */
	const char *code;           /* of a failure; NULL: by its enum err */
	const char *detail;         /* of a failure, for the client */
	struct faults *faults;      /* of ERR_INVALID */
	struct json_fault bad_json; /* of ERR_INVALID; error NULL: none */
};

/* A request header ("authorization"), or NULL. Repeated ones: the first. */
const char *ctx_header(const struct ctx *, const char *name);

/*
 * The address that the request came from: IPv4 in full, of IPv6 the first 64
 * bits, which one client has to itself. In the arena.
 */
const char *ctx_address(const struct ctx *);

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
/* {"message": text}, for routes whose view is that (core/message.h). */
enum err reply_message(struct ctx *, const char *text);
/* A ready body. `type` is static. Returns OK. */
enum err reply_text(struct ctx *, const char *type, const char *text, size_t n);

/*
 * A refusal whose writes are kept: the reply is {"detail": ...} with the
 * status of that error, and the transaction commits. Returns OK.
 */
enum err refuse(struct ctx *, enum err, const char *detail);
/* The same with a code, for our own routes. */
enum err
refuse_code(struct ctx *, enum err, const char *code, const char *detail);

/* Record a detail for the client; returns its argument, to be handed on. */
enum err fail(struct ctx *, enum err, const char *, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with a code ("below_zero": snake_case, stable), for our routes. */
enum err fail_code(struct ctx *, enum err, const char *code, const char *, ...)
    __attribute__((format(printf, 4, 5)));

/* One more header line of the reply; CR and LF in the text are a BUG. */
void ctx_add_header(struct ctx *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

#endif
