/*
 * What an administrator is shown of the settings: values as text, where each
 * came from, and of secrets only whether they are set.
 */
#include <string.h>

#include "core/config_part.h"
#include "unit.h"

static struct env_line lines[] = {
    {"SECRET_KEY", "0123456789abcdef0123456789abcdef", 1},
    {"DATABASE_URL", "mysql://app:hush@localhost/app", 2},
    {"TASK_THREADS", "4", 3}, {"LOG_LEVEL", "debug", 4},
    {"SMTP_TLS", "false", 5}, {"SMTP_PASSWORD", "", 6}};

static const struct setting *
find(struct list all, const char *name)
{
	const struct setting *s = all.rows;

	for (size_t i = 0; i < all.n; i++)
		if (strcmp(s[i].name, name) == 0)
			return &s[i];
	CU_FAIL_FATAL("a setting is missing");
	return NULL;
}

static void
expect(struct list all, const char *name, const char *value, bool is_default,
    const char *origin, const char *place)
{
	const struct setting *s = find(all, name);

	CU_ASSERT_FALSE(s->secret);
	CU_ASSERT_STRING_EQUAL(s->value, value);
	CU_ASSERT_EQUAL(s->is_set, *value != '\0');
	CU_ASSERT_EQUAL(s->is_default, is_default);
	CU_ASSERT_STRING_EQUAL(s->origin, origin);
	if (place == NULL)
		CU_ASSERT_PTR_NULL(s->place)
	else
		CU_ASSERT_STRING_EQUAL_FATAL(s->place, place);
}

static void
expect_secret(struct list all, const char *name, bool is_set, bool is_default)
{
	const struct setting *s = find(all, name);

	CU_ASSERT(s->secret);
	CU_ASSERT_PTR_NULL(s->value);
	CU_ASSERT_EQUAL(s->is_set, is_set);
	CU_ASSERT_EQUAL(s->is_default, is_default);
}

static void
shows(void)
{
	static const char *const environment[] = {
	    "LOG_LEVEL=warn", "PROJECT_NAME=Atrium", "KV_URL=unix:/x", NULL};
	const struct env_file file = {".env", lines, 6, false};
	struct arena *a = arena_new(1 << 20);
	const struct config *config;
	struct buf complaints;
	struct list all;

	buf_init(&complaints, 4096);
	config = config_read(
	    a, &file, (char *const *)(uintptr_t)environment, &complaints);
	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	all = config_settings(a, config);
	CU_ASSERT_EQUAL(all.n, config_schema.nfields);
	for (size_t i = 0; i < all.n; i++)
		CU_ASSERT_STRING_EQUAL(
		    ((const struct setting *)all.rows)[i].name,
		    config_schema.fields[i].name);
	expect(all, "LOG_LEVEL", "warn", false, "environment", NULL);
	expect(all, "PROJECT_NAME", "Atrium", true, "environment", NULL);
	expect(all, "TASK_THREADS", "4", true, "file", ".env:3");
	expect(all, "SMTP_TLS", "false", false, "file", ".env:5");
	expect(all, "SMTP_HOST", "", true, "default", NULL);
	expect(all, "SMTP_SSL", "false", true, "default", NULL);
	/* Made from others. */
	expect(all, "DB_CONNECTIONS", "6", true, "default", NULL);
	expect_secret(all, "SECRET_KEY", true, false);
	expect_secret(all, "DATABASE_URL", true, false);
	expect_secret(all, "KV_URL", true, false);
	expect_secret(all, "SMTP_PASSWORD", false, true);
	expect_secret(all, "DATABASE_ADMIN_URL", false, true);
	buf_free(&complaints);
	arena_free(a);
}

CU_TestInfo settings_tests[] = {
    {"values, origins, and no secret", shows}, CU_TEST_INFO_NULL};
