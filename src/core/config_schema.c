/* The settings as one table: their names, bounds, presets, and a sentence on
 * each for whoever meets it in a complaint or in the manual. */
#include "core/config.h"

#define DATABASE \
	SECRET, .format = FORMAT_URL, .max = 1000, .pattern = "^mysql://.+$"

#define T struct config
SCHEMA(config_schema, "Config",
    FIELD(PROJECT_NAME, .max = 100, .preset = "\"Atrium\"",
	.doc = "The name that users see."),
    FIELD(ENVIRONMENT, .pattern = "^(development|staging|production)$",
	.preset = "\"production\"",
	.doc = "What the installation is for: development, staging or "
	       "production."),
    FIELD(SECRET_KEY, .flags = REQUIRED | SECRET, .min = 32, .max = 1000,
	.doc = "Put SECRET_KEY=<at least 32 random characters> into .env or "
	       "the environment; \"openssl rand -hex 32\" makes one."),
    FIELD(DATABASE_URL, .flags = REQUIRED | DATABASE,
	.doc = "Put DATABASE_URL=mysql://user:password@host:port/name, or "
	       "mysql://user@localhost/name?unix_socket=/path, into .env or "
	       "the environment."),
    FIELD(DATABASE_ADMIN_URL, .flags = DATABASE,
	.doc = "As DATABASE_URL, with a user who may change tables; for "
	       "\"atrium migrate\" alone."),
    FIELD(FIRST_SUPERUSER, .max = 255, .format = FORMAT_EMAIL, .preset = "\"\"",
	.doc = "The e-mail address of the first administrator."),
    FIELD(FIRST_SUPERUSER_PASSWORD, .flags = SECRET, .min = 8, .max = 128,
	.preset = "\"\"",
	.doc = "The password that the first administrator begins with."),
    FIELD(FRONTEND_HOST, .format = FORMAT_URL, .max = 255,
	.pattern = "^https?://[^/ ]+$", .preset = "\"http://localhost:5173\"",
	.doc = "Where the pages are: links in mails lead there, and that "
	       "origin may call the API (CORS)."),
    FIELD(FRONTEND_DIR, .max = 1000, .preset = "\"\"",
	.doc = "A folder with a front end built elsewhere, which nginx serves "
	       "instead of pages/."),
    FIELD(KEYS_DIR, .max = 1000, .preset = "\"\"",
	.doc = "The folder of the keys that sign access tokens (\"atrium "
	       "keys\"); none: they are signed with SECRET_KEY, and nobody "
	       "else can verify them."),
    FIELD(TOKEN_ISSUER, .max = 255, .preset = "\"\"",
	.doc = "Who access tokens say they are from; none: FRONTEND_HOST."),
    FIELD(TOKEN_AUDIENCE, .min = 1, .max = 255, .preset = "\"atrium\"",
	.doc = "Who access tokens are for."),
    FIELD(ACCESS_TOKEN_EXPIRE_MINUTES, .min = 1, .max = 525600,
	.preset = "11520",
	.doc = "How long a sign-in by /login/access-token lasts, in minutes."),
    FIELD(ACCESS_TOKEN_SECONDS, .min = 5, .max = 86400, .preset = "900",
	.doc = "How long an access token of /auth lasts until it is "
	       "refreshed."),
    FIELD(REFRESH_TOKEN_DAYS, .min = 1, .max = 3650, .preset = "30",
	.doc = "A session that is not refreshed for so long ends."),
    FIELD(SESSION_MAX_DAYS, .min = 1, .max = 3650, .preset = "365",
	.doc = "However much it is used, a session ends after this time."),
    FIELD(REQUIRE_VERIFIED_EMAIL, .preset = "false",
	.doc = "Whether an address has to be confirmed before its account can "
	       "be signed in to."),
    FIELD(PASSWORD_CLASSES, .min = 1, .max = 4, .preset = "1",
	.doc = "How many kinds of characters (lower case, upper case, digits, "
	       "others) a new password needs."),
    FIELD(PASSWORD_COMMON, .preset = "false",
	.doc = "Whether a new password may be one of the most common ones."),
    FIELD(AUDIT_KEEP_DAYS, .min = 1, .max = 36500, .preset = "365",
	.doc = "How long the audit trail is kept."),
    FIELD(EXPORT_DIR, .max = 1000, .preset = "\"var/exports\"",
	.doc = "The folder of the files that accounts asked for of their own "
	       "data."),
    FIELD(EXPORT_KEEP_HOURS, .min = 1, .max = 8760, .preset = "72",
	.doc = "How long such a file can be fetched."),
    FIELD(EMAIL_RESET_TOKEN_EXPIRE_HOURS, .min = 1, .max = 8760, .preset = "48",
	.doc = "How long the link of a recovery mail works."),
    FIELD(EMAILS_FROM_EMAIL, .max = 255, .format = FORMAT_EMAIL,
	.preset = "\"\"", .doc = "The address that mails come from."),
    FIELD(EMAILS_FROM_NAME, .max = 100, .preset = "\"\"",
	.doc = "The name that mails come from; none: PROJECT_NAME."),
    FIELD(SMTP_HOST, .max = 255, .pattern = "^[^/ @]+$", .preset = "\"\"",
	.doc = "The server that takes mail; none: mails are files in "
	       "MAIL_DIR. Needs EMAILS_FROM_EMAIL."),
    FIELD(SMTP_PORT, .min = 1, .max = 65535, .preset = "587",
	.doc = "The port of SMTP_HOST."),
    FIELD(SMTP_TLS, .preset = "true", .doc = "Whether to insist on STARTTLS."),
    FIELD(SMTP_SSL, .preset = "false",
	.doc = "Whether SMTP_PORT speaks TLS from the start (465)."),
    FIELD(SMTP_USER, .max = 255, .preset = "\"\"",
	.doc = "The name to sign in to SMTP_HOST with; none: no sign-in."),
    FIELD(SMTP_PASSWORD, .flags = SECRET, .max = 1000, .preset = "\"\"",
	.doc = "The password of SMTP_USER."),
    FIELD(SMTP_CA_FILE, .max = 1000, .preset = "\"\"",
	.doc = "Certificates (PEM) to trust instead of the system's."),
    FIELD(MAIL_DIR, .max = 1000, .preset = "\"var/mail\"",
	.doc = "The folder of mails while SMTP_HOST is not set."),
    FIELD(TEMPLATES_DIR, .max = 1000, .preset = "\"" DATA_DIR "/templates\"",
	.doc = "The folder of the mail templates."),
    FIELD(TASK_THREADS, .min = 1, .max = 64, .preset = "4",
	.doc = "Tasks that one \"atrium tasks\" runs at the same time."),
    FIELD(TASK_POLL_MS, .min = 10, .max = 60000, .preset = "1000",
	.doc = "Between two looks for tasks, when nothing rings."),
    FIELD(TASK_LEASE_MS, .min = 300, .max = 600000, .preset = "10000",
	.doc = "After this time, others take over what a dead runner held."),
    FIELD(TASK_KEEP_MINUTES, .min = 0, .max = 525600, .preset = "1440",
	.doc = "How long a finished task is remembered."),
    FIELD(TASK_FIFO, .max = 1000, .preset = "\"\"",
	.doc = "A FIFO through which workers wake \"atrium tasks\"; both "
	       "need the same."),
    FIELD(ARGON2_MEMORY_KIB, .min = 128, .max = 262144, .preset = "19456",
	.doc = "The memory of one password hash, in KiB."),
    FIELD(ARGON2_PASSES, .min = 1, .max = 16, .preset = "2",
	.doc = "Passes over the memory of a password hash."),
    FIELD(ARGON2_LANES, .min = 1, .max = 16, .preset = "1",
	.doc = "Lanes of a password hash; one thread computes them."),
    FIELD(LOGIN_ACCOUNT_FAILURES, .min = 1, .max = 1000000, .preset = "10",
	.doc = "Failed sign-ins to one account, from one address, before there "
	       "is a delay."),
    FIELD(LOGIN_ADDRESS_FAILURES, .min = 1, .max = 1000000, .preset = "100",
	.doc = "Failed sign-ins from one address before there is a delay."),
    FIELD(WORKER_THREADS, .min = 1, .max = 256, .preset = "4",
	.doc = "Threads for ordinary requests, in each worker."),
    FIELD(HASH_SLOTS, .min = 1, .max = 64, .preset = "2",
	.doc = "Threads for requests that hash a password, in each worker."),
    FIELD(HASH_QUEUE, .min = 1, .max = 65536, .preset = "64",
	.doc = "Requests that may wait for a hash slot; more are refused."),
    FIELD(HASH_IDLE, .preset = "true",
	.doc = "Hash passwords only with CPU time that is left over. Where "
	       "other programs keep all cores busy, set false: a low "
	       "priority."),
    FIELD(DB_CONNECTIONS, .min = 0, .max = 1024, .preset = "0",
	.doc = "Database connections of each worker; 0: one a thread."),
    FIELD(DB_WAIT_MS, .min = 1, .max = 60000, .preset = "2000",
	.doc = "The wait for a free database connection, in milliseconds."),
    FIELD(DB_TIMEOUT_MS, .min = 100, .max = 600000, .preset = "10000",
	.doc = "The time that one statement may take, in milliseconds."),
    FIELD(BODY_LIMIT, .min = 1024, .max = 64 << 20, .preset = "1048576",
	.doc = "The largest request body, in bytes."),
    FIELD(PEER_TIMEOUT_MS, .min = 50, .max = 600000, .preset = "5000",
	.doc = "When a peer that stalls inside a request is cut off."),
    FIELD(DRAIN_TIMEOUT_MS, .min = 0, .max = 600000, .preset = "30000",
	.doc = "The time to finish requests after SIGTERM, in milliseconds."),
    FIELD(LOG_LEVEL, .pattern = "^(error|warn|info|debug)$",
	.preset = "\"info\"",
	.doc = "What is logged: error, warn, info or debug and what is above "
	       "it."),
    FIELD(MIGRATIONS_DIR, .max = 1000, .preset = "\"" DATA_DIR "/migrations\"",
	.doc = "The folder of the migrations."),
    FIELD(PUBLIC_CACHE_SECONDS, .flags = BOUNDED, .max = 3600, .preset = "0",
	.doc = "How long nginx and browsers may keep lists that anybody can "
	       "see, as old as they get; 0: they ask each time."),
    FIELD(KV_STORE, .pattern = "^(mariadb|redis|tarantool)$",
	.preset = "\"mariadb\"",
	.doc = "Where values of the key-value spaces are: mariadb, redis or "
	       "tarantool."),
    FIELD(KV_URL, .flags = SECRET, .max = 1000, .preset = "\"\"",
	.doc = "Where Redis or Tarantool is: unix:/path, or "
	       "tcp://user:password@host:port."),
    FIELD(KV_TIMEOUT_MS, .min = 10, .max = 60000, .preset = "1000",
	.doc = "The time that Redis or Tarantool may take to answer, in "
	       "milliseconds."),
    FIELD(KV_MAX_KEYS, .min = 1, .max = 1000000000, .preset = "100000",
	.doc = "Keys in an account's own space, at most."),
    FIELD(KV_MAX_BYTES, .min = 1024, .max = 1LL << 50, .preset = "67108864",
	.doc = "Bytes of keys and values in an account's own space, at "
	       "most."));
#undef T
