/* Lines of the log: whole, valid JSON whatever goes into them, one write
 * each, and bounded. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"
#include "unit.h"

enum { ROOM = 65536 };

static int saved = -1, file = -1;
static char text[ROOM];

/* Between these two, what goes to stderr goes into `text`. */
static void
capture(void)
{
	log_init("test", LOG_INFO);
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	file = memfd_create("log", 0);
	dup2(file, STDERR_FILENO);
}

static const char *
captured(void)
{
	ssize_t n = pread(file, text, ROOM - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(file);
	return text;
}

static bool
matches(const char *line, const char *pattern)
{
	regex_t re;
	bool found;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&re, line, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static bool
is_json(const char *line)
{
	struct json_fault fault = {0};
	size_t members, n = strlen(line);

	return n > 0 && line[n - 1] == '\n' &&
	       strchr(line, '\n') == line + n - 1 &&
	       json_scan(line, n, 8, &members, &fault) == OK;
}

static void
says_one_line(void)
{
	const char *line;

	capture();
	log_say(LOG_WARN, "r-1", "%d bottles", 99);
	line = captured();
	CU_ASSERT_TRUE(matches(line,
	    "^\\{\"time\":\"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5]"
	    "[0-9]:[0-6][0-9]\\.[0-9]{3}Z\",\"level\":\"warn\",\"name\":\"test"
	    "\",\"pid\":[1-9][0-9]*,\"id\":\"r-1\",\"message\":\"99 bottles\""
	    "\\}\n$"));
	CU_ASSERT_TRUE(is_json(line));

	capture();
	log_say(LOG_ERROR, NULL, "no id");
	line = captured();
	CU_ASSERT_TRUE(matches(line,
	    "\"level\":\"error\",\"name\":\"test\",\"pid\":[0-9]+,"
	    "\"message\":\"no id\"\\}\n$"));
}

static void
drops_what_is_too_fine(void)
{
	struct buf *out;

	capture();
	log_say(LOG_DEBUG, NULL, "unheard");
	out = log_open(LOG_DEBUG, NULL);
	buf_puts(out, ",\"a\":1");
	log_close(out);
	log_flush();
	CU_ASSERT_STRING_EQUAL(captured(), "");

	capture();
	log_init("test", LOG_ERROR);
	log_say(LOG_WARN, NULL, "unheard");
	log_say(LOG_ERROR, NULL, "heard");
	CU_ASSERT_PTR_NOT_NULL(strstr(captured(), "\"heard\""));
	CU_ASSERT_PTR_NULL(strstr(text, "unheard"));
}

static void
escapes_what_is_not_text(void)
{
	const char *line;

	capture();
	log_say(LOG_INFO, "a\"b", "%s",
	    "q\" b\\ n\n e\x1b d\x7f bad\xff\xc3 \xC3\xA9 \xF0\x9F\x98\x80");
	line = captured();
	CU_ASSERT_TRUE(is_json(line));
	CU_ASSERT_PTR_NOT_NULL(strstr(line, "\"id\":\"a\\\"b\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(line,
	    "\"q\\\" b\\\\ n\\u000a e\\u001b d\\u007f bad\xEF\xBF\xBD"
	    "\xEF\xBF\xBD \xC3\xA9 \xF0\x9F\x98\x80\""));
}

/* A long message is cut, and no escape is cut in two. */
static void
bounds_a_message(void)
{
	char long_text[8192];

	for (int shift = 0; shift < 8; shift++) {
		const char *line;

		memset(long_text, '\x01', sizeof(long_text));
		memset(long_text, 'a', (size_t)shift);
		long_text[sizeof(long_text) - 1] = '\0';
		capture();
		log_say(LOG_INFO, NULL, "%s", long_text);
		line = captured();
		CU_ASSERT_TRUE(is_json(line));
		CU_ASSERT_TRUE(strlen(line) <= 4096);
		CU_ASSERT_TRUE(strlen(line) > 4000);
	}
}

static void
carries_members_of_the_caller(void)
{
	struct buf *out;
	const char *line;

	capture();
	out = log_open(LOG_INFO, "r-2");
	buf_printf(out, ",\"status\":%d", 200);
	log_say(LOG_INFO, NULL, "in between");
	buf_puts(out, ",\"path\":\"/a\"");
	log_close(out);
	log_flush();
	line = strchr(captured(), '\n');
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"in between\""));
	CU_ASSERT_TRUE(is_json(line + 1));
	CU_ASSERT_TRUE(matches(line + 1,
	    "\"pid\":[0-9]+,\"id\":\"r-2\",\"status\":200,\"path\":\"/a\"\\}"
	    "\n$"));
}

/* Whole members stay; the one that does not fit goes, and so does the rest. */
static void
bounds_the_members_of_the_caller(void)
{
	char long_text[5000];
	struct buf *out;
	const char *line;

	memset(long_text, 'a', sizeof(long_text));
	capture();
	out = log_open(LOG_INFO, "r-3");
	buf_puts(out, ",\"a\":\"x,\\\",{y\",\"b\":{\"c\":[1,2]},\"long\":\"");
	buf_put(out, long_text, sizeof(long_text));
	buf_puts(out, "\",\"d\":4");
	log_close(out);
	log_flush();
	line = captured();
	CU_ASSERT_TRUE(is_json(line));
	CU_ASSERT_TRUE(matches(line,
	    "\"id\":\"r-3\",\"a\":\"x,\\\\\",\\{y\",\"b\":\\{\"c\":\\[1,2\\]\\}"
	    ",\"truncated\":true\\}\n$"));

	/* Filled up to the last byte, and one more. */
	for (size_t n = 3900; n < 4100; n++) {
		capture();
		out = log_open(LOG_INFO, NULL);
		buf_puts(out, ",\"a\":\"");
		buf_put(out, long_text, n);
		buf_puts(out, "\"");
		log_close(out);
		log_flush();
		line = captured();
		CU_ASSERT_TRUE(is_json(line));
		CU_ASSERT_TRUE(strlen(line) <= 4096);
	}
}

static void
dies_in_plain_words(void)
{
	pid_t child;
	int status = 0;

	capture();
	child = fork();
	if (child == 0)
		log_fatal("SECRET_KEY is %s.", "missing");
	waitpid(child, &status, 0);
	captured();
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 78);
	CU_ASSERT_TRUE(matches(text, "^[a-z-]+: SECRET_KEY is missing\\.\n$"));
}

CU_TestInfo log_tests[] = {{"a message is one line of JSON", says_one_line},
    {"lines above the level are dropped", drops_what_is_too_fine},
    {"control characters and bad UTF-8 are escaped", escapes_what_is_not_text},
    {"a long message is cut and stays JSON", bounds_a_message},
    {"a line carries the caller's members", carries_members_of_the_caller},
    {"too many members are cut and stay JSON",
	bounds_the_members_of_the_caller},
    {"a fatal error is plain words and 78", dies_in_plain_words},
    CU_TEST_INFO_NULL};
