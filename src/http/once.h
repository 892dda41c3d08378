/*
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): for routes that
 * say `.idempotent`, the work of one key is done once. The key's row is
 * written in the transaction of the work; who comes with it again gets the
 * reply that is kept there. The rows are a domain's (idempotency/), which the
 * dispatcher knows by these functions (struct app's once).
 */
#ifndef HTTP_ONCE_H
#define HTTP_ONCE_H

#include <stdbool.h>

#include "core/err.h"

struct ctx;

enum idempotent {
	NOT_IDEMPOTENT,
	IDEMPOTENT,         /* a key is honoured */
	IDEMPOTENT_REQUIRED /* without a key: 400 idempotency_key_missing */
};

enum { ONCE_KEY_MAX = 64, ONCE_KEEP_HOURS = 24 };

struct once {
	/*
	 * In the route's transaction, before the handler. Waits for another
	 * request with the same key. *replayed: the kept reply is made, with
	 * Idempotency-Replayed: true, and the handler is not called.
	 * ERR_INVALID idempotency_mismatch: the key belongs to another body;
	 * ERR_TOO_MANY idempotency_full: the user has no room for another key;
	 * ERR_RETRY: the other is not done, or there was a deadlock.
	 */
	enum err (*begin)(struct ctx *, bool *replayed);
	/* After the handler: keeps a success, forgets a refusal. */
	enum err (*keep)(struct ctx *);
};

#endif
