/*
 * What the service says of itself: alive, ready, which version, which API.
 */
#ifndef SERVICE_MODEL_H
#define SERVICE_MODEL_H

#include "core/err.h"
#include "core/schema.h"

struct db;
struct domain;

struct health {
	const char *status;
};

struct checks {
	const char *db;
	const char *migrations;
};

struct readiness {
	const char *status; /* "ok" or "degraded" */
	struct object checks;
};

struct version {
	const char *name;
	const char *version;
	const char *commit;
	const char *api;
};

struct alive {
	bool alive;
};

struct applied {
	int64_t applied;
};

/* schemas.c */
extern const struct schema health, checks, readiness, version, alive;
extern const struct schema applied, openapi_document;

/* dao.c: how many migrations the database has; any failure is one */
enum err service_applied(struct db *, struct applied *) MUST_CHECK;

/* router.c: /healthz, /readyz, /version, the OpenAPI document */
extern const struct domain service;
/* router.c: /utils */
extern const struct domain utils;

#endif
