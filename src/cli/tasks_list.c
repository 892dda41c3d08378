/*
 * atrium tasks ls, show and kinds: what stands in the queue, and why. Servers
 * of others have a say in errors, so all text is cleaned for the terminal.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "cli/cli.h"
#include "cli/tasks.h"
#include "cli/terminal.h"
#include "tasks/cron.h"
#include "tasks/kinds.h"
#include "tasks/queue.h"

enum { LIMIT = 50, LIMIT_MAX = 1000 };

/* A moment, to the second; "-" for none. */
static const char *
day_and_time(struct arena *mem, struct timestamp at)
{
	char *text = arena_alloc(mem, TIME_TEXT, 1);

	if (at.us == 0)
		return "-";
	at.us -= at.us % 1000000;
	return time_format(at, text);
}

struct listing {
	struct task_search search;
	struct list tasks;
};

static enum err
load(struct tasks_job *job, void *arg)
{
	struct listing *l = arg;

	return queue_list(&job->db, &l->search, &l->tasks);
}

static void
print_tasks(struct arena *mem, const struct task_row *rows, size_t n)
{
	char id[UUID_TEXT];

	printf("%-36s  %-9s  %8s  %-20s  %s\n", "ID", "STATE", "ATTEMPTS",
	    "DUE OR ENDED", "KIND");
	for (size_t i = 0; i < n; i++) {
		const struct task_row *t = &rows[i];

		printf("%s  %-9s  %8" PRId64 "  %-20s  ",
		    uuid_format(&t->id, id), t->state, t->attempts,
		    day_and_time(mem, t->run_at));
		terminal_print(t->kind, strlen(t->kind), 0);
		putchar('\n');
	}
}

