/* Lines of the .env file: what they mean, and which are refused. */
#include "core/env_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

enum { COMPLAINTS = 4096, FILE_MAX = 65536 };

/* What one reading came to. */
static struct {
	struct arena *mem;
	struct env_file file;
	struct buf complaints;
} run;

static void
begin(void)
{
	run.mem = arena_new(1 << 20);
	buf_init(&run.complaints, COMPLAINTS);
	buf_puts(&run.complaints, "");
}

static void
done(void)
{
	arena_free(run.mem);
	buf_free(&run.complaints);
}

static void
read_bytes(const char *text, size_t n, mode_t mode)
{
	char path[] = "/tmp/atrium-env-XXXXXX";
	int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, text, n), (ssize_t)n);
	fchmod(fd, mode);
	close(fd);
	begin();
	env_file_read(run.mem, path, true, &run.file, &run.complaints);
	unlink(path);
}

static void
expect_line(const char *text, const char *name, const char *value, int line)
{
	read_bytes(text, strlen(text), 0600);
	CU_ASSERT_STRING_EQUAL(run.complaints.data, "");
	CU_ASSERT_EQUAL_FATAL(run.file.n, 1);
	CU_ASSERT_STRING_EQUAL(run.file.lines[0].name, name);
	CU_ASSERT_STRING_EQUAL(run.file.lines[0].value, value);
	CU_ASSERT_EQUAL(run.file.lines[0].line, line);
	done();
}

static void
expect_value(const char *text, const char *value)
{
	expect_line(text, "K", value, 1);
}

static void
expect_refusal(const char *text, int line, const char *why)
{
	char wanted[200];

	snprintf(wanted, sizeof(wanted), ":%d %s.", line, why);
	read_bytes(text, strlen(text), 0600);
	if (strstr(run.complaints.data, wanted) == NULL)
		fprintf(stderr, "wanted: %s\nin: %s\n", wanted,
		    run.complaints.data);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.complaints.data, wanted));
	done();
}

static void
reads_values(void)
{
	expect_value("K=a", "a");
	expect_value("K=a b\n", "a b");
	expect_value("K=a\r\n", "a");
	expect_value("K=a#b", "a#b");
	expect_value("K=a=b", "a=b");
	expect_value("K=a\\nb", "a\\nb");
	expect_value("K=a # b", "a");
	expect_value("K=a\t# 'b", "a");
	expect_value("K=  a  ", "a");
	expect_value("K=", "");
	expect_value("K= # nothing", "");
	expect_value("K=''", "");
	expect_value("K=\"\" # nothing", "");
	expect_value("K='a # b' # c", "a # b");
	expect_value("K=' a\\n$x\" '", " a\\n$x\" ");
	expect_value("K=\"a \\\"b\\\" \\\\ \\$x \\` \\n '\"\r\n",
	    "a \"b\" \\ $x ` \\n '");
	expect_value("K=\xC3\xA9", "\xC3\xA9");
}

static void
reads_lines(void)
{
	expect_line("  export \t AB_1=a", "AB_1", "a", 1);
	expect_line("export=a", "export", "a", 1);
	expect_line("\n\n \t\n#\n # K=b\nK=a\n\n", "K", "a", 6);
	expect_line("\r\n#\r\nK=a", "K", "a", 3);
}

static void
refuses_bad_lines(void)
{
	static const char form[] =
	    "is wrong: it is not KEY=value (without spaces around the =)";
	static const char quote[] = "is wrong: the closing quote is missing";

	expect_refusal("A=1\n\nK\n", 3, form);
	expect_refusal("K =a", 1, form);
	expect_refusal("=a", 1, form);
	expect_refusal("A-B=a", 1, form);
	expect_refusal("\xC3\xA9=a", 1, form);
	expect_refusal("export", 1, form);
	expect_refusal("K='a", 1, quote);
	expect_refusal("K='", 1, quote);
	expect_refusal("K='a\nB=1\n'", 1, quote);
	expect_refusal("K=\"a\\\"", 1, quote);
	expect_refusal("K=\"a\\", 1, quote);
	expect_refusal(
	    "K='a'b", 1, "is wrong: there is text after the closing quote");
	expect_refusal(
	    "K=a'b'", 1, "is wrong: quotes go around the whole value");
	expect_refusal("K=a\nB=1\nK=b", 3,
	    "sets K, which line 1 has set. Remove one of them");
}

static void
refuses_bad_files(void)
{
	char *large = malloc(FILE_MAX);

	memset(large, '#', FILE_MAX);
	read_bytes(large, FILE_MAX - 1, 0600);
	CU_ASSERT_STRING_EQUAL(run.complaints.data, "");
	done();
	read_bytes(large, FILE_MAX, 0600);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    run.complaints.data, " cannot be read: it is longer than 64 KiB."));
	done();
	free(large);
	read_bytes("K=a\0b", 5, 0600);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    run.complaints.data, " cannot be read: it holds a NUL byte."));
	CU_ASSERT_EQUAL(run.file.n, 0);
	done();
}

static void
may_be_absent(void)
{
	begin();
	env_file_read(
	    run.mem, "/tmp/no/such.env", false, &run.file, &run.complaints);
	CU_ASSERT_STRING_EQUAL(run.complaints.data, "");
	CU_ASSERT_PTR_NULL(run.file.path);
	CU_ASSERT_EQUAL(run.file.n, 0);
	env_file_read(
	    run.mem, "/tmp/no/such.env", true, &run.file, &run.complaints);
	CU_ASSERT_STRING_EQUAL(run.complaints.data,
	    "\n  /tmp/no/such.env cannot be read: No such file or directory.");
	done();
	begin();
	env_file_read(run.mem, "/tmp", false, &run.file, &run.complaints);
	CU_ASSERT_STRING_EQUAL(run.complaints.data,
	    "\n  /tmp cannot be read: it is not a file that can be read.");
	done();
}

static void
knows_who_may_read_it(void)
{
	read_bytes("K=a", 3, 0644);
	CU_ASSERT_TRUE(run.file.public);
	done();
	read_bytes("K=a", 3, 0640);
	CU_ASSERT_FALSE(run.file.public);
	done();
}

CU_TestInfo env_file_tests[] = {{"values, quotes and comments", reads_values},
    {"names, blank lines and line ends", reads_lines},
    {"a bad line is named", refuses_bad_lines},
    {"a file that is no text is refused", refuses_bad_files},
    {"a file may be absent unless it is needed", may_be_absent},
    {"a file that the world can read is known", knows_who_may_read_it},
    CU_TEST_INFO_NULL};
