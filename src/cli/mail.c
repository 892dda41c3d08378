/* atrium mail: the mails that went into MAIL_DIR, for whoever develops, or has
 * no mail server and wants to know what users were told. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "core/config.h"
#include "services/message.h"

enum {
	MEMORY = 4 * MESSAGE_MAX,
	FILE_MAX = MESSAGE_MAX + 65536,
	HEADERS_MAX = 16384, /* what a list looks at, of each file */
	LISTED = 20,         /* mails, when nothing else is said */
	LISTED_MAX = 1000000,
	TO_WIDTH = 30,
	SUBJECT_WIDTH = 40,
	STAMP = 15 /* 20260821T100000, at the start of a file's name */
};

static const char usage[] =
    "Usage: atrium mail ls [--limit N]\n"
    "       atrium mail show N|FILE [--html|--raw]\n"
    "\n"
    "  ls     list the mails in MAIL_DIR, the newest first, 20 of them: "
    "number,\n"
    "         date (UTC), recipient, subject, file\n"
    "  show   print the text of one; with --html its HTML, with --raw the "
    "file.\n"
    "         N is its number in the list, FILE a name in MAIL_DIR or a path\n"
    "\n"
    "Control characters are printed as \\xNN.\n";

struct job {
	struct arena *mem;
	const struct config *config;
	struct dirent **entries; /* newest first */
	int n;
};

enum part { PART_TEXT, PART_HTML, PART_RAW };

static int
wrong(const char *what)
{
	fprintf(stderr, "atrium mail: %s.\n%s", what, usage);
	return CLI_USAGE;
}

static void
print_header(struct arena *mem, struct bytes message, const char *name)
{
	struct bytes value = message_header(mem, message, name);

	if (value.at == NULL)
		return;
	printf("%s: ", name);
	terminal_print(value.at, value.n, 0);
	putchar('\n');
}

static int
is_mail(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + n - 4, ".eml") == 0;
}

/* Names begin with the date. */
static int
newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static bool
read_folder(struct job *job)
{
	const struct config *c = job->config;
	bool is_sent = *c->SMTP_HOST != '\0' && *c->EMAILS_FROM_EMAIL != '\0';

	if (is_sent)
		fprintf(stderr,
		    "atrium: SMTP_HOST is set: mails go to %s and are not kept "
		    "here. Unset it to have them in MAIL_DIR (%s).\n",
		    c->SMTP_HOST, c->MAIL_DIR);
	job->n = scandir(c->MAIL_DIR, &job->entries, is_mail, newest_first);
	if (job->n >= 0)
		return true;
	job->n = 0;
	if (is_sent)
		return false;
	if (errno == ENOENT)
		fprintf(stderr,
		    "atrium: There is no mail yet: \"atrium tasks\" makes the "
		    "folder MAIL_DIR (%s) for the first one. Does it run, and "
		    "with the same settings?\n",
		    c->MAIL_DIR);
	else
		fprintf(stderr,
		    "atrium: MAIL_DIR (%s) cannot be read: %m. Run this as the "
		    "user that \"atrium tasks\" runs as.\n",
		    c->MAIL_DIR);
	return false;
}

