/*
 * atrium products import: a file of products into the table, all of them or
 * none.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/products.h"

struct request {
	enum products_format format;
	bool upsert, dry_run;
	const char *file;
};

static const char *
shown(struct arena *mem, const char *file)
{
	if (strcmp(file, "-") == 0)
		return "Standard input";
	return terminal_text(mem, file, strlen(file), NULL);
}

static int
unreadable(struct arena *mem, const char *file)
{
	fprintf(stderr, "atrium: %s cannot be read: %m. Nothing was changed.\n",
	    shown(mem, file));
	return CLI_NO_INPUT;
}

static int
no_spool(const char *folder)
{
	fprintf(stderr,
	    "atrium: The temporary file in %s cannot be used: %m. TMPDIR names"
	    " another folder. Nothing was changed.\n",
	    folder);
	return CLI_FAILED;
}

static int
refused(struct products_complaints *bad)
{
	products_complain_rest(bad);
	fprintf(stderr,
	    "atrium: %" PRId64 " %s not right. Nothing was changed.\n",
	    bad->rows, bad->rows == 1 ? "row is" : "rows are");
	return CLI_DATA;
}

static int
report(const struct products_store *s, int64_t start)
{
	double seconds = (double)(time_monotonic_us() - start) / 1e6;

	return printf("%" PRId64 " row%s: %" PRId64 " new, %" PRId64
		      " changed, %" PRId64 " as before, in %.1f s%s\n",
		   s->rows, s->rows == 1 ? "" : "s", s->take.fresh,
		   s->take.changed, s->take.same, seconds,
		   s->dry_run ? "; --dry-run: nothing was changed" : "") < 0;
}

static int
store(struct products_job *job, struct products_store *s, const char *folder,
    int64_t start)
{
	enum err err;

	products_guard(job);
	err = products_store(job, s);
	terminal_progress_clear(&s->bad->progress);
	if (s->interrupted) {
		fputs("atrium: Interrupted. Nothing was changed.\n", stderr);
		return CLI_FAILED;
	}
	errno = s->error;
	if (err == ERR_STORAGE)
		return no_spool(folder);
	if (err == ERR_INVALID)
		return refused(s->bad);
	if (err)
		return products_failed(err);
	products_done();
	return report(s, start);
}

/* Each row, to its end, before the database hears of it. */
static int
check(struct products_check *c, struct products_source *source,
    enum products_format format, const char *folder)
{
	enum err err = products_read(source, format, products_check_row, c);

	if (err == ERR_INTERNAL)
		return unreadable(c->mem, source->name);
	if (err == ERR_STORAGE)
		return no_spool(folder);
	if (!err && format == FORMAT_CSV && c->ncolumns == 0)
		products_complain(c->bad, 1,
		    "the file is empty: the first line names the columns");
	return c->bad->rows > 0 ? refused(c->bad) : CLI_OK;
}

static int
run(struct products_job *job, const struct request *r,
    struct products_source *source)
{
	int64_t start = time_monotonic_us();
	struct products_complaints bad = {.mem = job->mem};
	struct products_check c = {
	    .mem = job->mem, .source = source, .bad = &bad};
	struct products_store s = {
	    .bad = &bad, .upsert = r->upsert, .dry_run = r->dry_run};
	const char *folder;
	int status;

	c.spool = s.spool = products_spool_new(job->mem, &folder);
	if (c.spool == NULL)
		return no_spool(folder);
	c.seen = products_seen_new();
	status = check(&c, source, r->format, folder);
	products_seen_free(c.seen);
	s.rows = c.rows;
	if (status == CLI_OK)
		status = store(job, &s, folder, start);
	products_spool_free(s.spool);
	return status;
}

static int
open_and_run(const struct request *r)
{
	struct products_source source;
	struct products_job job;
	int status;

	products_open(&job);
	if (products_source_open(&source, r->file)) {
		status = run(&job, r, &source);
		products_source_close(&source);
	} else {
		status = unreadable(job.mem, r->file);
	}
	products_close(&job);
	return status;
}

static bool
read_mode(const char *text, bool *upsert)
{
	*upsert = strcmp(text, "upsert") == 0;
	return *upsert || strcmp(text, "insert") == 0;
}

/* NULL, or what is wrong with the arguments. */
static const char *
read_arguments(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
	    {"format", required_argument, NULL, 'f'},
	    {"mode", required_argument, NULL, 'm'},
	    {"dry-run", no_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return "that option is not right";
		r->dry_run |= option == 'n';
		if (option == 'f')
			r->format = products_format(optarg);
		if (r->format == FORMAT_WRONG)
			return "--format takes csv or jsonl";
		if (option == 'm' && !read_mode(optarg, &r->upsert))
			return "--mode takes insert or upsert";
	}
	if (argc - optind != 1)
		return "it takes one file, or - for standard input";
	r->file = argv[optind];
	if (r->format == FORMAT_NONE)
		r->format = products_format_of(r->file);
	return r->format != FORMAT_NONE
		   ? NULL
		   : "the file's name does not end in .csv or .jsonl: "
		     "--format says what it is";
}

static int
import(int argc, char **argv)
{
	struct request r = {0};
	const char *wrong = read_arguments(&r, argc, argv);

	if (wrong != NULL)
		return products_wrong(&products_import, wrong);
	return open_and_run(&r);
}

const struct products_command products_import = {"import",
    "import [--format csv|jsonl] [--mode insert|upsert] [--dry-run] FILE|-\n"
    "Take products from a file, or from standard input: all of them, or none\n"
    "when one is not right. Rows that are not are listed with their line.\n"
    "\n"
    "  --format FORMAT  csv: the first line names the columns; jsonl: a JSON\n"
    "                   object a line (default: what FILE ends in)\n"
    "  --mode insert    a sku that there is already is not right (default)\n"
    "  --mode upsert    change what is given of the product with that sku\n"
    "  --dry-run        say what would be done, and do not do it\n"
    "\n"
    "Columns: sku, name, description, category, price, currency, stock,\n"
    "active, image_file_id, stripe_price_id. \"man atrium\" says more.\n",
    import};
