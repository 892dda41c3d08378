/* The settings: where they may come from, which wins, what is refused and in
 * which words, and that secrets are not shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/config_part.h"
#include "unit.h"

#define KEY "SECRET_KEY=0123456789abcdef0123456789abcdef\n"
#define URL "DATABASE_URL=mysql://app:pa:ss@localhost/app?unix_socket=/s\n"

/* What one reading of a file and an environment came to. */
static struct {
	struct arena *mem;
	const struct config *config;
	struct buf complaints;
	char folder[32], path[40];
} run;

/* A file named .env in a folder of its own. */
static void
make_file(const char *text, mode_t mode)
{
	FILE *out;

	snprintf(run.folder, sizeof(run.folder), "/tmp/atrium-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(run.folder));
	snprintf(run.path, sizeof(run.path), "%s/.env", run.folder);
	out = fopen(run.path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fputs(text, out);
	fchmod(fileno(out), mode);
	fclose(out);
}

static void
remove_file(void)
{
	unlink(run.path);
	rmdir(run.folder);
}

static void
read_all(const char *text, const char *const *environment)
{
	static const char *const nothing[] = {NULL};
	struct env_file file;

	run.mem = arena_new(1 << 20);
	buf_init(&run.complaints, 65536);
	make_file(text, 0600);
	env_file_read(run.mem, run.path, true, &file, &run.complaints);
	remove_file();
	file.path = ".env"; /* its lines are read */
	if (environment == NULL)
		environment = nothing;
	run.config = config_read(run.mem, &file,
	    (char *const *)(uintptr_t)environment, &run.complaints);
}

static void
done(void)
{
	arena_free(run.mem);
	buf_free(&run.complaints);
}

static void
expect_complaint(const char *text, const char *wanted)
{
	read_all(text, NULL);
	CU_ASSERT_PTR_NULL(run.config);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run.complaints.data);
	if (strstr(run.complaints.data, wanted) == NULL)
		fprintf(
		    stderr, "wanted: %s\nin:%s\n", wanted, run.complaints.data);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, wanted));
	done();
}

static void
has_defaults(void)
{
	const struct config *c;

	read_all(KEY URL, NULL);
	c = run.config;
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	CU_ASSERT_STRING_EQUAL(c->PROJECT_NAME, "Atrium");
	CU_ASSERT_STRING_EQUAL(c->ENVIRONMENT, "production");
	CU_ASSERT_STRING_EQUAL(
	    c->SECRET_KEY, "0123456789abcdef0123456789abcdef");
	CU_ASSERT_STRING_EQUAL(
	    c->DATABASE_URL, "mysql://app:pa:ss@localhost/app?unix_socket=/s");
	CU_ASSERT_PTR_NULL(c->DATABASE_ADMIN_URL);
	CU_ASSERT_STRING_EQUAL(c->FIRST_SUPERUSER, "");
	CU_ASSERT_STRING_EQUAL(c->FIRST_SUPERUSER_PASSWORD, "");
	CU_ASSERT_STRING_EQUAL(c->FRONTEND_HOST, "http://localhost:5173");
	CU_ASSERT_EQUAL(c->ACCESS_TOKEN_EXPIRE_MINUTES, 11520);
	CU_ASSERT_EQUAL(c->ARGON2_MEMORY_KIB, 19456);
	CU_ASSERT_EQUAL(c->ARGON2_PASSES, 2);
	CU_ASSERT_EQUAL(c->ARGON2_LANES, 1);
	CU_ASSERT_EQUAL(c->WORKER_THREADS, 4);
	CU_ASSERT_EQUAL(c->HASH_SLOTS, 2);
	CU_ASSERT_EQUAL(c->HASH_QUEUE, 64);
	CU_ASSERT_TRUE(c->HASH_IDLE);
	CU_ASSERT_EQUAL(c->DB_CONNECTIONS, 6);
	CU_ASSERT_EQUAL(c->DB_WAIT_MS, 2000);
	CU_ASSERT_EQUAL(c->DB_TIMEOUT_MS, 10000);
	CU_ASSERT_EQUAL(c->BODY_LIMIT, 1048576);
	CU_ASSERT_EQUAL(c->PEER_TIMEOUT_MS, 5000);
	CU_ASSERT_EQUAL(c->DRAIN_TIMEOUT_MS, 30000);
	CU_ASSERT_STRING_EQUAL(c->LOG_LEVEL, "info");
	CU_ASSERT_STRING_EQUAL(c->MIGRATIONS_DIR, DATA_DIR "/migrations");
	done();

	read_all(KEY URL "WORKER_THREADS=8\nHASH_SLOTS=3\n", NULL);
	CU_ASSERT_EQUAL(run.config->DB_CONNECTIONS, 11);
	done();
	read_all(KEY URL "DB_CONNECTIONS=5\n", NULL);
	CU_ASSERT_EQUAL(run.config->DB_CONNECTIONS, 5);
	done();
}

