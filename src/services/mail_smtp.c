/* Mail to a server by SMTP (libcurl), over one connection for as long as it
 * lasts. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/email.h"
#include "core/log.h"
#include "services/mail_part.h"
#include "services/smtp_talk.h"

enum {
	CONNECT_MS = 10000,
	FAREWELL_S = 1,
	LOGIN_MAX = 2000, /* bytes of name and password */
	MS = 1000         /* in microseconds */
};

struct smtp {
	struct mailer mailer;
	struct message_sender from;
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	struct smtp_talk talk;
	bool needs_utf8; /* the mail under way does, SMTPUTF8 */
};

/* What libcurl reads the message from. */
struct source {
	const char *at;
	size_t left;
};

static void
must(CURLcode code)
{
	if (code != CURLE_OK)
		log_fatal("libcurl: %s", curl_easy_strerror(code));
}

/*
 * The wait for a single reply, in seconds. It alone bounds the one to QUIT,
 * which goes on after a time-out of the transfer and is two minutes else.
 */
static void
set_patience(CURL *curl, long seconds)
{
	must(curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds));
}

static size_t
read_source(char *to, size_t size, size_t count, void *arg)
{
	struct source *s = arg;
	size_t n = size * count < s->left ? size * count : s->left;

	memcpy(to, s->at, n);
	s->at += n;
	s->left -= n;
	return n;
}

static size_t
discard(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

static size_t
hear(char *line, size_t size, size_t count, void *arg)
{
	struct smtp *s = arg;

	smtp_talk_hear(&s->talk, line, size * count);
	/* QUIT comes next, whose reply nobody needs to wait for. */
	if (s->talk.reply.code >= 400)
		set_patience(s->curl, FAREWELL_S);
	return size * count;
}

/* Between the session's start and the first word about this mail. */
static int
begin(void *arg, char *ip, char *own_ip, int port, int own_port)
{
	struct smtp *s = arg;

	(void)ip;
	(void)own_ip;
	(void)port;
	(void)own_port;
	smtp_talk_begin(&s->talk);
	if (s->needs_utf8 && !s->talk.offers_utf8)
		return CURL_PREREQFUNC_ABORT;
	return CURL_PREREQFUNC_OK;
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

static CURLcode
transfer(struct smtp *s, const char *recipient, const struct buf *message,
    int64_t end_us)
{
	int64_t left = (end_us - time_monotonic_us()) / MS;
	long timeout_ms = left < 1 ? 1 : (long)left;
	struct source source = {message->data, message->len};
	struct curl_slist *list = curl_slist_append(NULL, recipient);
	CURL *curl = s->curl;
	CURLcode code;

	if (list == NULL)
		log_fatal("out of memory");
	*s->error = '\0';
	smtp_talk_start(&s->talk);
	must(curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list));
	must(curl_easy_setopt(curl, CURLOPT_READDATA, &source));
	must(curl_easy_setopt(
	    curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->len));
	set_patience(curl, timeout_ms / 1000 + 1);
	must(curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms));
	must(curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
	    timeout_ms < CONNECT_MS ? timeout_ms : (long)CONNECT_MS));
	code = curl_easy_perform(curl);
	must(curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, NULL));
	must(curl_easy_setopt(curl, CURLOPT_READDATA, NULL));
	curl_slist_free_all(list);
	return code;
}

/*
 * Whether an idle connection had ended when the mail was to go over it, which
 * a server may do at any time (421 at best). Nothing of the mail was taken.
 */
static bool
was_stale(const struct smtp *s, CURLcode code)
{
	long made = 0;

	must(curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &made));
	return code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT &&
	       code != CURLE_ABORTED_BY_CALLBACK && made == 0 &&
	       (s->talk.reply.code == 0 || s->talk.reply.code == 421) &&
	       s->talk.reply.step == SMTP_SENDER;
}

/* libcurl's view of what went wrong. */
static const char *
trouble(const struct smtp *s, struct arena *mem, CURLcode code)
{
	long number = 0;

	must(curl_easy_getinfo(s->curl, CURLINFO_OS_ERRNO, &number));
	if (code == CURLE_COULDNT_CONNECT && number != 0) {
		errno = (int)number;
		return arena_printf(mem, "%m");
	}
	return *s->error != '\0' ? s->error : curl_easy_strerror(code);
}

