/*
 * The settings, from the environment and a file of KEY=value lines (.env).
 * The environment wins. Read once, at start; immutable afterwards.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdio.h>

#include "core/arena.h"
#include "core/schema.h"

struct config {
	const char *PROJECT_NAME;
	const char *ENVIRONMENT; /* development, staging, production */
	const char *SECRET_KEY;
	const char *DATABASE_URL;       /* of the workers */
	const char *DATABASE_ADMIN_URL; /* of atrium migrate */
	const char *FIRST_SUPERUSER;
	const char *FIRST_SUPERUSER_PASSWORD;
	const char *FRONTEND_HOST;
	const char *FRONTEND_DIR;   /* for nginx: a front end built elsewhere */
	const char *KEYS_DIR;       /* core/keys.h; "": tokens are HS256 */
	const char *TOKEN_ISSUER;   /* "": FRONTEND_HOST */
	const char *TOKEN_AUDIENCE; /* who tokens are for */
	int64_t ACCESS_TOKEN_EXPIRE_MINUTES; /* of /login/access-token */
	int64_t ACCESS_TOKEN_SECONDS;        /* of /auth: refreshed */
	int64_t REFRESH_TOKEN_DAYS;          /* a session that nobody uses */
	int64_t SESSION_MAX_DAYS;            /* a session that somebody uses */
	bool REQUIRE_VERIFIED_EMAIL;         /* to sign in */
	int64_t PASSWORD_CLASSES; /* kinds of characters a new one needs */
	bool PASSWORD_COMMON;     /* whether common ones are taken */
	int64_t AUDIT_KEEP_DAYS;
	const char *EXPORT_DIR; /* files of accounts' data */
	int64_t EXPORT_KEEP_HOURS;
	int64_t EMAIL_RESET_TOKEN_EXPIRE_HOURS;
	const char *EMAILS_FROM_EMAIL;
	const char *EMAILS_FROM_NAME; /* "": PROJECT_NAME */
	const char *SMTP_HOST;        /* "": mail goes into MAIL_DIR */
	int64_t SMTP_PORT;
	bool SMTP_TLS; /* STARTTLS, required */
	bool SMTP_SSL; /* TLS from the first byte */
	const char *SMTP_USER;
	const char *SMTP_PASSWORD;
	const char *SMTP_CA_FILE; /* "": the system's */
	const char *MAIL_DIR;
	const char *TEMPLATES_DIR;
	int64_t TASK_THREADS;  /* of a runner */
	int64_t TASK_POLL_MS;  /* between two looks at the queue */
	int64_t TASK_LEASE_MS; /* until a dead runner's task is taken over */
	int64_t TASK_KEEP_MINUTES; /* a finished task stays this long */
	const char *TASK_FIFO;     /* the doorbell, wake.h; "": none */
	int64_t ARGON2_MEMORY_KIB;
	int64_t ARGON2_PASSES;
	int64_t ARGON2_LANES;
	int64_t LOGIN_ACCOUNT_FAILURES; /* before there is a delay */
	int64_t LOGIN_ADDRESS_FAILURES;
	int64_t WORKER_THREADS;  /* of ordinary requests, per process */
	int64_t HASH_SLOTS;      /* of heavy requests, per process */
	int64_t HASH_QUEUE;      /* heavy requests that may wait */
	bool HASH_IDLE;          /* hash only with CPU time that is left over */
	int64_t DB_CONNECTIONS;  /* per process */
	int64_t DB_WAIT_MS;      /* for a free connection */
	int64_t DB_TIMEOUT_MS;   /* for one statement */
	int64_t BODY_LIMIT;      /* bytes */
	int64_t PEER_TIMEOUT_MS; /* a peer that stalls inside a request */
	int64_t DRAIN_TIMEOUT_MS; /* to finish after SIGTERM */
	const char *LOG_LEVEL;
	const char *MIGRATIONS_DIR;
	int64_t PUBLIC_CACHE_SECONDS; /* of what anybody may see; 0: none */
	const char *KV_STORE;         /* mariadb, redis, tarantool */
	const char *KV_URL;           /* of the latter two */
	int64_t KV_TIMEOUT_MS;        /* for one call of theirs */
	int64_t KV_MAX_KEYS;          /* of an account's own space */
	int64_t KV_MAX_BYTES;
};

extern const struct schema config_schema;

/*
 * Reads the file ($ATRIUM_ENV_FILE, else ".env" when it exists), then the
 * environment. An unknown key in the file, an unknown ATRIUM_ key in the
 * environment or a bad value ends the program with a sentence that names the
 * key, where it stands and what to do.
 */
const struct config *config_load(struct arena *);

/* One setting, as an administrator is shown it. */
struct setting {
	const char *name;
	const char *value; /* as text; NULL: a secret */
	bool secret;
	bool is_set;        /* it is not empty */
	bool is_default;    /* it is what it would be without being set */
	const char *origin; /* "environment", "file", "default" */
	const char *place;  /* "PATH:LINE" of a file, or NULL */
	const char *doc;
};

/* All of them, in the order of the schema; texts live in the arena. */
struct list config_settings(struct arena *, const struct config *);

/* KEY=value lines with their origin as comments; secrets as ********. */
void config_print(FILE *, const struct config *);

#endif
