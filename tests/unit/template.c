/*
 * The folder of templates: what is taken, what is refused and how it says so.
 */
#include "core/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mustache.h"
#include "core/utf8.h"
#include "unit.h"

struct letter {
	const char *email, *full_name;
	int64_t valid_hours;
};

#define T struct letter
SCHEMA(letter, "Letter", FIELD(email), FIELD(full_name), FIELD(valid_hours));
#undef T

static const struct letter sample = {.email = "o'hara@example.com",
    .full_name = "Scarlett <O'Hara>",
    .valid_hours = 48};

/* A folder of its own for each test. */
static struct {
	char dir[64];
	struct arena *mem;
	const char *why;
} run;

static void
begin(void)
{
	snprintf(run.dir, sizeof(run.dir), "/tmp/atrium-templates-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(run.dir));
	run.mem = arena_new(16 << 20);
	run.why = "nothing";
}

static const char *
path_of(const char *name)
{
	return arena_printf(run.mem, "%s/%s", run.dir, name);
}

static void
end(void)
{
	const char *command = arena_printf(run.mem, "rm -rf '%s'", run.dir);

	CU_ASSERT_EQUAL(system(command), 0);
	arena_free(run.mem);
}

static void
folder(const char *name)
{
	CU_ASSERT_EQUAL_FATAL(mkdir(path_of(name), 0700), 0);
}

static void
put_bytes(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(path_of(name), "we");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(text, 1, n, f), n);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static void
put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static struct templates *
load(const char *dir)
{
	struct templates *t = templates_load(run.mem, dir, &run.why);

	if (t == NULL)
		printf("\n    %s\n    ", run.why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	return t;
}

/* `why` without the folder that it begins to speak of. */
static void
check_refused(const char *before, const char *after)
{
	CU_ASSERT_PTR_NULL(templates_load(run.mem, run.dir, &run.why));
	CU_ASSERT_STRING_EQUAL(
	    run.why, arena_printf(run.mem, "%s%s%s", before, run.dir, after));
}

static void
check(const struct templates *t, const char *name, const char *expected)
{
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, name, NULL, &letter, &sample),
	    expected);
}

static void
test_folder(void)
{
	struct templates *t;

	begin();
	folder("a");
	folder("a/b");
	folder(".git");
	put("x.html", "{{full_name}}|{{{full_name}}}|{{> a/b/p}}");
	put("a/b/p.html", "<p>{{valid_hours}}");
	put("a/b/p.txt", "p {{valid_hours}}\n");
	put("a.txt", "{{full_name}}\n{{> a/b/p}}\n");
	put("a/s.subject", "To {{full_name}}\n");
	put("a/r.subject", "Of {{email}}\r\n");
	put("a/q.subject", "Plain");
	put("empty.txt", "");
	/* None of these is a template. */
	put("x.html~", "{{");
	put("html", "{{");
	put(".x.html", "{{");
	put(".git/x.html", "{{");
	put("README.md", "{{");
	t = load(run.dir);
	check(
	    t, "x.html", "Scarlett &lt;O&#39;Hara&gt;|Scarlett <O'Hara>|<p>48");
	check(t, "a.txt", "Scarlett <O'Hara>\np 48\n");
	check(t, "a/s.subject", "To Scarlett <O'Hara>");
	check(t, "a/r.subject", "Of o'hara@example.com");
	check(t, "a/q.subject", "Plain");
	check(t, "empty.txt", "");
	templates_free(t);
	/* A slash more changes no name. */
	t = load(path_of("/"));
	check(t, "a/q.subject", "Plain");
	templates_free(t);
	templates_free(NULL);
	end();
}

static void
test_links(void)
{
	struct templates *t;

	begin();
	folder("real");
	put("real/x.txt", "x");
	CU_ASSERT_EQUAL(symlink("real", path_of("link")), 0);
	t = load(run.dir);
	check(t, "link/x.txt", "x");
	templates_free(t);
	CU_ASSERT_EQUAL(symlink("..", path_of("real/up")), 0);
	CU_ASSERT_PTR_NULL(templates_load(run.mem, run.dir, &run.why));
	CU_ASSERT_PTR_NOT_NULL(strstr(run.why, "holds itself"));
	CU_ASSERT_EQUAL(unlink(path_of("real/up")), 0);
	CU_ASSERT_EQUAL(symlink("nowhere", path_of("y.txt")), 0);
	check_refused(
	    "The template ", "/y.txt points to a file that does not exist.");
	end();
}