static enum err
hand_over(struct smtp *s, struct arena *mem, const char *to,
    const struct buf *message, int timeout_ms, const char **why)
{
	const char *recipient = arena_printf(mem, "<%s>", to);
	int64_t end = time_monotonic_us() + (int64_t)timeout_ms * MS;
	CURLcode code;

	s->needs_utf8 = !is_ascii(to) || !is_ascii(s->from.address);
	code = transfer(s, recipient, message, end);
	if (was_stale(s, code))
		code = transfer(s, recipient, message, end);
	if (code == CURLE_OK)
		return OK;
	if (code == CURLE_ABORTED_BY_CALLBACK) {
		*why = arena_printf(mem,
		    "The mail server %s takes only addresses in ASCII: it does "
		    "not offer SMTPUTF8.",
		    s->talk.server);
		return ERR_INVALID;
	}
	*why = smtp_talk_explain(&s->talk, mem, trouble(s, mem, code));
	return smtp_talk_is_final(&s->talk) ? ERR_INVALID : ERR_BUSY;
}

static enum err
deliver(struct mailer *mailer, struct arena *mem, const struct mail *m,
    int timeout_ms, const char **why)
{
	struct smtp *s = (struct smtp *)mailer;
	const char *to = email_to_ascii(mem, m->to);
	struct buf message;
	enum err err;

	if (to == NULL)
		to = m->to; /* and be told what is wrong with it */
	buf_init(&message, MESSAGE_MAX);
	err = message_compose(mem, &message, m, to, &s->from, why);
	if (err == OK)
		err = hand_over(s, mem, to, &message, timeout_ms, why);
	buf_free(&message);
	return err;
}

/* Whether the connection of the last mail stands, with nothing said since. */
static bool
is_connected(const struct smtp *s)
{
	struct pollfd p = {.events = POLLIN};
	curl_socket_t fd = CURL_SOCKET_BAD;

	must(curl_easy_getinfo(s->curl, CURLINFO_ACTIVESOCKET, &fd));
	p.fd = fd;
	return fd != CURL_SOCKET_BAD && poll(&p, 1, 0) == 0;
}

/*
 * curl_easy_cleanup() says QUIT, and waits two minutes for a server that does
 * not answer. After a transfer the wait is ours to set: so a NOOP is the last
 * one, and its connection is not kept.
 */
static void
say_farewell(struct smtp *s)
{
	s->needs_utf8 = false;
	must(curl_easy_setopt(s->curl, CURLOPT_UPLOAD, 0L));
	must(curl_easy_setopt(s->curl, CURLOPT_NOBODY, 1L));
	must(curl_easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, "NOOP"));
	must(curl_easy_setopt(s->curl, CURLOPT_FORBID_REUSE, 1L));
	set_patience(s->curl, FAREWELL_S);
	must(curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, (long)FAREWELL_S));
	must(curl_easy_setopt(
	    s->curl, CURLOPT_CONNECTTIMEOUT, (long)FAREWELL_S));
	(void)curl_easy_perform(s->curl);
}

static void
leave(struct mailer *mailer)
{
	struct smtp *s = (struct smtp *)mailer;

	if (is_connected(s))
		say_farewell(s);
	curl_easy_cleanup(s->curl);
	s->curl = NULL;
}

/*
 * smtp://HOST:PORT/NAME, or smtps. The name is what EHLO says; the domain of
 * the sender exists, which this machine's own name may not.
 */
static bool
set_url(struct smtp *s, struct arena *mem, const struct config *c)
{
	const char *host = c->SMTP_HOST;
	CURLU *url = curl_url();
	bool good;

	if (url == NULL)
		log_fatal("out of memory");
	if (strchr(host, ':') != NULL && *host != '[')
		host = arena_printf(mem, "[%s]", host);
	s->talk.server = arena_printf(mem, "%s:%d", host, (int)c->SMTP_PORT);
	good =
	    is_ascii(host) &&
	    curl_url_set(url, CURLUPART_SCHEME, c->SMTP_SSL ? "smtps" : "smtp",
		0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PORT,
		arena_printf(mem, "%d", (int)c->SMTP_PORT), 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PATH,
		arena_printf(mem, "/%s", strchr(s->from.address, '@') + 1),
		0) == CURLUE_OK;
	if (good) {
		char *text = NULL;

		good = curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK;
		if (good)
			must(curl_easy_setopt(s->curl, CURLOPT_URL, text));
		curl_free(text);
	}
	curl_url_cleanup(url);
	return good;
}

