/*
 * /admin/stats: asked for every few seconds by the page of whoever watches.
 */
#include "admin/model.h"
#include "build.h"
#include "http/dispatch.h"
#include "stats/counted.h"
#include "users/model.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)

/* The minute that a moment is in; NULL: none of those shown. */
static struct minute_shown *
minute_at(struct minute_shown *m, int64_t us)
{
	int64_t i = us < m->at.us ? -1 : (us - m->at.us) / MINUTE;

	return i < 0 || i >= STATS_MINUTES ? NULL : &m[i];
}

static void
add_traffic(struct minute_shown *first, const struct list *found)
{
	const struct traffic_minute *row = found->rows;

	for (size_t i = 0; i < found->n; i++) {
		const struct traffic *of = &row[i].of;
		struct minute_shown *m = minute_at(first, row[i].at.us);

		if (m == NULL)
			continue;
		m->requests = of->requests;
		m->client_errors = of->client_errors;
		m->server_errors = of->server_errors;
		m->p50_ms = traffic_percentile(of, 0.5);
		m->p95_ms = traffic_percentile(of, 0.95);
	}
}

static void
add_tasks(struct minute_shown *first, const struct counted *n)
{
	for (size_t i = 0; i < n->nended; i++) {
		const struct task_minute *of = &n->ended[i];
		struct minute_shown *m = minute_at(first, of->minute * MINUTE);

		if (m == NULL)
			continue;
		m->tasks_done = of->done;
		m->tasks_failed = of->dead;
		m->mails_sent = of->mails;
	}
}

static struct minute_shown *
new_minutes(struct arena *mem, struct timestamp now)
{
	struct minute_shown *m = NEW_N(mem, struct minute_shown, STATS_MINUTES);
	int64_t last = now.us / MINUTE;

	for (int64_t i = 0; i < STATS_MINUTES; i++)
		m[i].at.us = (last - STATS_MINUTES + 1 + i) * MINUTE;
	return m;
}

static enum err
read_stats(struct ctx *c)
{
	const int64_t up = time_monotonic_us() - c->app->began_us;
	struct minute_shown *m = new_minutes(c->mem, time_now());
	struct counted n;
	struct list traffic;
	enum err err = stats_count(c, m->at, &n);

	if (!err)
		err = traffic_since(c->db, m->at, &traffic);
	if (err)
		return err;
	add_traffic(m, &traffic);
	add_tasks(m, &n);
	return reply(c, &(struct stats){.users = {&n.users},
			    .sessions = n.sessions,
			    .products = {&n.products},
			    .items = n.items,
			    .spaces = n.spaces,
			    .tasks = {&n.tasks},
			    .mail = {&n.mail},
			    .database_bytes = n.database_bytes,
			    .migrations = n.migrations,
			    .version = BUILD_VERSION,
			    .commit = BUILD_COMMIT,
			    .uptime_s = up / SECOND,
			    .minutes = {m, STATS_MINUTES}});
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/stats", read_stats, perm(perm_admin), .out = &stats,
	.tx = TX_READ,
	.doc = "How much there is of everything, and the last hour"),
};

DOMAIN(admin_stats, "admin", "Administration", routes, .coded = true);
