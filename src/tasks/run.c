/*
 * One run of a task. Its end is noted in the transaction of its handle, under
 * the fence of its lease: a run that was given up in the meantime changes
 * nothing any more.
 */
#include <string.h>
#include <time.h>

#include "core/crypto.h"
#include "core/decode.h"
#include "core/log.h"
#include "tasks/crew.h"
#include "tasks/kinds.h"

enum { US_PER_MS = 1000, FIRST_PAUSE_MS = 100, LAST_PAUSE_MS = 2000 };

struct run {
	struct hand *hand;
	const struct task_row *row;
	const struct task_kind *kind; /* NULL: not known here */
	struct task task;
	void *state; /* before the transaction, which may be replayed */
	enum err err;
	bool lost; /* the lease: the outcome is another runner's */
	bool dead; /* it is not to be tried again */
	/* COMMITs that were not answered. */
	bool done_maybe, noted_maybe;
	struct timestamp now;
	char id[UUID_TEXT];
};

static enum err
decode_args(struct run *r)
{
	struct task *t = &r->task;
	struct faults *faults = NEW(t->mem, struct faults);
	struct input in = {.body = BODY_JSON};
	struct presence presence = {0};
	struct json *doc = NULL;
	struct json_fault fault;
	enum err err;
	void *args;

	if (r->kind->args == NULL)
		return OK;
	args = arena_alloc(t->mem, r->kind->args->size, 1);
	err = json_parse(
	    r->row->args, strlen(r->row->args), JSON_DEPTH, &doc, &fault);
	in.json = doc;
	in.source = r->row->args;
	in.nsource = strlen(in.source);
	if (!err)
		err = schema_decode(
		    t->mem, r->kind->args, &in, args, &presence, faults);
	json_free(doc);
	t->args = args;
	if (!err)
		return OK;
	/* Not for good: a newer runner may know them. */
	return task_fail(t, ERR_INTERNAL,
	    "The arguments are not what this kind of task takes. Were they"
	    " queued by another version of the program?");
}

static enum err
call_prepare(void *arg)
{
	struct run *r = arg;

	r->task.state = r->state;
	r->task.why = NULL;
	return r->kind->prepare(&r->task);
}

static enum err
note_recipient(struct run *r)
{
	enum err err;

	if (r->task.to == NULL)
		return OK;
	err = queue_address(r->task.db, r->row, r->task.to);
	r->lost = err == ERR_NOT_FOUND;
	return err;
}

static enum err
call_handle(void *arg)
{
	struct run *r = arg;
	bool keep = r->task.config->TASK_KEEP_MINUTES > 0;
	enum err err = OK;

	r->task.state = r->state;
	r->task.why = NULL;
	if (r->kind->handle != NULL)
		err = r->kind->handle(&r->task);
	if (!err && keep)
		err = note_recipient(r);
	if (err)
		return err;
	err = queue_done(r->task.db, r->row, time_now(), keep);
	r->lost = err == ERR_NOT_FOUND;
	return err;
}

/* The row goes back, or to the dead. */
static enum err
note_failure(void *arg)
{
	struct run *r = arg;
	struct db *db = r->task.db;
	const char *why = r->task.why;
	struct timestamp at = time_now();
	uint16_t dice;
	enum err err;

	if (why == NULL)
		why = err_title(r->err);
	crypto_random(&dice, sizeof(dice));
	err = note_recipient(r);
	if (err)
		return err;
	if (r->dead) {
		err = queue_bury(db, r->row, at, why);
	} else {
		at.us += task_delay_us(r->row->attempts, dice);
		err = queue_again(db, r->row, at, why);
	}
	r->lost = err == ERR_NOT_FOUND;
	return err;
}

static enum err
transact(struct run *r, enum err (*step)(void *))
{
	struct db *db = r->task.db;
	enum err err;

	r->state = r->task.state;
	err = crew_transact(db, step, r);
	if (!err && db->tasks)
		crew_call(r->hand->crew);
	return err;
}

/* The session failed, not what was done in it. */
static bool
is_trouble(const struct run *r, enum err err)
{
	return err == ERR_OUTCOME || ((err == ERR_BUSY || err == ERR_RETRY) &&
					 r->task.db->broken == err);
}