static void
refuses_unknown_names(void)
{
	static const char *const bad[] = {"ATRIUM_SECRET_KEY=x", NULL};
	static const char *const odd[] = {"ATRIUM_=x", NULL};
	static const char *const fine[] = {"ATRIUM_ENV_FILE=x",
	    "ATRIUM_TEST_DATA=x", "PATH=/bin", "SECRET_KEYS=x", NULL};

	expect_complaint(KEY URL "LOG_LEVLE=info\n",
	    ".env:3: LOG_LEVLE is not a setting. Did you mean LOG_LEVEL?");
	expect_complaint(KEY URL "secret_key=x\n",
	    ".env:3: secret_key is not a setting. Did you mean SECRET_KEY?");
	expect_complaint(KEY URL "GREETING=hello\n",
	    ".env:3: GREETING is not a setting. \"man atrium\" lists them.");

	read_all(KEY URL, bad);
	CU_ASSERT_PTR_NULL(run.config);
	CU_ASSERT_STRING_EQUAL(run.complaints.data,
	    "\n  environment: ATRIUM_SECRET_KEY is not a setting. Did you "
	    "mean SECRET_KEY?");
	done();
	read_all(KEY URL, odd);
	CU_ASSERT_PTR_NULL(run.config);
	done();
	read_all(KEY URL, fine);
	CU_ASSERT_PTR_NOT_NULL(run.config);
	done();
}

static void
refuses_bad_values(void)
{
	expect_complaint(KEY URL "WORKER_THREADS=0\n",
	    "WORKER_THREADS (.env:3) is \"0\": Input should be greater than "
	    "or equal to 1. Threads for ordinary requests");
	expect_complaint(KEY URL "WORKER_THREADS=many\n",
	    "WORKER_THREADS (.env:3) is \"many\": Input should be a valid "
	    "integer");
	expect_complaint(KEY URL "BODY_LIMIT=99999999999999999999\n",
	    "BODY_LIMIT (.env:3) is");
	expect_complaint(KEY URL "ENVIRONMENT=prod\n",
	    "ENVIRONMENT (.env:3) is \"prod\": String should match pattern");
	expect_complaint(KEY URL "LOG_LEVEL=loud\n", "LOG_LEVEL (.env:3) is");
	expect_complaint(KEY URL "FIRST_SUPERUSER=admin\n",
	    "FIRST_SUPERUSER (.env:3) is \"admin\": value is not a valid email "
	    "address: An email address must have an @-sign. The e-mail");
	expect_complaint(
	    KEY URL "FRONTEND_HOST=http://a.b/\n", "FRONTEND_HOST (.env:3)");
	expect_complaint(KEY URL "PROJECT_NAME=a\xFF\n",
	    "PROJECT_NAME (.env:3) is not UTF-8.");
	expect_complaint(KEY "DATABASE_URL=postgres://hidden@h/d\n",
	    "DATABASE_URL (.env:2) is wrong: ");
}

static void
needs_key_and_database(void)
{
	expect_complaint(URL,
	    "\n  SECRET_KEY is missing. Put SECRET_KEY=<at least 32 random "
	    "characters> into .env or the environment; \"openssl rand -hex "
	    "32\" makes one.");
	expect_complaint(KEY, "\n  DATABASE_URL is missing. Put DATABASE_URL=");
	expect_complaint(KEY "DATABASE_URL=\n", "DATABASE_URL is missing.");
	expect_complaint(URL "SECRET_KEY=0123456789abcdef0123456789abcde\n",
	    "SECRET_KEY (.env:2) is wrong: String should have at least 32 "
	    "characters.");
}

