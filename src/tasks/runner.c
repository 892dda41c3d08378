/*
 * The life of a runner: its threads begin, listen, and end. Signals are read
 * as a file, so nothing ever runs in the middle of something else.
 */
#include "tasks/runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/log.h"
#include "core/template.h"
#include "core/wake.h"
#include "services/mail.h"
#include "tasks/crew.h"
#include "tasks/kinds.h"

enum { EX_TEMPFAIL = 75, US_PER_MS = 1000, MEMORY = 64 << 20 };

struct runner {
	struct crew crew;
	struct arena *mem;
	struct templates *templates;
	pthread_t keeper;
	sigset_t before;
	int signals, bell; /* -1: none */
	int64_t drain_ends_us;
};

/* Before any thread is made: they inherit what is blocked. */
static void
open_signals(struct runner *r)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &ours, &r->before);
	signal(SIGPIPE, SIG_IGN);
	r->signals = signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
	if (r->signals < 0)
		log_fatal("no file descriptors left: %m");
}

static void
open_bell(struct runner *r)
{
	const char *path = r->crew.config->TASK_FIFO;

	r->bell = -1;
	if (path == NULL || *path == '\0')
		return;
	r->bell = wake_open(path);
	if (r->bell < 0)
		log_fatal("TASK_FIFO %s cannot be opened (%m): it must be the"
			  " name of a FIFO, or be free in a folder where one"
			  " can be made.",
		    path);
}

static void
open_pool(struct runner *r)
{
	const struct config *config = r->crew.config;
	/* The hands, the keeper, and whoever gives back what was cut off. */
	struct pool_options options = {.size = (int)config->TASK_THREADS + 2,
	    .wait_ms = (int)config->DB_WAIT_MS,
	    .timeout_ms = (int)config->DB_TIMEOUT_MS};
	const char *why;

	options.target = db_target_parse(r->mem, config->DATABASE_URL, &why);
	if (options.target == NULL)
		log_fatal("DATABASE_URL is wrong: %s.", why);
	r->crew.pool = pool_new(&options);
}

static void
open_hands(struct runner *r)
{
	struct crew *c = &r->crew;
	const char *why;
	int i;

	c->nhands = (int)c->config->TASK_THREADS;
	c->hands = NEW_N(r->mem, struct hand, (size_t)c->nhands);
	for (i = 0; i < c->nhands; i++) {
		c->hands[i].crew = c;
		c->hands[i].mem = arena_new(CREW_MEMORY);
		c->hands[i].mailer = mailer_new(r->mem, c->config, &why);
		if (c->hands[i].mailer == NULL)
			log_fatal("%s", why);
	}
}

static void
open_runner(struct runner *r)
{
	struct crew *c = &r->crew;
	const char *why;

	task_kinds_check(c->kinds);
	open_signals(r);
	r->mem = arena_new(MEMORY);
	r->templates = templates_load(r->mem, c->config->TEMPLATES_DIR, &why);
	if (r->templates == NULL)
		log_fatal("%s", why);
	c->templates = r->templates;
	mail_library_open();
	crew_open(c);
	open_bell(r);
	open_pool(r);
	open_hands(r);
}

static void
close_runner(struct runner *r)
{
	struct crew *c = &r->crew;
	int i;

	for (i = 0; i < c->nhands; i++) {
		c->hands[i].mailer->close(c->hands[i].mailer);
		arena_free(c->hands[i].mem);
	}
	pool_free(c->pool);
	if (r->bell >= 0)
		close(r->bell);
	crew_close(c);
	mail_library_close();
	templates_free(r->templates);
	arena_free(r->mem);
	close(r->signals);
	pthread_sigmask(SIG_SETMASK, &r->before, NULL);
}

static void
begin(struct runner *r)
{
	struct crew *c = &r->crew;
	int i;

	if (pthread_create(&r->keeper, NULL, keeper_main, c) != 0)
		log_fatal("no threads left");
	for (i = 0; i < c->nhands; i++)
		if (pthread_create(&c->hands[i].thread, NULL, hand_main,
			&c->hands[i]) != 0)
			log_fatal("no threads left");
}

static void
end(struct runner *r)
{
	struct crew *c = &r->crew;
	int i;

	for (i = 0; i < c->nhands; i++)
		pthread_join(c->hands[i].thread, NULL);
	pthread_mutex_lock(&c->lock);
	c->closing = true;
	pthread_cond_signal(&c->turn);
	pthread_mutex_unlock(&c->lock);
	pthread_join(r->keeper, NULL);
}

