/*
 * atrium products export: all products as they were at one moment, in the
 * order of their ids. A file is there when it is whole, or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/products.h"
#include "core/encode.h"

/* A page's text is at most a few times PAGE * 80 KiB. */
enum { PAGE = 256, TEXT_MAX = 64 << 20 };

struct request {
	enum products_format format;
	bool active;
	const char *file; /* NULL: standard output */
};

struct output {
	int fd;
	const char *path, *temporary; /* NULL: written into as it is */
};

struct export
{
	const struct request *request;
	struct output out;
	struct buf text;
	struct terminal_progress progress;
	int64_t rows;
	bool interrupted;
	int error; /* errno of the output, or 0 */
};

static void
put_csv_header(struct buf *out)
{
	for (size_t i = 0; i < product_file.nfields; i++)
		buf_printf(
		    out, "%s%s", i > 0 ? "," : "", product_file.fields[i].name);
	buf_puts(out, "\r\n");
}

static void
put_csv_cell(struct buf *out, const struct field *f, const struct product *p)
{
	char text[UUID_TEXT];
	const char *s;

	if (field_is_none(f, p))
		return;
	if (f->type == FIELD_TEXT) {
		s = FIELD_OF(char *, p, f);
		csv_put(out, s, strlen(s));
	} else if (f->type == FIELD_UUID) {
		buf_puts(out, uuid_format(&FIELD_OF(struct uuid, p, f), text));
	} else {
		field_encode(out, f, p);
	}
}

static void
put_row(struct export *e, const struct product *p)
{
	if (e->request->format == FORMAT_JSONL) {
		schema_encode(&e->text, &product_file, p);
		buf_putc(&e->text, '\n');
		return;
	}
	for (size_t i = 0; i < product_file.nfields; i++) {
		if (i > 0)
			buf_putc(&e->text, ',');
		put_csv_cell(&e->text, &product_file.fields[i], p);
	}
	buf_puts(&e->text, "\r\n");
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t done;

	for (; n > 0; p += done, n -= (size_t)done) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			done = 0;
		if (done < 0)
			return false;
	}
	return true;
}

static enum err
write_text(struct export *e)
{
	if (!write_all(e->out.fd, e->text.data, e->text.len)) {
		e->error = errno;
		return ERR_STORAGE;
	}
	buf_reset(&e->text);
	return OK;
}

/* The rows after that one, which then is the last of them. */
static enum err
export_page(
    struct products_job *job, struct export *e, struct uuid *last, bool *more)
{
	struct list page = {0};
	const struct product *rows;
	enum err err =
	    products_after(&job->db, *last, e->request->active, PAGE, &page);

	if (err)
		return err;
	rows = page.rows;
	for (size_t i = 0; i < page.n; i++)
		put_row(e, &rows[i]);
	if (e->text.full)
		BUG("a page of products is longer than there is room");
	*more = page.n == PAGE;
	if (page.n > 0)
		*last = rows[page.n - 1].id;
	e->rows += (int64_t)page.n;
	return write_text(e);
}

/* Not again from the beginning: of a pipe the reader has seen it. */
static enum err
export_all(struct products_job *job, struct export *e)
{
	struct uuid last = {0};
	enum err err = OK;
	bool more = true;

	buf_puts(&e->text, "");
	if (e->request->format == FORMAT_CSV)
		put_csv_header(&e->text);
	db_phase(&job->db, TX_SNAPSHOT);
	while (!err && more) {
		struct arena_mark mark = arena_mark(job->mem);

		err = export_page(job, e, &last, &more);
		arena_rewind(job->mem, mark);
		terminal_progress(
		    &e->progress, "%" PRId64 " products written", e->rows);
		e->interrupted = products_interrupted();
		if (e->interrupted)
			err = ERR_BUSY;
	}
	db_rollback(&job->db);
	return err;
}

/* A device or a pipe is written into; a link stays one. */
static bool
output_open(struct arena *mem, struct output *out, const char *file)
{
	char real[PATH_MAX];
	struct stat st;
	mode_t mask = umask(0);
	bool there;

	umask(mask);
	*out = (struct output){.fd = STDOUT_FILENO};
	if (file == NULL)
		return true;
	there = stat(file, &st) == 0;
	if (there && !S_ISREG(st.st_mode)) {
		out->fd = open(file, O_WRONLY | O_CLOEXEC);
		return out->fd >= 0;
	}
	out->path = there && realpath(file, real) != NULL
			? arena_strdup(mem, real)
			: file;
	out->temporary = arena_printf(mem, "%s.XXXXXX", out->path);
	out->fd = mkostemp((char *)(uintptr_t)out->temporary, O_CLOEXEC);
	return out->fd >= 0 &&
	       fchmod(out->fd, there ? st.st_mode & 0777 : 0666 & ~mask) == 0;
}