static void
test_mistakes(void)
{
	begin();
	put("x.html", "a\n{{#b}}");
	check_refused("The template ",
	    "/x.html has a mistake. Line 2: the section 'b' is not closed.");
	put("x.html", "{{#no}}{{> y}}{{/no}}");
	put("y.txt", "");
	check_refused("The template ",
	    "/x.html has a mistake. It names a partial that does not exist: "
	    "y.html. Add that file or correct the name.");
	put("x.html", "{{> x}}");
	check_refused("The template ",
	    "/x.html has a mistake. {{> x}}, line 1: sections and partials "
	    "are nested too deeply.");
	put("x.html", "");
	put("x.subject", "a\nb\n");
	check_refused(
	    "The template ", "/x.subject is a subject: it must be one line.");
	put("x.subject", "\n");
	check_refused(
	    "The template ", "/x.subject is a subject: it must be one line.");
	put("x.subject", "\xFF");
	check_refused(
	    "The template ", "/x.subject is not text. Save it as UTF-8.");
	put_bytes("x.subject", "a\0b", 3);
	check_refused(
	    "The template ", "/x.subject is not text. Save it as UTF-8.");
	end();
}

static void
test_no_folder(void)
{
	begin();
	CU_ASSERT_PTR_NULL(templates_load(run.mem, path_of("none"), &run.why));
	CU_ASSERT_STRING_EQUAL(run.why,
	    arena_printf(run.mem,
		"The templates in %s/none cannot be read: No such file or "
		"directory. TEMPLATES_DIR must be a folder that the program "
		"may read.",
		run.dir));
	put("x.txt", "");
	CU_ASSERT_PTR_NULL(templates_load(run.mem, path_of("x.txt"), &run.why));
	CU_ASSERT_STRING_EQUAL(
	    run.why, arena_printf(run.mem,
			 "TEMPLATES_DIR is no folder: %s/x.txt.", run.dir));
	end();
}

static void
test_bounds(void)
{
	char *big = calloc(1, TEMPLATE_SIZE + 2);
	struct templates *t;
	int i;

	begin();
	memset(big, 'x', TEMPLATE_SIZE);
	put("0.txt", big);
	for (i = 1; i < TEMPLATE_FILES; i++)
		put(arena_printf(run.mem, "%d.txt", i), "x");
	t = load(run.dir);
	check(t, "0.txt", big);
	check(t, "255.txt", "x");
	templates_free(t);
	put("256.txt", "x");
	check_refused("The folder ",
	    " holds too many templates: at most 256 are allowed.");
	CU_ASSERT_EQUAL(unlink(path_of("256.txt")), 0);
	big[TEMPLATE_SIZE] = 'x';
	put("0.txt", big);
	check_refused("The template ",
	    "/0.txt is too large: at most 256 KiB are allowed.");
	CU_ASSERT_EQUAL(unlink(path_of("0.txt")), 0);
	folder("1");
	folder("1/2");
	folder("1/2/3");
	folder("1/2/3/4");
	folder("1/2/3/4/5");
	folder("1/2/3/4/5/6");
	folder("1/2/3/4/5/6/7");
	folder("1/2/3/4/5/6/7/8");
	templates_free(load(run.dir));
	folder("1/2/3/4/5/6/7/8/9");
	check_refused(
	    "The folder ", "/1/2/3/4/5/6/7/8/9 is nested too deeply.");
	end();
	free(big);
}

static void
render_unknown(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *why;
	struct templates *t =
	    templates_load(mem, SOURCE_DIR "/templates", &why);

	template_render(t, mem, "mail/none.html", NULL, &letter, &sample);
}

static void
test_unknown(void)
{
	CU_ASSERT_TRUE(unit_aborts(render_unknown));
}

CU_TestInfo template_tests[] = {
    {"a folder of templates", test_folder},
    {"symbolic links", test_links},
    {"mistakes are found at start", test_mistakes},
    {"no such folder", test_no_folder},
    {"files, sizes and levels are bounded", test_bounds},
    {"an unknown name is a bug", test_unknown},
    CU_TEST_INFO_NULL,
};