/* What one hand is cut off from. */
struct cut {
	struct db db;
	struct task_row row;
};

/* It may have ended just now: then there is nothing to give back. */
static enum err
give_back(void *arg)
{
	struct cut *cut = arg;
	enum err err;

	err = queue_again(&cut->db, &cut->row, time_now(),
	    "The runner was stopped in the middle of it.");
	return err == ERR_NOT_FOUND ? OK : err;
}

/* Whether there was something to give back. */
static bool
take_from(struct runner *r, struct hand *h)
{
	struct crew *c = &r->crew;
	struct cut cut;
	bool busy, ended;

	pthread_mutex_lock(&c->lock);
	busy = h->busy;
	ended = h->ended;
	cut.row = h->row;
	pthread_mutex_unlock(&c->lock);
	if (ended)
		pthread_join(h->thread, NULL);
	if (!busy)
		return false;
	db_init(&cut.db, c->pool, r->mem, NULL);
	if (crew_transact(&cut.db, give_back, &cut) != OK)
		log_say(LOG_WARN, NULL,
		    "a task that was cut off waits for the end of its lease:"
		    " the database did not take it back");
	db_release(&cut.db);
	return true;
}

/* The hands are busy with what cannot be interrupted: the process ends. */
static _Noreturn void
cut_off(struct runner *r)
{
	int i, n = 0;

	for (i = 0; i < r->crew.nhands; i++)
		n += take_from(r, &r->crew.hands[i]);
	if (n > 0)
		log_say(LOG_WARN, NULL,
		    "the drain deadline cut off %d %s, which will run again", n,
		    n == 1 ? "task" : "tasks");
	_exit(n > 0 ? EX_TEMPFAIL : 0);
}

static void
drain(struct runner *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) > 0)
		continue;
	if (r->drain_ends_us != 0)
		return;
	log_say(LOG_INFO, NULL, "draining");
	r->drain_ends_us =
	    time_monotonic_us() + r->crew.config->DRAIN_TIMEOUT_MS * US_PER_MS;
	crew_stop(&r->crew);
}

static int
timeout_ms(const struct runner *r)
{
	int64_t left_us;

	if (r->drain_ends_us == 0)
		return -1;
	left_us = r->drain_ends_us - time_monotonic_us();
	return left_us <= 0 ? 0 : (int)(left_us / US_PER_MS) + 1;
}

/*
 * Until all hands have ended. The doorbell is left to other runners while no
 * hand of this one is free.
 */
static void
attend(struct runner *r)
{
	struct crew *c = &r->crew;
	bool all = false;
	eventfd_t kicks;

	while (!all) {
		struct pollfd fds[] = {{.fd = c->kick, .events = POLLIN},
		    {.fd = r->signals, .events = POLLIN},
		    {.fd = -1, .events = POLLIN}};

		all = crew_ended(c);
		if (crew_idle(c))
			fds[2].fd = r->bell;
		if (!all && timeout_ms(r) == 0)
			cut_off(r);
		if (!all && poll(fds, 3, timeout_ms(r)) < 0 && errno != EINTR)
			log_fatal("poll: %m");
		if (fds[0].revents != 0)
			(void)eventfd_read(c->kick, &kicks);
		if (fds[1].revents != 0)
			drain(r);
		/* While it slept all hands may have found work. */
		if (fds[2].revents != 0 && crew_idle(c)) {
			wake_clear(r->bell);
			crew_call(c);
		}
	}
}

static int
run_once(struct runner *r)
{
	if (keeper_first(&r->crew) != OK)
		return 1;
	begin(r);
	attend(r);
	end(r);
	return r->crew.failed ? 1 : 0;
}

int
runner_run(const struct config *config, const struct task_kind *const *kinds,
    struct kv_store *kv, bool once)
{
	struct runner r = {
	    .crew = {.config = config, .kinds = kinds, .kv = kv, .once = once}};
	int status = 0;

	open_runner(&r);
	if (once) {
		status = run_once(&r);
	} else {
		begin(&r);
		log_say(LOG_INFO, NULL, "ready: %d threads", r.crew.nhands);
		attend(&r);
		end(&r);
	}
	close_runner(&r);
	return status;
}
