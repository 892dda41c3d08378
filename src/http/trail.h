/*
 * What the audit trail will say of this request. Handlers note it; the
 * dispatcher has one row written (dispatch.h: app.record), in the transaction
 * of the work, for each TX_WRITE route that succeeds and for each refusal that
 * a handler noted. The action is the route's operationId.
 */
#ifndef HTTP_TRAIL_H
#define HTTP_TRAIL_H

#include "core/schema.h"

struct ctx;

struct trail {
	const char *type;   /* of the object: "user", "item"; or NULL */
	struct uuid object; /* its id, or nil */
	const char *name;   /* of an object without an id (a role), or NULL */
	struct uuid actor;  /* when it is not c->user_id: who signs in */
	const char *diff;   /* JSON text, or NULL */
	bool refused;       /* a refusal that is worth a row */
	bool forget;        /* the object, a user, is gone for good */
};

/* The object. `type` is static. */
void trail_object(struct ctx *, const char *type, struct uuid id);
/* One without an id; the name is copied. */
void trail_named(struct ctx *, const char *type, const char *name);
/*
 * What changed, as {"field":[old,new]}: the fields of the view that differ;
 * before NULL: it is new, after NULL: it is gone. Of a SECRET field only that
 * it changed: ["********","********"]. Nothing different: no diff.
 */
void trail_change(
    struct ctx *, const struct schema *, const void *before, const void *after);
/* Both at once. A request that fails leaves no row, whatever was noted. */
void trail_note(struct ctx *, const char *type, struct uuid id,
    const struct schema *, const void *before, const void *after);

#endif
