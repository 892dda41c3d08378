/* The connections of a process, and calls over them. The lock guards the
 * stack of idle ones alone: it is never held while something is sent. */
#include "kv/store_tarantool_part.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "core/time.h"

enum { SECOND_US = 1000000, COMPLAINT_US = 1000000 };
/* Of tarantool/atrium.lua. */
enum { FUNCTIONS_VERSION = 1 };

static const char load_it[] =
    "load tarantool/atrium.lua of this version of Atrium there, as its head "
    "says, for the user that KV_URL names";

/* Numbers of Tarantool's box.error. */
enum {
	ER_MEMORY_ISSUE = 2,
	ER_READONLY = 7,
	ER_PROC_LUA = 32,
	ER_NO_SUCH_PROC = 33,
	ER_WAL_IO = 40,
	ER_ACCESS_DENIED = 42,
	ER_NO_SUCH_FUNCTION = 51,
	ER_SLAB_ALLOC_MAX = 110,
	ER_LOADING = 116
};

/* Who waits a long time says so once a second, not with each request. */
static bool
may_complain(struct tarantool *t)
{
	int64_t now = time_monotonic_us();
	bool may;

	pthread_mutex_lock(&t->lock);
	may = t->complained == 0 || now - t->complained >= COMPLAINT_US;
	if (may)
		t->complained = now;
	pthread_mutex_unlock(&t->lock);
	return may;
}

static enum err
is_busy(struct tarantool *t, const char *why)
{
	if (may_complain(t))
		log_say(LOG_ERROR, NULL, "Tarantool: %s", why);
	return ERR_BUSY;
}

static struct timespec
moment(int64_t us)
{
	return (struct timespec){
	    .tv_sec = us / SECOND_US, .tv_nsec = (us % SECOND_US) * 1000};
}

static struct line *
take(struct tarantool *t, int64_t deadline)
{
	struct timespec until = moment(deadline);
	struct line *l;
	int late = 0;

	pthread_mutex_lock(&t->lock);
	while (t->idle == NULL && late != ETIMEDOUT)
		late = pthread_cond_timedwait(&t->back, &t->lock, &until);
	l = t->idle;
	if (l != NULL)
		t->idle = l->next;
	pthread_mutex_unlock(&t->lock);
	return l;
}

enum err
talk_begin(struct tarantool *t, const char *function, uint32_t nargs,
    struct talk *talk)
{
	struct line *l;

	*talk = (struct talk){
	    .store = t, .deadline = time_monotonic_us() + t->timeout_us};
	l = take(t, talk->deadline);
	if (l == NULL)
		return is_busy(t, "no connection became free in time");
	talk->line = l;
	l->sync++;
	iproto_begin(&l->out, &talk->pack, IPROTO_CALL, l->sync);
	iproto_function(&talk->pack, function, nargs);
	return OK;
}

void
talk_end(struct talk *talk)
{
	struct tarantool *t = talk->store;

	pthread_mutex_lock(&t->lock);
	talk->line->next = t->idle;
	t->idle = talk->line;
	pthread_cond_signal(&t->back);
	pthread_mutex_unlock(&t->lock);
}

/* Nothing that was there is lost with its process, if the log is kept. */
static void
warn_of_wal(struct tarantool *t, const msgpack_object_str *mode)
{
	bool warn;

	if (mode->size != 4 || memcmp(mode->ptr, "none", 4) != 0)
		return;
	pthread_mutex_lock(&t->lock);
	warn = !t->warned;
	t->warned = true;
	pthread_mutex_unlock(&t->lock);
	if (warn)
		log_say(LOG_WARN, NULL,
		    "Tarantool's wal_mode is none: all values are lost when "
		    "it ends");
}

