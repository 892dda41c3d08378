/* The log of a process: lines of JSON for machines, and last words for a
 * person. A line fits PIPE_BUF, so that one write(2) is never torn apart. */
#include "core/log.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/time.h"
#include "core/utf8.h"

enum {
	LINE = 4096, /* PIPE_BUF on Linux, with the newline */
	MESSAGE = 2048,
	SECOND = 1000000,
	EXIT_CONFIG = 78 /* sysexits.h: EX_CONFIG */
};

#define TAIL_CUT ",\"truncated\":true}\n"
#define TAIL     "}\n"

static const char *const level_name[] = {"error", "warn", "info", "debug"};

static struct {
	const char *name;
	enum log_level max;
	pid_t pid; /* of the process that called log_init() */
} setup = {"atrium", LOG_INFO, 0};

/* Of one thread: its line under way, and the second it last printed. */
static _Thread_local struct {
	struct buf buf;
	char room[LINE];
	bool dropped;
	char lines[LINE]; /* ended and not yet sent */
	size_t gathered;
	int64_t second;
	char date[TIME_TEXT];
} line;

enum log_level
log_level_of(const char *name)
{
	unsigned i = LOG_ERROR;

	while (i < LOG_DEBUG && strcmp(level_name[i], name) != 0)
		i++;
	return (enum log_level)i;
}

void
log_init(const char *name, enum log_level max)
{
	setup.name = name;
	setup.max = max;
	setup.pid = getpid();
}

/* The date costs some divisions, so it is made once a second. */
static void
put_time(struct buf *out)
{
	int64_t now = time_now().us;
	int64_t second = now / SECOND;
	int ms = (int)(now % SECOND / 1000);
	char rest[] = ".000Z";

	if (second != line.second) {
		time_format((struct timestamp){second * SECOND}, line.date);
		line.date[strlen(line.date) - 1] = '\0';
		line.second = second;
	}
	rest[1] = (char)('0' + ms / 100);
	rest[2] = (char)('0' + ms / 10 % 10);
	rest[3] = (char)('0' + ms % 10);
	buf_puts(out, line.date);
	buf_puts(out, rest);
}

/*
 * One character of a string, escaped; what is not UTF-8 becomes U+FFFD.
 * Returns the bytes that it took, 0 when there is no room left.
 */
static size_t
put_character(struct buf *out, const char *p, const char *end)
{
	static const char hex[] = "0123456789abcdef";
	char escape[] = "\\u0000";
	unsigned char c = (unsigned char)*p;
	size_t n = utf8_step(p, end);

	/* The escape's NUL stands for the closing quote. */
	if (out->max - out->len < sizeof(escape))
		return 0;
	if (n == 0) {
		buf_puts(out, "\xEF\xBF\xBD");
		return 1;
	}
	if (c < 0x20 || c == 0x7F) {
		escape[4] = hex[c >> 4];
		escape[5] = hex[c & 15];
		buf_puts(out, escape);
		return 1;
	}
	if (c == '"' || c == '\\')
		buf_putc(out, '\\');
	buf_put(out, p, n);
	return n;
}

/* A quoted string, cut at a whole character when it is too long. */
static void
put_string(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);

	buf_putc(out, '"');
	while (text < end) {
		size_t n = put_character(out, text, end);

		if (n == 0)
			break;
		text += n;
	}
	buf_putc(out, '"');
}

/*
 * The buffer stands on fixed memory: it is full before it would grow. Room
 * for the longest end of a line is kept back.
 */
static void
begin(struct buf *out, char *room, enum log_level level, const char *id)
{
	*out = (struct buf){.data = room};
	out->max = LINE - sizeof(TAIL_CUT);
	out->cap = out->max + 1;

	buf_puts(out, "{\"time\":\"");
	put_time(out);
	buf_puts(out, "\",\"level\":\"");
	buf_puts(out, level_name[level]);
	buf_puts(out, "\",\"name\":\"");
	buf_puts(out, setup.name);
	buf_puts(out, "\",\"pid\":");
	buf_int(out, setup.pid);
	if (id == NULL)
		return;
	buf_puts(out, ",\"id\":");
	put_string(out, id);
}

/* Cuts an overfull line after its last whole member. */
static void
cut(struct buf *out)
{
	size_t whole = 0;
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < out->len; i++) {
		char c = out->data[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			depth--;
		else if (!quoted && c == ',' && depth == 1)
			whole = i;
	}
	out->len = whole;
}

/* Ends a line: it fits LINE, its newline included. */
static void
finish(struct buf *out)
{
	const char *tail = out->full ? TAIL_CUT : TAIL;

	if (out->full)
		cut(out);
	out->full = false;
	out->cap = LINE;
	out->max = LINE - 1;
	buf_puts(out, tail);
}

static void
send(const char *text, size_t n)
{
	ssize_t sent;

	do
		sent = write(STDERR_FILENO, text, n);
	while (sent < 0 && errno == EINTR);
}

bool
log_pending(void)
{
	return line.gathered > 0;
}

void
log_flush(void)
{
	if (line.gathered > 0)
		send(line.lines, line.gathered);
	line.gathered = 0;
}

void
log_say(enum log_level level, const char *id, const char *format, ...)
{
	char room[LINE], message[MESSAGE];
	struct buf out;
	va_list args;
	int saved = errno;

	if (level > setup.max)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	begin(&out, room, level, id);
	buf_puts(&out, ",\"message\":");
	put_string(&out, message);
	finish(&out);
	log_flush();
	send(out.data, out.len);
	errno = saved;
}

struct buf *
log_open(enum log_level level, const char *id)
{
	line.dropped = level > setup.max;
	begin(&line.buf, line.room, level, id);
	return &line.buf;
}

void
log_close(struct buf *out)
{
	if (line.dropped)
		return;
	finish(out);
	if (out->len > LINE - line.gathered)
		log_flush();
	memcpy(line.lines + line.gathered, out->data, out->len);
	line.gathered += out->len;
}

void
log_fatal(const char *format, ...)
{
	va_list args;

	log_flush();
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_CONFIG);
}
