/*
 * What an administrator sees of the installation at a glance: how much there
 * is of everything, and what went through it in the last hour. Above all
 * domains that it counts. Grouped by the file that implements.
 */
#ifndef STATS_MODEL_H
#define STATS_MODEL_H

#include "core/err.h"
#include "core/schema.h"
#include "core/traffic.h"

struct db;
struct domain;
struct task_kind;

enum { STATS_MINUTES = 60 };

/* A row of traffic: a minute of the whole installation. */
struct traffic_minute {
	struct timestamp at; /* its beginning */
	struct traffic of;
};

struct users_shown {
	int64_t total, active;
	int64_t fresh; /* made in the last seven days */
};
struct products_shown {
	int64_t total, active, out_of_stock;
};
struct tasks_shown {
	int64_t queued, running, done, dead, cancelled;
};
struct mail_shown {
	int64_t queued, sent, failed; /* failed: they are dead */
};
struct minute_shown {
	struct timestamp at;
	int64_t requests, client_errors, server_errors;
	double p50_ms, p95_ms;
	int64_t tasks_done, tasks_failed, mails_sent;
};
struct stats {
	struct object users;
	int64_t sessions;
	struct object products;
	int64_t items;
	int64_t spaces;
	struct object tasks, mail;
	int64_t database_bytes;
	int64_t migrations;
	const char *version, *commit;
	int64_t uptime_s;
	struct list minutes;
};

/* schemas.c */
extern const struct schema traffic_minute, stats;

/* dao.c */
/* The whole of a TX_WRITE phase: so much more in the minute of that moment. */
enum err
traffic_add(struct db *, struct timestamp, const struct traffic *) MUST_CHECK;
/* The minutes from that one on that have a row, in their order. */
enum err traffic_since(struct db *, struct timestamp, struct list *) MUST_CHECK;
/* Removes those before that moment. */
enum err traffic_purge(struct db *, struct timestamp) MUST_CHECK;
/* The bytes that all tables and indexes take. */
enum err stats_database_size(struct db *, int64_t *) MUST_CHECK;

/* router.c */
extern const struct domain admin_stats;

/* tasks.c */
extern const struct task_kind purge_traffic;

#endif