static void
tells_all_faults_at_once(void)
{
	read_all("A_B=1\nHASH_SLOTS=x\nDB_WAIT_MS=0\n???\n", NULL);
	CU_ASSERT_PTR_NULL(run.config);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, ".env:1: A_B is"));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, "HASH_SLOTS"));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, "DB_WAIT_MS"));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, ":4 is wrong"));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, "SECRET_KEY is"));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, "DATABASE_URL is"));
	done();
}

static void
refuses_mail_that_leads_nowhere(void)
{
#define MAIL KEY URL "SMTP_HOST=mail.example.com\n"
	expect_complaint(MAIL "FRONTEND_HOST=https://example.com\n",
	    "SMTP_HOST is set, but EMAILS_FROM_EMAIL is not.");
	expect_complaint(MAIL "EMAILS_FROM_EMAIL=a@example.com\n",
	    "SMTP_HOST is set, but FRONTEND_HOST is http://localhost:5173");
	expect_complaint(KEY URL "FRONTEND_HOST=https://example.com:443\n",
	    "FRONTEND_HOST is https://example.com:443. Write it as browsers");
}

static void
never_repeats_a_secret(void)
{
	read_all("SECRET_KEY=hush\nDATABASE_URL=hush\n"
		 "FIRST_SUPERUSER_PASSWORD=hush\nDATABASE_ADMIN_URL=hush\n",
	    NULL);
	CU_ASSERT_PTR_NULL(run.config);
	CU_ASSERT_PTR_NULL(strstr(run.complaints.data, "hush"));
	done();
}

#define KNOWN_DB "DATABASE_URL=mysql://root:changethis@localhost/app\n"

static void
refuses_known_passwords(void)
{
	expect_complaint(KEY KNOWN_DB, "The password in DATABASE_URL is");
	expect_complaint(KEY KNOWN_DB "ENVIRONMENT=staging\n",
	    "The password in DATABASE_URL is");
	expect_complaint(KEY URL
	    "DATABASE_ADMIN_URL=mysql://root:changethis@h/app\n",
	    "The password in DATABASE_ADMIN_URL is");
	expect_complaint(KEY URL "FIRST_SUPERUSER_PASSWORD=changethis\n",
	    "FIRST_SUPERUSER_PASSWORD is \"changethis\"");
	expect_complaint("SECRET_KEY=changethis\n" URL, "SECRET_KEY");

	read_all(KEY KNOWN_DB "FIRST_SUPERUSER_PASSWORD=changethis\n"
			      "ENVIRONMENT=development\n",
	    NULL);
	CU_ASSERT_PTR_NOT_NULL(run.config);
	done();
}

static void
prefers_the_environment(void)
{
	static const char *const environment[] = {
	    "LOG_LEVEL=warn", "HASH_SLOTS=", "PROJECT=no", NULL};

	read_all(
	    KEY URL "LOG_LEVEL=debug\nHASH_SLOTS=5\nDB_WAIT_MS=7", environment);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run.config);
	CU_ASSERT_STRING_EQUAL(run.config->LOG_LEVEL, "warn");
	CU_ASSERT_EQUAL(run.config->HASH_SLOTS, 5);
	CU_ASSERT_EQUAL(run.config->DB_WAIT_MS, 7);
	CU_ASSERT_STRING_EQUAL(run.config->PROJECT_NAME, "Atrium");
	done();
}

static void
expect_printed(const char *text, const char *wanted)
{
	if (strstr(text, wanted) == NULL)
		fprintf(stderr, "wanted: %s\n", wanted);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, wanted));
}

