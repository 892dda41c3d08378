/*
 * atrium user ls: who is there. What people call themselves is cleaned before
 * a terminal sees it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "core/utf8.h"

enum { LIMIT = 100, LIMIT_MAX = 1000, SEARCH_MAX = 255 };
enum { COLUMNS = 5 };

/* One line of the table, as text, and how wide each is. */
struct line {
	const char *text[COLUMNS];
	int width[COLUMNS];
};

struct ls {
	struct user_search search;
	struct list users;
};

static enum err
load(struct user_job *job, void *arg)
{
	struct ls *l = arg;

	return users_search(&job->db, &l->search, &l->users);
}

static const char *
day_and_time(struct arena *mem, struct timestamp at)
{
	struct civil c = time_to_civil(at);

	return arena_printf(mem, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

static struct line
make_line(struct arena *mem, const struct user *u)
{
	const char *name = u->full_name;
	struct line line = {
	    .text = {u->email, name != NULL && *name != '\0' ? name : "-",
		u->is_active ? "active" : "inactive",
		u->is_superuser ? "superuser" : "-",
		day_and_time(mem, u->created_at)}};

	for (size_t i = 0; i < COLUMNS; i++)
		line.text[i] = terminal_text(
		    mem, line.text[i], strlen(line.text[i]), &line.width[i]);
	return line;
}

static void
print_line(const struct line *line, const int widest[COLUMNS])
{
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		printf(
		    "%s%*s", line->text[i], widest[i] - line->width[i] + 2, "");
	puts(line->text[COLUMNS - 1]);
}

static void
print_table(struct arena *mem, const struct user *rows, size_t n)
{
	struct line head = {
	    .text = {"ADDRESS", "NAME", "STATE", "RIGHTS", "CREATED"}};
	struct line *lines = NEW_N(mem, struct line, n + 1);
	int widest[COLUMNS] = {0};

	for (size_t i = 0; i < COLUMNS; i++)
		head.width[i] = (int)strlen(head.text[i]);
	lines[0] = head;
	for (size_t i = 0; i < n; i++)
		lines[i + 1] = make_line(mem, &rows[i]);
	for (size_t i = 0; i <= n; i++)
		for (size_t k = 0; k < COLUMNS; k++)
			if (lines[i].width[k] > widest[k])
				widest[k] = lines[i].width[k];
	for (size_t i = 0; i <= n; i++)
		print_line(&lines[i], widest);
}

static int
list(struct user_search search)
{
	struct ls l = {.search = search};
	struct user_job job;
	size_t shown = (size_t)search.limit;
	enum err err;

	/* One more tells whether there are more. */
	l.search.limit++;
	user_open(&job);
	err = user_transact(&job, TX_READ, load, &l);
	if (err == OK) {
		if (l.users.n < shown)
			shown = l.users.n;
		print_table(job.mem, l.users.rows, shown);
		fflush(stdout);
		if (l.users.n > shown)
			fprintf(stderr,
			    "atrium: There are more accounts than these %zu: "
			    "--limit and --search choose.\n",
			    shown);
	} else
		user_failed(&job, err, "");
	user_close(&job);
	return err == OK ? CLI_OK : CLI_FAILED;
}

static bool
read_limit(const char *text, int64_t *limit)
{
	char *end;

	*limit = strtol(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && *limit >= 1 &&
	       *limit <= LIMIT_MAX;
}

static bool
is_text(const char *text)
{
	return utf8_valid(text, strlen(text)) &&
	       utf8_length(text) <= SEARCH_MAX;
}

static int
ls(int argc, char **argv)
{
	static const struct option options[] = {
	    {"superusers", no_argument, NULL, 's'},
	    {"inactive", no_argument, NULL, 'i'},
	    {"limit", required_argument, NULL, 'l'},
	    {"search", required_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
	struct user_search search = {.limit = LIMIT};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return user_wrong(
			    &ls_command, "that option is not right");
		search.superusers |= option == 's';
		search.inactive |= option == 'i';
		if (option == 'l' && !read_limit(optarg, &search.limit))
			return user_wrong(&ls_command,
			    "--limit takes a number from 1 to 1000");
		if (option == 't' && !is_text(optarg))
			return user_wrong(&ls_command,
			    "--search takes at most 255 characters of UTF-8");
		if (option == 't')
			search.text = optarg;
	}
	if (optind != argc)
		return user_wrong(&ls_command, "it takes options only");
	return list(search);
}

const struct user_command ls_command = {"ls",
    "ls [--superusers] [--inactive] [--limit N] [--search TEXT]\n"
    "List accounts, the newest first: address, name, state, rights, and when\n"
    "they were made (UTC).\n"
    "\n"
    "  --superusers    administrators only\n"
    "  --inactive      only those that cannot sign in\n"
    "  --limit N       at most so many, 1 to 1000 (default: 100)\n"
    "  --search TEXT   only those with TEXT in the address or the name,\n"
    "                  without regard to case and accents\n",
    ls};
