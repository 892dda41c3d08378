/*
 * Threads, the epoll set that parks idle connections, signals and the drain:
 * the engine's loop, without a word of FastCGI.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "http/conn.h"
#include "http/engine.h"
#include "http/lanes.h"
#include "http/listen.h"

enum {
	TICK_MS = 100,
	LOG_MS = 20,      /* that a line of the log may wait for more */
	QUICK_FEW = 4,    /* ordinary requests that a hash need not mind */
	REST_TIMES = 3,   /* as long as it worked */
	REST_US = 300000, /* at most */
	EX_TEMPFAIL = 75
};

struct worker {
	struct engine *engine;
	pthread_t id;
	bool hashing;
	void *thread; /* the app's */
	struct watch watch;
};

struct engine {
	struct engine_options opt;
	struct engine_app app;
	int epoll;
	int stop; /* eventfd: readable once the threads shall end */
	struct lane_queue *lane;
	struct worker *workers;
	int nworkers;
	atomic_int busy; /* requests between their arrival and their end */
	atomic_llong complained_us;
	atomic_uint quick;    /* ordinary requests served, modulo 2^32 */
	pthread_mutex_t lock; /* of the list */
	struct request *connections;
};

static atomic_bool draining;

bool
engine_is_draining(void)
{
	return atomic_load(&draining);
}

static void
list_add(struct engine *e, struct request *r)
{
	pthread_mutex_lock(&e->lock);
	*conn_next(r) = e->connections;
	if (e->connections != NULL)
		*conn_prev(e->connections) = r;
	e->connections = r;
	pthread_mutex_unlock(&e->lock);
}

static void
drop(struct engine *e, struct request *r)
{
	struct request *next, *prev;

	pthread_mutex_lock(&e->lock);
	next = *conn_next(r);
	prev = *conn_prev(r);
	if (next != NULL)
		*conn_prev(next) = prev;
	if (prev != NULL)
		*conn_next(prev) = next;
	else
		e->connections = next;
	pthread_mutex_unlock(&e->lock);
	conn_free(r);
}

static bool
has_connections(struct engine *e)
{
	bool any;

	pthread_mutex_lock(&e->lock);
	any = e->connections != NULL;
	pthread_mutex_unlock(&e->lock);
	return any;
}

/* Once armed, the connection is another thread's: it may be gone already. */
static void
park(struct engine *e, struct request *r, int op)
{
	struct epoll_event ev = {.data.ptr = r};
	int fd = conn_fd(r);

	ev.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
	conn_park(r);
	if (epoll_ctl(e->epoll, op, fd, &ev) == 0)
		return;
	log_say(LOG_ERROR, NULL, "a connection was lost: epoll_ctl failed");
	drop(e, r);
}

/* Once a second; the pause keeps the threads from spinning. */
static void
complain(struct engine *e)
{
	long long now = time_monotonic_us();
	long long last = atomic_load(&e->complained_us);

	if (now - last > 1000000 &&
	    atomic_compare_exchange_strong(&e->complained_us, &last, now))
		log_say(LOG_ERROR, NULL,
		    "out of file descriptors: raise `ulimit -n` of the worker");
	usleep(10000);
}