static void
prints_without_secrets(void)
{
	static const char *const environment[] = {"LOG_LEVEL=warn", NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	read_all(KEY URL "PROJECT_NAME='My \"own\" $ite'\n"
			 "FIRST_SUPERUSER_PASSWORD=correcthorse\n",
	    environment);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run.config);
	config_print(out, run.config);
	fclose(out);
	expect_printed(text,
	    "PROJECT_NAME=\"My \\\"own\\\" \\$ite\"  # .env:3\n"
	    "ENVIRONMENT=production  # default\n"
	    "SECRET_KEY=********  # .env:1\n"
	    "DATABASE_URL=mysql://app:********@localhost/app?unix_socket=/s"
	    "  # .env:2\n"
	    "DATABASE_ADMIN_URL=  # default\n"
	    "FIRST_SUPERUSER=  # default\n"
	    "FIRST_SUPERUSER_PASSWORD=********  # .env:4\n");
	expect_printed(text, "\nDB_CONNECTIONS=6  # default\n");
	expect_printed(text, "\nLOG_LEVEL=warn  # environment\n");
	CU_ASSERT_PTR_NULL(strstr(text, "pa:ss"));
	CU_ASSERT_PTR_NULL(strstr(text, "0123456789"));
	CU_ASSERT_PTR_NULL(strstr(text, "correcthorse"));
	free(text);
	done();
}

static void
masks_passwords_in_urls(void)
{
	static const char *const both[][2] = {
	    {"mysql://u:p@h/d", "mysql://u:********@h/d"},
	    {"mysql://u:p@q:r/s@h:33/d", "mysql://u:********@h:33/d"},
	    {"mysql://u:@h/d", "mysql://u:********@h/d"},
	    {"mysql://u@h:3306/d", "mysql://u@h:3306/d"},
	    {"mysql://u:p/d", "********"}, {"u:p@h/d", "********"}, {"", ""}};
	const struct field *f = schema_field(&config_schema, "DATABASE_URL");
	struct arena *a = arena_new(65536);

	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
		CU_ASSERT_STRING_EQUAL(
		    config_show(a, f, both[i][0]), both[i][1]);
	f = schema_field(&config_schema, "SECRET_KEY");
	CU_ASSERT_STRING_EQUAL(config_show(a, f, "mysql://u@h"), "********");
	f = schema_field(&config_schema, "FRONTEND_HOST");
	CU_ASSERT_STRING_EQUAL(config_show(a, f, "http://h"), "http://h");
	arena_free(a);
}

/* config_load() in a process of its own; what it said comes back. */
static int
load(const char *path, char *said, size_t size)
{
	int status = 0, ends[2];
	ssize_t n, length = 0;
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		char *variable = NULL;
		char *environment[] = {NULL, NULL};

		if (asprintf(&variable, "ATRIUM_ENV_FILE=%s", path) < 0)
			_exit(1);
		environment[0] = variable;
		environ = environment;
		dup2(ends[1], STDERR_FILENO);
		config_load(arena_new(1 << 20));
		_exit(0);
	}
	close(ends[1]);
	while (
	    (n = read(ends[0], said + length, size - 1 - (size_t)length)) > 0)
		length += n;
	said[length] = '\0';
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
loads_or_dies(void)
{
	char said[4096];

	CU_ASSERT_EQUAL(load("/tmp/there/is/none", said, sizeof(said)), 78);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(said, "/tmp/there/is/none cannot be read: No such file"));
	CU_ASSERT_EQUAL(load("", said, sizeof(said)), 78);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    said, ": The settings are not right:\n  SECRET_KEY is missing."));

	make_file(KEY URL, 0600);
	CU_ASSERT_EQUAL(load(run.path, said, sizeof(said)), 0);
	CU_ASSERT_STRING_EQUAL(said, "");
	remove_file();
	make_file(KEY URL, 0604);
	CU_ASSERT_EQUAL(load(run.path, said, sizeof(said)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "which holds SECRET_KEY. Run: "));
	remove_file();
}

CU_TestInfo config_tests[] = {{"what is not set has its default", has_defaults},
    {"an unknown name is refused", refuses_unknown_names},
    {"a bad value is refused", refuses_bad_values},
    {"a key and a database are needed", needs_key_and_database},
    {"all faults are told at once", tells_all_faults_at_once},
    {"mail that would lead nowhere is refused",
	refuses_mail_that_leads_nowhere},
    {"a complaint repeats no secret", never_repeats_a_secret},
    {"known passwords are for development", refuses_known_passwords},
    {"the environment wins over the file", prefers_the_environment},
    {"printing shows origins and no secret", prints_without_secrets},
    {"passwords in URLs are masked", masks_passwords_in_urls},
    {"loading ends the program or warns", loads_or_dies}, CU_TEST_INFO_NULL};
