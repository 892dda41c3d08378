/*
 * A thread that runs tasks, one after another, as long as there are some.
 */
#include "tasks/crew.h"
#include "tasks/kinds.h"

enum {
	US_PER_MS = 1000,
	TAKEN_US = 100000,
	ONCE_TRIES = 5,
	ONCE_WAIT_US = 10000
};

struct claim {
	struct hand *hand;
	struct timestamp now;
	struct task_row row;
};

static enum err
claim(void *arg)
{
	struct claim *c = arg;
	const struct config *config = c->hand->crew->config;
	int64_t lease_us = config->TASK_LEASE_MS * US_PER_MS;

	c->now = time_now();
	/* A person's retry counts attempts anew: they alone are no fence. */
	return queue_claim(&c->hand->db, uuid_new(), c->now,
	    (struct timestamp){c->now.us + lease_us}, &c->row);
}

/*
 * A row is skipped while somebody looks at it, too: who goes for good when
 * there is nothing left looks more than once.
 */
static enum err
claim_some(struct hand *h, struct claim *c)
{
	int tries = h->crew->once ? ONCE_TRIES : 1;
	enum err err = crew_transact(&h->db, claim, c);

	while (err == ERR_NOT_FOUND && --tries > 0 &&
	       crew_turn(h->crew, time_monotonic_us() + ONCE_WAIT_US))
		err = crew_transact(&h->db, claim, c);
	return err;
}

/*
 * Asks first when the next one is due: one query, without a lock, is all that
 * an idle runner costs.
 */
static enum err
look(struct hand *h, struct claim *c)
{
	struct timestamp due, now = time_now();
	int64_t now_us = time_monotonic_us();
	enum err err;

	db_phase(&h->db, TX_READ);
	err = queue_next(&h->db, &due);
	if (err == ERR_NOT_FOUND)
		crew_nothing(h->crew, INT64_MAX);
	if (!err && due.us > now.us) {
		crew_nothing(h->crew, now_us + (due.us - now.us));
		err = ERR_NOT_FOUND;
	}
	if (err)
		return err;
	err = claim_some(h, c);
	/* Others have it in their hands: most likely for good. */
	if (err == ERR_NOT_FOUND)
		crew_nothing(h->crew, now_us + TAKEN_US);
	return err;
}

/* Whether there was a task. */
static bool
step(struct hand *h)
{
	struct claim c = {.hand = h};
	int64_t began_us = time_monotonic_us();
	const struct task_kind *kind;
	enum err err;

	arena_reset(h->mem);
	db_init(&h->db, h->crew->pool, h->mem, NULL);
	err = look(h, &c);
	if (!err) {
		crew_call(h->crew);
		kind = task_kind_find(h->crew->kinds, c.row.kind);
		crew_begin(h, &c.row, began_us, task_kind_deadline_us(kind));
		run_task(h, &c.row);
		crew_done(h);
	}
	db_release(&h->db);
	if (err && err != ERR_NOT_FOUND)
		crew_trouble(h->crew);
	return err == OK;
}

void *
hand_main(void *arg)
{
	struct hand *h = arg;
	struct crew *c = h->crew;

	while (c->once ? !crew_stopping(c) : crew_await(c)) {
		while (!crew_stopping(c) && step(h))
			continue;
		if (c->once)
			break;
	}
	crew_leave(h);
	return NULL;
}