static bool
sync_folder(struct arena *mem, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = ".";
	bool ok;
	int fd;

	if (slash != NULL)
		folder = arena_copy(mem, path, (size_t)(slash - path) + 1);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Makes the file what was written, or leaves it as it was. */
static bool
output_close(struct arena *mem, struct output *out, bool keep)
{
	bool ok = true;

	if (out->fd == STDOUT_FILENO || out->fd < 0)
		return out->fd >= 0;
	if (keep && out->temporary != NULL)
		ok = fsync(out->fd) == 0;
	ok = close(out->fd) == 0 && ok;
	if (out->temporary == NULL)
		return ok;
	if (keep && ok && rename(out->temporary, out->path) == 0)
		return sync_folder(mem, out->path);
	unlink(out->temporary);
	return !keep;
}

static int
unwritable(struct arena *mem, const char *file)
{
	fprintf(stderr, "atrium: %s cannot be written: %m.\n",
	    file == NULL ? "Standard output"
			 : terminal_text(mem, file, strlen(file), NULL));
	return CLI_NO_OUTPUT;
}

static int
report(struct arena *mem, const struct export *e, int64_t start)
{
	const char *file = e->request->file;
	double seconds = (double)(time_monotonic_us() - start) / 1e6;

	if (file == NULL)
		return CLI_OK;
	return printf("%" PRId64 " product%s written to %s in %.1f s\n",
		   e->rows, e->rows == 1 ? "" : "s",
		   terminal_text(mem, file, strlen(file), NULL), seconds) < 0;
}

static int
run(struct products_job *job, const struct request *r)
{
	int64_t start = time_monotonic_us();
	struct export e = {.request = r};
	enum err err = ERR_STORAGE;

	buf_init(&e.text, TEXT_MAX);
	products_guard(job);
	if (output_open(job->mem, &e.out, r->file))
		err = export_all(job, &e);
	else
		e.error = errno;
	buf_free(&e.text);
	terminal_progress_clear(&e.progress);
	if (!output_close(job->mem, &e.out, err == OK) && !err) {
		e.error = errno;
		err = ERR_STORAGE;
	}
	if (e.interrupted) {
		fputs("atrium: Interrupted.\n", stderr);
		return CLI_FAILED;
	}
	errno = e.error;
	if (err == ERR_STORAGE)
		return unwritable(job->mem, r->file);
	if (err)
		return products_failed(err);
	products_done();
	return report(job->mem, &e, start);
}

/* NULL, or what is wrong with the arguments. */
static const char *
read_arguments(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
	    {"format", required_argument, NULL, 'f'},
	    {"active", no_argument, NULL, 'a'}, {NULL, 0, NULL, 0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (option == '?')
			return "that option is not right";
		r->active |= option == 'a';
		if (option == 'o')
			r->file = optarg;
		if (option == 'f')
			r->format = products_format(optarg);
		if (r->format == FORMAT_WRONG)
			return "--format takes csv or jsonl";
	}
	if (optind != argc)
		return "it takes options only";
	if (r->file != NULL && strcmp(r->file, "-") == 0)
		r->file = NULL;
	if (r->format == FORMAT_NONE && r->file != NULL)
		r->format = products_format_of(r->file);
	if (r->format == FORMAT_NONE)
		r->format = FORMAT_CSV;
	return NULL;
}

static int export(int argc, char **argv)
{
	struct request r = {0};
	const char *wrong = read_arguments(&r, argc, argv);
	struct products_job job;
	int status;

	if (wrong != NULL)
		return products_wrong(&products_export, wrong);
	products_open(&job);
	status = run(&job, &r);
	products_close(&job);
	return status;
}

const struct products_command products_export = {"export",
    "export [--format csv|jsonl] [--active] [-o FILE]\n"
    "Write all products as they are at this moment, in the order in which\n"
    "they were made, so that \"import\" makes the same of them.\n"
    "\n"
    "  --format FORMAT  csv or jsonl (default: what FILE ends in, or csv)\n"
    "  --active         only those that everybody can see\n"
    "  -o FILE          into FILE, which is replaced when all is written\n"
    "                   (default: standard output)\n",
    export};
