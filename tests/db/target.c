/*
 * Addresses of databases.
 */
#include <string.h>

#include "fixture.h"

static const struct db_target *
parse(struct arena *mem, const char *url)
{
	const char *why;

	return db_target_parse(mem, url, &why);
}

static void
full_address(void)
{
	struct arena *mem = arena_new(1 << 16);
	const struct db_target *t =
	    parse(mem, "mysql://us%40er:p%3a%2F%25w@db.example:3307/shop");

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(t->user, "us@er");
	CU_ASSERT_STRING_EQUAL(t->password, "p:/%w");
	CU_ASSERT_STRING_EQUAL(t->host, "db.example");
	CU_ASSERT_STRING_EQUAL(t->name, "shop");
	CU_ASSERT_EQUAL(t->port, 3307);
	CU_ASSERT_PTR_NULL(t->socket);
	arena_free(mem);
}

static void
short_addresses(void)
{
	struct arena *mem = arena_new(1 << 16);
	const struct db_target *t =
	    parse(mem, "mysql://root@localhost/a?unix_socket=/run/m%20s.sock");

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(t->user, "root");
	CU_ASSERT_STRING_EQUAL(t->password, "");
	CU_ASSERT_STRING_EQUAL(t->socket, "/run/m s.sock");
	t = parse(mem, "mysql://u:a@b:c@[::1]:33/n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(t->password, "a@b:c");
	CU_ASSERT_STRING_EQUAL(t->host, "::1");
	CU_ASSERT_EQUAL(t->port, 33);
	t = parse(mem, "mysql://u:p@127.0.0.1/n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->port, 3306);
	arena_free(mem);
}

static void
refused(void)
{
	static const struct {
		const char *url, *why;
	} bad[] = {
	    {"", "it does not begin with mysql://"},
	    {"postgres://u@h/n", "it does not begin with mysql://"},
	    {"mysql://host/n",
		"it names no user: mysql://user:password@host/name"},
	    {"mysql://u@host",
		"it names no database: mysql://user:password@host/name"},
	    {"mysql://u@host/",
		"it names no database: mysql://user:password@host/name"},
	    {"mysql://:p@h/n", "it names no user"},
	    {"mysql://u@/n", "it names no host"},
	    {"mysql://u:%@h/n", "a % in user or password must be written %25"},
	    {"mysql://u:%0@h/n", "a % in user or password must be written %25"},
	    {"mysql://u:%00@h/n",
		"a % in user or password must be written %25"},
	    {"mysql://u@h:/n", "the port is not a number from 1 to 65535"},
	    {"mysql://u@h:0/n", "the port is not a number from 1 to 65535"},
	    {"mysql://u@h:65536/n", "the port is not a number from 1 to 65535"},
	    {"mysql://u@h:99999999999/n",
		"the port is not a number from 1 to 65535"},
	    {"mysql://u@h:3x/n", "the port is not a number from 1 to 65535"},
	    {"mysql://u@[::1/n", "the host's [ has no ]"},
	    {"mysql://u@[::1]x/n", "after the host's ] only :port may come"},
	    {"mysql://u@h/n#f", "the database's name holds a / or #"},
	    {"mysql://u@localhost/n?ssl=1",
		"after ? only unix_socket=/path may come"},
	    {"mysql://u@localhost/n?unix_socket=m",
		"unix_socket is not an absolute path"},
	    {"mysql://u@db/n?unix_socket=/m",
		"with unix_socket the host is localhost"},
	};
	struct arena *mem = arena_new(1 << 16);
	char path[160] = "mysql://u@localhost/n?unix_socket=/";
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_PTR_NULL(db_target_parse(mem, bad[i].url, &why));
		CU_ASSERT_STRING_EQUAL(why, bad[i].why);
	}
	memset(path + strlen(path), 's', 107);
	CU_ASSERT_PTR_NULL(db_target_parse(mem, path, &why));
	CU_ASSERT_STRING_EQUAL(
	    why, "the path of unix_socket is longer than 107 bytes");
	path[strlen(path) - 1] = '\0';
	CU_ASSERT_PTR_NOT_NULL(db_target_parse(mem, path, &why));
	arena_free(mem);
}

CU_TestInfo target_tests[] = {
    {"an address has all its parts", full_address},
    {"an address may leave out parts", short_addresses},
    {"what is no address is refused with the reason", refused},
    CU_TEST_INFO_NULL,
};
