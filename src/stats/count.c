/*
 * Counts what there is: a statement for each domain, from its indexes.
 */
#include <string.h>

#include "http/dispatch.h"
#include "http/lately.h"
#include "kv/model.h"
#include "products/model.h"
#include "service/model.h"
#include "stats/counted.h"
#include "users/model.h"

enum { NEW_DAYS = 7 };

#define DAY INT64_C(86400000000)

static enum err
count_users(struct db *db, struct counted *n)
{
	const struct timestamp now = time_now();
	const struct timestamp since = {now.us - NEW_DAYS * DAY};
	struct user_figures u = {0};
	enum err err = users_figures(db, since, now, &u);

	n->users.total = u.total;
	n->users.active = u.total - u.inactive;
	n->users.fresh = u.fresh;
	n->sessions = u.sessions;
	return err;
}

static enum err
count_products(struct db *db, struct counted *n)
{
	struct product_totals all = {0};
	enum err err = products_totals(db, &all);

	n->products.total = all.active + all.inactive;
	n->products.active = all.active;
	return err ? err : products_out_of_stock(db, &n->products.out_of_stock);
}

static void
add_total(struct counted *n, const struct task_total *t)
{
	const struct {
		const char *stage;
		int64_t *tasks, *mails;
	} of[] = {{"queued", &n->tasks.queued, &n->mail.queued},
	    {"running", &n->tasks.running, &n->mail.queued},
	    {"done", &n->tasks.done, &n->mail.sent},
	    {"failed", &n->tasks.queued, &n->mail.queued},
	    {"dead", &n->tasks.dead, &n->mail.failed},
	    {"cancelled", &n->tasks.cancelled, NULL}};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		if (strcmp(of[i].stage, t->stage) != 0)
			continue;
		*of[i].tasks += t->n;
		if (t->mail && of[i].mails != NULL)
			*of[i].mails += t->n;
	}
}

static enum err
count_tasks(struct db *db, struct timestamp from, struct counted *n)
{
	const struct task_total *t;
	struct list found;
	enum err err = task_totals(db, &found);

	if (err)
		return err;
	t = found.rows;
	for (size_t i = 0; i < found.n; i++)
		add_total(n, &t[i]);
	err = tasks_ended(db, from, STATS_MINUTES, &found);
	if (err)
		return err;
	n->nended = found.n;
	if (found.n > 0)
		memcpy(n->ended, found.rows, found.n * sizeof(n->ended[0]));
	return OK;
}

static enum err
count_all(struct db *db, struct timestamp from, struct counted *n)
{
	struct applied a = {0};
	enum err err = count_users(db, n);

	if (!err)
		err = count_products(db, n);
	if (!err)
		err = users_owned(db, "items", &n->items);
	if (!err)
		err = spaces_count(db, &n->spaces);
	if (!err)
		err = count_tasks(db, from, n);
	if (!err)
		err = stats_database_size(db, &n->database_bytes);
	if (!err)
		err = service_applied(db, &a);
	n->migrations = a.applied;
	return err;
}

enum err
stats_count(struct ctx *c, struct timestamp from, struct counted *n)
{
	const int64_t began = time_monotonic_us();
	int64_t took_us;
	enum err err;

	switch (lately_recall(c->app->lately, n, sizeof(*n))) {
	case LATELY_KNOWN:
		return OK;
	case LATELY_UNKNOWN:
		return ERR_BUSY;
	case LATELY_YOURS:
		break;
	}
	memset(n, 0, sizeof(*n));
	err = count_all(c->db, from, n);
	took_us = time_monotonic_us() - began;
	if (err)
		lately_failed(c->app->lately, took_us);
	else
		lately_note(c->app->lately, n, sizeof(*n), took_us);
	return err;
}
