/*
 * A table of a fixed size: an owner's address has one place, and the last
 * reply that was made there keeps it. Nothing can grow.
 */
#include "http/again.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "http/ctx.h"
#include "http/engine.h"

enum { PLACES = 16, TARGET_MAX = 128, BODY_MAX = 64 << 10 };

struct place {
	struct uuid owner; /* nil: everybody who is not known */
	int64_t version;
	char target[TARGET_MAX]; /* "": free */
	struct buf body;
};

struct again {
	struct place place[PLACES];
};

struct again *
again_new(void)
{
	struct again *a = calloc(1, sizeof(*a));

	if (a == NULL)
		log_fatal("out of memory");
	for (size_t i = 0; i < PLACES; i++)
		buf_init(&a->place[i].body, BODY_MAX);
	return a;
}

void
again_free(struct again *a)
{
	for (size_t i = 0; a != NULL && i < PLACES; i++)
		buf_free(&a->place[i].body);
	free(a);
}

/* NULL when the address is too long to be remembered. */
static struct place *
place_of(struct again *a, const struct uuid *owner, const char *target)
{
	uint32_t hash = 2166136261U; /* FNV-1a */
	size_t i;

	for (i = 0; target[i] != '\0'; i++) {
		if (i == TARGET_MAX - 1)
			return NULL;
		hash = (hash ^ (unsigned char)target[i]) * 16777619U;
	}
	for (i = 0; i < sizeof(owner->byte); i++)
		hash = (hash ^ owner->byte[i]) * 16777619U;
	return &a->place[(hash >> 16 ^ hash) % PLACES];
}

bool
reply_again(struct ctx *c)
{
	const char *target = request_param(c->request, "REQUEST_URI");
	const struct place *p = place_of(c->again, &c->user_id, target);

	if (p == NULL || c->owned.version < 0 ||
	    p->version != c->owned.version ||
	    !uuid_equal(&p->owner, &c->user_id) ||
	    strcmp(p->target, target) != 0)
		return false;
	buf_reset(c->body);
	buf_put(c->body, p->body.data, p->body.len);
	c->status = 200;
	return true;
}

void
reply_remember(struct ctx *c)
{
	const char *target = request_param(c->request, "REQUEST_URI");
	struct place *p = place_of(c->again, &c->user_id, target);

	if (p == NULL || c->owned.version < 0 || c->body->len > BODY_MAX)
		return;
	p->owner = c->user_id;
	p->version = c->owned.version;
	memcpy(p->target, target, strlen(target) + 1);
	buf_reset(&p->body);
	buf_put(&p->body, c->body->data, c->body->len);
	if (p->body.full)
		p->target[0] = '\0';
}

enum err
reply_list(struct ctx *c, const struct page *at, struct listing *out)
{
	int64_t n = (int64_t)out->data.n;
	enum err err;

	if (at->skip == 0 && n < at->limit)
		out->count = n;
	err = reply(c, out);
	if (!err)
		reply_remember(c);
	return err;
}