static int
list(struct task_search search)
{
	size_t shown = (size_t)search.limit;
	struct listing l = {.search = search};
	struct tasks_job job;
	int status = CLI_OK;
	enum err err;

	/* One more tells whether there are more. */
	l.search.limit++;
	tasks_open(&job);
	err = tasks_transact(&job, TX_READ, load, &l);
	if (err) {
		status = tasks_failed(err);
	} else {
		if (l.tasks.n < shown)
			shown = l.tasks.n;
		print_tasks(job.mem, l.tasks.rows, shown);
		fflush(stdout);
		if (l.tasks.n > shown)
			fprintf(stderr,
			    "atrium: There are more tasks than these %zu: "
			    "--limit, --state and --kind choose.\n",
			    shown);
	}
	tasks_close(&job);
	return status;
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
is_state(const char *word)
{
	for (size_t i = 0; task_states[i] != NULL; i++)
		if (strcmp(task_states[i], word) == 0)
			return true;
	return false;
}

static int
ls(int argc, char **argv)
{
	static const struct option options[] = {
	    {"state", required_argument, NULL, 's'},
	    {"kind", required_argument, NULL, 'k'},
	    {"limit", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
	struct task_search search = {.limit = LIMIT};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return tasks_wrong(
			    &tasks_ls, "that option is not right");
		if (option == 's' && !is_state(optarg))
			return tasks_wrong(&tasks_ls,
			    "--state takes queued, running, done, dead or"
			    " cancelled");
		if (option == 'l' && !read_limit(optarg, &search.limit))
			return tasks_wrong(
			    &tasks_ls, "--limit takes a number from 1 to 1000");
		if (option == 's')
			search.state = optarg;
		if (option == 'k')
			search.kind = optarg;
	}
	if (optind != argc)
		return tasks_wrong(&tasks_ls, "it takes options only");
	return list(search);
}

const struct tasks_command tasks_ls = {"ls",
    "ls [--state STATE] [--kind KIND] [--limit N]\n"
    "List tasks, the newest first: id, state, attempts begun, when it is due\n"
    "or has ended (UTC), kind.\n"
    "\n"
    "  --state STATE   queued, running, done, dead or cancelled\n"
    "  --kind KIND     only that kind; \"atrium tasks kinds\" names them\n"
    "  --limit N       at most so many, 1 to 1000 (default: 50)\n",
    ls};

struct showing {
	struct uuid id;
	struct task_row row;
};

static enum err
look_up(struct tasks_job *job, void *arg)
{
	struct showing *s = arg;

	return queue_get(&job->db, s->id, &s->row);
}

static void
print_text(const char *name, const char *text)
{
	printf("%-12s", name);
	terminal_print(text, strlen(text), 0);
	putchar('\n');
}

static void
print_task(struct arena *mem, const struct task_row *t)
{
	bool running = strcmp(t->state, "running") == 0;
	bool queued = strcmp(t->state, "queued") == 0;
	char id[UUID_TEXT];

	print_text("id", uuid_format(&t->id, id));
	print_text("kind", t->kind);
	print_text("state", t->state);
	printf("%-12s%" PRId64 "\n", "attempts", t->attempts);
	print_text("created", day_and_time(mem, t->created_at));
	print_text(
	    running || queued ? "due" : "ended", day_and_time(mem, t->run_at));
	if (running) {
		print_text("lease until", day_and_time(mem, t->lease_until));
		print_text("runner", uuid_format(&t->runner, id));
	}
	if (t->last_error != NULL)
		print_text("last error", t->last_error);
	print_text("arguments", t->args);
}

static int
show(int argc, char **argv)
{
	struct showing s = {.row = {.kind = NULL}};
	struct tasks_job job;
	int status = CLI_OK;
	char id[UUID_TEXT], why[80];
	enum err err;

	if (argc != 2 || !uuid_parse(argv[1], &s.id, why))
		return tasks_wrong(&tasks_show, "it takes the id of a task");
	tasks_open(&job);
	err = tasks_transact(&job, TX_READ, look_up, &s);
	if (err == OK) {
		print_task(job.mem, &s.row);
	} else if (err == ERR_NOT_FOUND) {
		fprintf(stderr,
		    "atrium: There is no task %s. \"atrium tasks ls\" lists"
		    " them.\n",
		    uuid_format(&s.id, id));
		status = CLI_FAILED;
	} else
		status = tasks_failed(err);
	tasks_close(&job);
	return status;
}

const struct tasks_command tasks_show = {"show",
    "show ID\n"
    "All about one task: its arguments and its last error as well.\n",
    show};

static enum err
load_clock(struct tasks_job *job, void *arg)
{
	return cron_list(&job->db, arg);
}

static const char *
next_run(struct arena *mem, const struct list *clock, const char *kind)
{
	const struct cron_row *rows = clock->rows;

	for (size_t i = 0; i < clock->n; i++)
		if (strcmp(rows[i].kind, kind) == 0)
			return day_and_time(mem, rows[i].next_run);
	return "-";
}

static const char *
interval(struct arena *mem, int s)
{
	if (s <= 0)
		return "-";
	if (s % 3600 == 0)
		return arena_printf(mem, "%d h", s / 3600);
	if (s % 60 == 0)
		return arena_printf(mem, "%d min", s / 60);
	return arena_printf(mem, "%d s", s);
}

static void
print_kinds(struct arena *mem, const struct list *clock)
{
	printf("%-24s  %-8s  %-20s  %s\n", "KIND", "EVERY", "NEXT", "WHAT");
	for (size_t i = 0; app_tasks[i] != NULL; i++) {
		const struct task_kind *k = app_tasks[i];

		printf("%-24s  %-8s  %-20s  %s\n", k->name,
		    interval(mem, k->every_s), next_run(mem, clock, k->name),
		    k->doc != NULL ? k->doc : "-");
	}
}

static int
kinds(int argc, char **argv)
{
	struct list clock = {NULL, 0};
	struct tasks_job job;
	int status = CLI_OK;
	enum err err;

	(void)argv;
	if (argc != 1)
		return tasks_wrong(&tasks_kinds, "it takes nothing");
	tasks_open(&job);
	err = tasks_transact(&job, TX_READ, load_clock, &clock);
	if (err)
		status = tasks_failed(err);
	else
		print_kinds(job.mem, &clock);
	tasks_close(&job);
	return status;
}

const struct tasks_command tasks_kinds = {"kinds",
    "kinds\n"
    "The kinds of tasks: name, interval and next time (UTC) of those that\n"
    "recur by themselves, and what they do.\n",
    kinds};
