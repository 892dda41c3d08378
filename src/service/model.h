/*
 * What the service says of itself: alive, ready, which version, which API.
 */
#ifndef SERVICE_MODEL_H
#define SERVICE_MODEL_H

#include "core/err.h"
#include "core/message.h"
#include "core/schema.h"

struct db;
struct domain;
struct permission;
struct task_kind;

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

struct test_address {
	const char *email_to;
};

/* The argument of the test mail's task, and what it is rendered from. */
struct test_ref {
	const char *email;
	const char *locale; /* NULL: English */
};
struct test_mail {
	const char *project_name;
	const char *email;
	const char *link;
};

/* schemas.c */
extern const struct schema health, checks, readiness, version, alive;
extern const struct schema applied, openapi_document, setting_public;
extern const struct schema test_address, test_ref, test_mail;

/* dao.c: how many migrations the database has; any failure is one */
enum err service_applied(struct db *, struct applied *) MUST_CHECK;

/* router.c: /healthz, /readyz, /version, the OpenAPI document */
extern const struct permission perm_system;
extern const struct domain service;
/* settings.c: what this worker runs with */
extern const struct schema settings_public;
extern const struct domain settings;
/* utils.c */
extern const struct domain utils;

/* tasks.c */
extern const struct task_kind mail_test;

#endif