static bool
read_all(int fd, char *to, size_t max, size_t *n)
{
	while (*n < max) {
		ssize_t got = read(fd, to + *n, max - *n);

		if (got < 0)
			return false;
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return true;
}

/* The first `max` bytes of a regular file; none: errno. */
static struct bytes
read_file(struct arena *mem, const char *path, size_t max)
{
	/* A FIFO would keep us waiting. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *data = NEW_N(mem, char, max);
	struct stat st;
	size_t n = 0;
	int saved = EINVAL;
	bool good;

	if (fd < 0)
		return (struct bytes){NULL, 0};
	good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (good && !read_all(fd, data, max, &n)) {
		saved = errno;
		good = false;
	}
	close(fd);
	errno = saved;
	return good ? (struct bytes){data, n} : (struct bytes){NULL, 0};
}

static const char *
path_of(const struct job *job, const char *name)
{
	return arena_printf(job->mem, "%s/%s", job->config->MAIL_DIR, name);
}

static void
print_date(const char *name)
{
	static const char form[] = "00000000T000000-";
	size_t i = 0;

	while (form[i] != '\0' &&
	       (form[i] == '0' ? name[i] >= '0' && name[i] <= '9'
			       : name[i] == form[i]))
		i++;
	if (form[i] != '\0')
		printf("%-19s", "-");
	else
		printf("%.4s-%.2s-%.2s %.2s:%.2s:%.2s", name, name + 4,
		    name + 6, name + 9, name + 11, name + 13);
}

static void
list_one(const struct job *job, int number, const char *name)
{
	struct arena_mark mark = arena_mark(job->mem);
	struct bytes head =
	    read_file(job->mem, path_of(job, name), HEADERS_MAX);
	struct bytes to = message_header(job->mem, head, "To");
	struct bytes subject = message_header(job->mem, head, "Subject");

	printf("%4d  ", number);
	print_date(name);
	printf("  ");
	terminal_print(to.at, to.n, TO_WIDTH);
	printf("  ");
	terminal_print(subject.at, subject.n, SUBJECT_WIDTH);
	printf("  ");
	terminal_print(name, strlen(name), 0);
	putchar('\n');
	arena_rewind(job->mem, mark);
}

static int
list(struct job *job, int limit)
{
	if (!read_folder(job))
		return CLI_FAILED;
	if (job->n == 0)
		fprintf(stderr, "atrium: There is no mail in %s.\n",
		    job->config->MAIL_DIR);
	for (int i = 0; i < job->n && i < limit; i++)
		list_one(job, i + 1, job->entries[i]->d_name);
	if (job->n > limit)
		fprintf(stderr,
		    "atrium: %d older ones are not shown; see --limit.\n",
		    job->n - limit);
	return CLI_OK;
}

static void
print_body(struct arena *mem, struct bytes message, const char *type)
{
	struct bytes body = message_body(mem, message, type);

	if (body.at == NULL)
		fprintf(
		    stderr, "atrium: It has no part of the type %s.\n", type);
	else
		terminal_print_lines(body.at, body.n);
	if (body.n > 0 && body.at[body.n - 1] != '\n')
		putchar('\n');
}

static void
print_mail(struct arena *mem, struct bytes message)
{
	print_header(mem, message, "From");
	print_header(mem, message, "To");
	print_header(mem, message, "Subject");
	print_header(mem, message, "Date");
	print_header(mem, message, "Message-ID");
	putchar('\n');
	print_body(mem, message, "text/plain");
}

static int
show(struct job *job, const char *path, enum part part)
{
	struct bytes message = read_file(job->mem, path, FILE_MAX);

	if (message.at == NULL) {
		fprintf(stderr,
		    "atrium: %s cannot be read: %m. \"atrium mail ls\" lists "
		    "what there is.\n",
		    path);
		return CLI_FAILED;
	}
	if (part == PART_TEXT)
		print_mail(job->mem, message);
	else if (part == PART_HTML)
		print_body(job->mem, message, "text/html");
	else if (isatty(STDOUT_FILENO))
		terminal_print_lines(message.at, message.n);
	else
		fwrite(message.at, 1, message.n, stdout);
	return CLI_OK;
}

/* False when it is no number between 1 and a million. */
static bool
read_number(const char *text, int *out)
{
	char *end;
	long n;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtol(text, &end, 10);
	*out = (int)n;
	return *end == '\0' && errno == 0 && n > 0 && n <= LISTED_MAX;
}

static int
show_named(struct job *job, const char *name, enum part part)
{
	int number;

	if (strchr(name, '/') != NULL)
		return show(job, name, part);
	if (!read_number(name, &number))
		return show(job, path_of(job, name), part);
	if (!read_folder(job))
		return CLI_FAILED;
	if (number <= job->n)
		return show(
		    job, path_of(job, job->entries[number - 1]->d_name), part);
	fprintf(stderr,
	    "atrium: There is no mail %d: \"atrium mail ls\" shows %d.\n",
	    number, job->n);
	return CLI_FAILED;
}

struct order {
	int limit; /* 0: none given */
	enum part part;
};

/* argv[0] is "ls" or "show", which getopt skips. NULL, or a complaint. */
static const char *
read_options(int argc, char **argv, struct order *o)
{
	static const struct option options[] = {
	    {"limit", required_argument, NULL, 'l'},
	    {"html", no_argument, NULL, 'h'}, {"raw", no_argument, NULL, 'r'},
	    {NULL, 0, NULL, 0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return "that option is not known, or lacks its number";
		if (option == 'l' && !read_number(optarg, &o->limit))
			return "--limit takes a number from 1 to 1000000";
		if (option != 'l' && o->part != PART_TEXT)
			return "--html and --raw exclude each other";
		if (option != 'l')
			o->part = option == 'h' ? PART_HTML : PART_RAW;
	}
	return NULL;
}

static int
run(const char *name, const struct order *o)
{
	struct job job = {.mem = arena_new(MEMORY)};
	int status;

	job.config = config_load(job.mem);
	if (name == NULL)
		status = list(&job, o->limit > 0 ? o->limit : LISTED);
	else
		status = show_named(&job, name, o->part);
	for (int i = 0; i < job.n; i++)
		free(job.entries[i]);
	free(job.entries);
	arena_free(job.mem);
	return fflush(stdout) != 0 ? CLI_FAILED : status;
}

int
cli_mail(int argc, char **argv)
{
	struct order order = {.part = PART_TEXT};
	const char *complaint;
	bool is_list;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc < 2)
		return wrong("it takes \"ls\" or \"show\"");
	is_list = strcmp(argv[1], "ls") == 0;
	if (!is_list && strcmp(argv[1], "show") != 0)
		return wrong("it takes \"ls\" or \"show\"");
	complaint = read_options(argc - 1, argv + 1, &order);
	if (complaint != NULL)
		return wrong(complaint);
	/* getopt has moved what is no option to the end. */
	argc -= 1 + optind;
	argv += 1 + optind;
	if (is_list && (argc > 0 || order.part != PART_TEXT))
		return wrong("ls takes --limit N and nothing else");
	if (!is_list && (argc != 1 || order.limit > 0))
		return wrong("show takes one number or file");
	return run(is_list ? NULL : argv[0], &order);
}