/* TLS is verified wherever it is used, and used unless both are false. */
static void
set_security(CURL *curl, const struct config *c)
{
	must(curl_easy_setopt(curl, CURLOPT_USE_SSL,
	    c->SMTP_TLS || c->SMTP_SSL ? (long)CURLUSESSL_ALL
				       : (long)CURLUSESSL_NONE));
	must(curl_easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
	must(curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L));
	must(curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L));
	if (*c->SMTP_CA_FILE != '\0') {
		must(curl_easy_setopt(curl, CURLOPT_CAINFO, c->SMTP_CA_FILE));
		/* The system's would be trusted beside it. */
		must(curl_easy_setopt(curl, CURLOPT_CAPATH, NULL));
	}
	if (*c->SMTP_USER != '\0') {
		must(curl_easy_setopt(curl, CURLOPT_USERNAME, c->SMTP_USER));
		must(
		    curl_easy_setopt(curl, CURLOPT_PASSWORD, c->SMTP_PASSWORD));
	}
}

static void
set_transfer(struct smtp *s, struct arena *mem)
{
	CURL *curl = s->curl;

	must(curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps"));
	must(curl_easy_setopt(curl, CURLOPT_PROXY, ""));
	must(curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L));
	must(curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L));
	must(curl_easy_setopt(curl, CURLOPT_MAIL_FROM,
	    arena_printf(mem, "<%s>", s->from.address)));
	must(curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, s->error));
	must(curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_source));
	must(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard));
	must(curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear));
	must(curl_easy_setopt(curl, CURLOPT_HEADERDATA, s));
	must(curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, begin));
	must(curl_easy_setopt(curl, CURLOPT_PREREQDATA, s));
}

/* A server may repeat what it was sent: as it is, or as AUTH encodes it. */
static void
note_secrets(struct smtp *s, struct arena *mem, const struct config *c)
{
	size_t nuser = strlen(c->SMTP_USER), n = strlen(c->SMTP_PASSWORD);
	char *both =
	    arena_printf(mem, " %s %s", c->SMTP_USER, c->SMTP_PASSWORD);
	struct buf b;

	if (*c->SMTP_USER == '\0' || *c->SMTP_PASSWORD == '\0')
		return;
	both[0] = both[nuser + 1] = '\0';
	buf_init(&b, LOGIN_MAX * 4);
	s->talk.secrets[0] = c->SMTP_PASSWORD;
	message_put_base64(&b, c->SMTP_PASSWORD, n);
	s->talk.secrets[1] = arena_copy(mem, b.data, b.len);
	buf_reset(&b);
	message_put_base64(&b, both, nuser + n + 2);
	s->talk.secrets[2] = arena_copy(mem, b.data, b.len);
	buf_free(&b);
}

struct mailer *
mail_smtp_new(struct arena *mem, const struct config *c,
    const struct message_sender *from, const char **why)
{
	struct smtp *s = NEW(mem, struct smtp);

	if (*c->SMTP_CA_FILE != '\0' && access(c->SMTP_CA_FILE, R_OK) != 0) {
		*why = arena_printf(mem,
		    "SMTP_CA_FILE (%s) cannot be read: %m.", c->SMTP_CA_FILE);
		return NULL;
	}
	s->mailer = (struct mailer){.send = deliver, .close = leave};
	s->from = *from;
	s->curl = curl_easy_init();
	if (s->curl == NULL)
		log_fatal("out of memory");
	if (!set_url(s, mem, c)) {
		curl_easy_cleanup(s->curl);
		*why = arena_printf(mem,
		    "SMTP_HOST (%s) is no host name and no IP address.",
		    c->SMTP_HOST);
		return NULL;
	}
	set_transfer(s, mem);
	set_security(s->curl, c);
	note_secrets(s, mem, c);
	return &s->mailer;
}