static bool
greet(struct tarantool *t, struct line *l, int64_t deadline)
{
	static const struct iproto_bounds bounds = {4096, 64};
	struct iproto_reply reply;
	const msgpack_object *value;
	msgpack_packer pack;
	struct buf out;
	int64_t version;
	bool good;

	buf_init(&out, bounds.bytes);
	iproto_begin(&out, &pack, IPROTO_CALL, l->sync);
	iproto_function(&pack, "atrium.hello", 0);
	iproto_end(&out);
	good = line_exchange(l, &out, bounds, deadline, &reply);
	buf_free(&out);
	if (!good)
		return false;
	if (reply.error == ER_LOADING) {
		line_fail(l, "it is starting");
		return false;
	}
	if (reply.error != 0) {
		line_fail(l, "%.*s: %s", (int)reply.message.size,
		    reply.message.ptr, load_it);
		return false;
	}
	value = reply.values.ptr;
	if (reply.values.size < 2 || !iproto_int(&value[0], &version) ||
	    version != FUNCTIONS_VERSION ||
	    value[1].type != MSGPACK_OBJECT_STR) {
		line_fail(
		    l, "its functions are of another version: %s", load_it);
		return false;
	}
	warn_of_wal(t, &value[1].via.str);
	return true;
}

static bool
open_line(struct talk *talk)
{
	struct tarantool *t = talk->store;

	line_close(talk->line);
	return line_open(talk->line, t->address, &t->name, talk->deadline) &&
	       greet(t, talk->line, talk->deadline);
}

/*
 * A connection that was open from before may be dead without having said so:
 * then there is a second try on a new one, when nothing was sent or the call
 * does not mind.
 */
static bool
exchange(struct talk *talk, bool repeatable, struct iproto_bounds bounds,
    struct iproto_reply *reply)
{
	struct line *l = talk->line;

	if (line_idle(l)) {
		if (line_exchange(l, &l->out, bounds, talk->deadline, reply))
			return true;
		if ((l->sent && !repeatable) ||
		    time_monotonic_us() >= talk->deadline)
			return false;
	}
	return open_line(talk) &&
	       line_exchange(l, &l->out, bounds, talk->deadline, reply);
}

static bool
is_lua_memory(const msgpack_object_str *message)
{
	static const char full[] = "not enough memory";

	return memmem(message->ptr, message->size, full, sizeof(full) - 1) !=
	       NULL;
}

static enum err
refusal(struct tarantool *t, const struct iproto_reply *reply)
{
	enum err err = ERR_INTERNAL;
	const char *hint = "";

	switch (reply->error) {
	case ER_MEMORY_ISSUE:
	case ER_SLAB_ALLOC_MAX:
	case ER_WAL_IO:
		err = ERR_STORAGE;
		break;
	case ER_NO_SUCH_PROC:
	case ER_NO_SUCH_FUNCTION:
	case ER_ACCESS_DENIED:
		hint = load_it;
		err = ERR_BUSY;
		break;
	case ER_READONLY:
	case ER_LOADING:
		err = ERR_BUSY;
		break;
	case ER_PROC_LUA:
		if (is_lua_memory(&reply->message))
			err = ERR_STORAGE;
		break;
	}
	if (may_complain(t))
		log_say(LOG_ERROR, NULL, "Tarantool: error %u: %.*s%s%s",
		    reply->error, (int)reply->message.size, reply->message.ptr,
		    *hint == '\0' ? "" : ": ", hint);
	return err;
}

enum err
talk_call(struct talk *talk, bool repeatable, struct iproto_bounds bounds,
    uint32_t nvalues, struct iproto_reply *reply)
{
	struct line *l = talk->line;

	if (l->out.full)
		return ERR_TOO_LARGE;
	iproto_end(&l->out);
	if (!exchange(talk, repeatable, bounds, reply)) {
		line_close(l);
		return is_busy(talk->store, l->why);
	}
	if (reply->error != 0)
		return refusal(talk->store, reply);
	if (reply->values.size < nvalues)
		return talk_garbled(talk);
	return OK;
}

enum err
talk_garbled(struct talk *talk)
{
	line_close(talk->line);
	return is_busy(talk->store, "the reply makes no sense");
}