/* All that waits, so that none is behind one that came later. */
static void
accept_all(struct engine *e)
{
	struct request *r;
	int fd;

	while (
	    (fd = accept4(e->opt.listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		r = conn_new(fd);
		if (r == NULL)
			continue;
		list_add(e, r);
		park(e, r, EPOLL_CTL_ADD);
	}
	if (errno == EMFILE || errno == ENFILE)
		complain(e);
}

static void
finish(struct engine *e, struct request *r)
{
	if (conn_finish(r))
		park(e, r, EPOLL_CTL_MOD);
	else
		drop(e, r);
	atomic_fetch_sub(&e->busy, 1);
}

static void
serve(struct worker *w, struct request *r)
{
	struct engine *e = w->engine;

	if (e->app.serve(w->thread, r) == ENGINE_DONE) {
		atomic_fetch_add_explicit(
		    &e->quick, !w->hashing, memory_order_relaxed);
		finish(e, r);
	} else if (!lane_push(e->lane, r)) {
		e->app.refuse(w->thread, r);
		finish(e, r);
	}
}

static void
serve_event(struct worker *w, struct request *r)
{
	atomic_fetch_add(&w->engine->busy, 1);
	if (conn_read(r, &w->watch)) {
		serve(w, r);
		return;
	}
	drop(w->engine, r);
	atomic_fetch_sub(&w->engine->busy, 1);
}

/* The next event; a pause before it is the moment to write the log. */
static bool
next_event(struct engine *e, struct epoll_event *ev)
{
	if (log_pending()) {
		if (epoll_wait(e->epoll, ev, 1, LOG_MS) > 0)
			return true;
		log_flush();
	}
	return epoll_wait(e->epoll, ev, 1, -1) > 0;
}

static void
serve_ready(struct worker *w)
{
	struct epoll_event ev;
	struct engine *e = w->engine;

	for (;;) {
		if (!next_event(e, &ev))
			continue;
		if (ev.data.ptr == &e->stop)
			return;
		if (ev.data.ptr == NULL)
			accept_all(e);
		else
			serve_event(w, ev.data.ptr);
	}
}

/*
 * Schedulers weigh sessions or services before threads, so the idle class
 * alone does not keep a burst of hashes off the cores: while others are being
 * served, a thread rests three times as long as it worked.
 */
static void
serve_lane(struct worker *w)
{
	struct engine *e = w->engine;
	struct request *r;
	int64_t rest;

	lane_step_back(e->opt.hash_idle);
	while ((r = lane_pop(e->lane)) != NULL) {
		unsigned before = atomic_load(&e->quick);
		int64_t began = time_monotonic_us();

		conn_hand_over(r, &w->watch);
		serve(w, r);
		log_flush();
		rest = REST_TIMES * (time_monotonic_us() - began);
		if (atomic_load(&e->quick) - before > QUICK_FEW)
			usleep(rest < REST_US ? (useconds_t)rest : REST_US);
	}
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct engine *e = w->engine;

	w->thread = e->app.thread_new(e->app.app, w->hashing);
	if (w->hashing)
		serve_lane(w);
	else
		serve_ready(w);
	log_flush();
	e->app.thread_free(w->thread);
	return NULL;
}

static void
start_workers(struct engine *e)
{
	pthread_attr_t attr;
	int i;

	e->nworkers = e->opt.threads + e->opt.hash_threads;
	e->workers = calloc((size_t)e->nworkers, sizeof(e->workers[0]));
	if (e->workers == NULL)
		log_fatal("out of memory");
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 512 * 1024);
	for (i = 0; i < e->nworkers; i++) {
		struct worker *w = &e->workers[i];

		w->engine = e;
		w->hashing = i >= e->opt.threads;
		pthread_mutex_init(&w->watch.lock, NULL);
		if (pthread_create(&w->id, &attr, worker_main, w) != 0)
			log_fatal("a thread could not be started: lower"
				  " WORKER_THREADS or raise `ulimit -u`");
	}
	pthread_attr_destroy(&attr);
}

static void
epoll_add(struct engine *e, int fd, uint32_t events, void *tag)
{
	struct epoll_event ev = {.events = events, .data.ptr = tag};

	if (epoll_ctl(e->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		log_fatal("epoll: %m");
}

static void
open_engine(struct engine *e)
{
	listen_check(e->opt.listen_fd);
	listen_raise_limits();
	conn_library_open();
	pthread_mutex_init(&e->lock, NULL);
	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	e->stop = eventfd(0, EFD_CLOEXEC);
	if (e->epoll < 0 || e->stop < 0)
		log_fatal("no file descriptors left: %m");
	epoll_add(e, e->opt.listen_fd, EPOLLIN | EPOLLEXCLUSIVE, NULL);
	epoll_add(e, e->stop, EPOLLIN, &e->stop);
	e->lane = lane_new(e->opt.hash_queue);
}

static void
tick(struct engine *e)
{
	int64_t now = time_monotonic_us();
	int i;

	for (i = 0; i < e->nworkers; i++)
		watch_check(&e->workers[i].watch, now, e->opt.peer_timeout_ms);
}

static void
drain(struct engine *e, const sigset_t *signals)
{
	const struct timespec pause = {.tv_nsec = TICK_MS * 1000000L};
	int64_t end = time_monotonic_us() + e->opt.drain_timeout_ms * 1000LL;

	atomic_store(&draining, true);
	log_say(LOG_INFO, NULL, "draining");
	epoll_ctl(e->epoll, EPOLL_CTL_DEL, e->opt.listen_fd, NULL);
	accept_all(e);
	while (has_connections(e) && time_monotonic_us() < end) {
		sigtimedwait(signals, NULL, &pause);
		tick(e);
	}
}

/* A peer may stall a thread now as ever: the watches go on. */
static void
join(struct engine *e, const struct worker *w)
{
	struct timespec t;

	do {
		tick(e);
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += TICK_MS * 1000000L;
		t.tv_sec += t.tv_nsec / 1000000000L;
		t.tv_nsec %= 1000000000L;
	} while (pthread_timedjoin_np(w->id, NULL, &t) == ETIMEDOUT);
}

static void
close_engine(struct engine *e)
{
	int i, cut = atomic_load(&e->busy);

	if (cut > 0) {
		log_say(LOG_ERROR, NULL,
		    "the drain deadline cut off %d requests", cut);
		/* Their threads still use all that returning would end. */
		_exit(EX_TEMPFAIL);
	}
	lane_close(e->lane);
	eventfd_write(e->stop, 1);
	for (i = 0; i < e->nworkers; i++)
		join(e, &e->workers[i]);
	while (e->connections != NULL)
		drop(e, e->connections);
	lane_free(e->lane);
	free(e->workers);
	close(e->epoll);
	close(e->stop);
}

void
engine_run(const struct engine_options *opt, const struct engine_app *app)
{
	const struct timespec pause = {.tv_nsec = TICK_MS * 1000000L};
	struct engine e = {.opt = *opt, .app = *app};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	open_engine(&e);
	start_workers(&e);
	log_say(LOG_INFO, NULL, "ready: %d threads, %d hash slots",
	    opt->threads, opt->hash_threads);
	while (sigtimedwait(&signals, NULL, &pause) < 0)
		tick(&e);
	drain(&e, &signals);
	close_engine(&e);
}