static void
pause_ms(int ms)
{
	const struct timespec t = {
	    .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

/*
 * What was done outside is not done again because the database is away for a
 * moment: the note waits for it, up to the deadline. The fence makes it safe
 * to repeat a transaction whose COMMIT was not answered.
 */
static enum err
insist(struct run *r, enum err (*step)(void *), bool *maybe)
{
	struct arena_mark mark = arena_mark(r->task.mem);
	int ms = FIRST_PAUSE_MS;
	enum err err;

	for (;;) {
		err = transact(r, step);
		*maybe |= err == ERR_OUTCOME;
		if (!is_trouble(r, err) ||
		    time_monotonic_us() >= r->hand->deadline_us)
			return err;
		db_release(r->task.db);
		arena_rewind(r->task.mem, mark);
		pause_ms(ms);
		ms = ms * 2 < LAST_PAUSE_MS ? ms * 2 : LAST_PAUSE_MS;
	}
}

static enum err
work(struct run *r)
{
	struct task *t = &r->task;
	int64_t left_us = r->hand->deadline_us - time_monotonic_us();

	if (r->kind->work == NULL)
		return OK;
	db_release(t->db);
	db_phase(t->db, TX_NONE);
	/* Half of what is left, so that the note is in time as well. */
	t->timeout_ms = (int)(left_us / 2 / US_PER_MS);
	if (t->timeout_ms <= 0)
		return task_fail(t, ERR_BUSY,
		    "There was no time left before the task's deadline.");
	return r->kind->work(t);
}

static enum err
perform(struct run *r)
{
	enum err err;

	if (r->kind == NULL)
		return task_fail(&r->task, ERR_INTERNAL,
		    "This runner does not know the kind. Is it older than the"
		    " worker that queued the task?");
	err = decode_args(r);
	if (!err && r->kind->prepare != NULL)
		err = transact(r, call_prepare);
	if (!err)
		err = work(r);
	if (!err)
		err = insist(r, call_handle, &r->done_maybe);
	return err;
}

static void
conclude(struct run *r)
{
	const char *why = r->task.why;

	if (r->err == OK || r->lost)
		return;
	r->dead = r->err == ERR_INVALID || r->err == ERR_NOT_FOUND ||
		  r->row->attempts >= task_kind_attempts(r->kind);
	/* What happens to the note says nothing about the task. */
	(void)!insist(r, note_failure, &r->noted_maybe);
	r->task.why = why;
}

static const char *
outcome(const struct run *r, enum log_level *level)
{
	*level = LOG_INFO;
	if (r->err == OK)
		return "done";
	/* The fence has gone with a COMMIT that was not answered. */
	if (r->lost && r->done_maybe)
		return "done";
	*level = LOG_WARN;
	if (r->lost && !r->noted_maybe)
		return "lost";
	if (!r->dead)
		return "again";
	*level = LOG_ERROR;
	return "dead";
}

static void
put_number(struct buf *line, const char *name, int64_t value)
{
	buf_puts(line, name);
	buf_int(line, value);
}

static void
put_text(struct buf *line, const char *name, const char *text)
{
	buf_puts(line, name);
	json_quote(line, text, strlen(text));
}

static void
write_log(const struct run *r)
{
	int64_t total_us = time_monotonic_us() - r->hand->began_us;
	enum log_level level;
	const char *end = outcome(r, &level);
	struct buf *line = log_open(level, r->id);

	put_text(line, ",\"kind\":", r->row->kind);
	put_number(line, ",\"attempt\":", r->row->attempts);
	put_text(line, ",\"outcome\":", end);
	if (level != LOG_INFO) {
		put_text(line, ",\"error\":", err_name(r->err));
		put_text(line, ",\"why\":",
		    r->task.why != NULL ? r->task.why : err_title(r->err));
	}
	put_number(line, ",\"queue_us\":", r->now.us - r->row->run_at.us);
	put_number(line, ",\"total_us\":", total_us);
	put_number(line, ",\"db_us\":", r->task.db->spent_us);
	log_close(line);
	log_flush();
}

void
run_task(struct hand *h, const struct task_row *row)
{
	struct run r = {.hand = h, .row = row, .now = time_now()};

	uuid_format(&row->id, r.id);
	h->db.request = r.id;
	r.kind = task_kind_find(h->crew->kinds, row->kind);
	r.task = (struct task){.mem = h->mem,
	    .db = &h->db,
	    .config = h->crew->config,
	    .templates = h->crew->templates,
	    .mailer = h->mailer,
	    .kv = h->crew->kv,
	    .id = row->id,
	    .attempt = row->attempts};
	r.task.kind = r.kind;
	r.err = perform(&r);
	conclude(&r);
	write_log(&r);
	h->db.request = NULL;
}
