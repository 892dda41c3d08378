/* The server's side of an SMTP dialogue: libcurl reads it for its own ends and
 * tells the reasons of a refusal to nobody. */
#include "services/smtp_talk.h"

#include <string.h>
#include <strings.h>

enum { CODE = 3 /* digits */, REFUSED = 400 };

#define UTF8_KEYWORD "SMTPUTF8"

static void
append(struct smtp_reply *r, const char *text, size_t n)
{
	if (r->n > 0 && n > 0 && r->n + 1 < SMTP_TEXT)
		r->text[r->n++] = ' ';
	for (size_t i = 0; i < n && r->n + 1 < SMTP_TEXT; i++)
		r->text[r->n++] =
		    text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	r->text[r->n] = '\0';
}

static bool
holds_secret(const struct smtp_talk *t, const char *line, size_t n)
{
	for (size_t i = 0; i < SMTP_SECRETS; i++)
		if (t->secrets[i] != NULL &&
		    memmem(line, n, t->secrets[i], strlen(t->secrets[i])))
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void
smtp_talk_start(struct smtp_talk *t)
{
	t->step = SMTP_SESSION;
	t->reply = (struct smtp_reply){.ended = true};
}

void
smtp_talk_begin(struct smtp_talk *t)
{
	t->step = SMTP_SENDER;
	t->reply = (struct smtp_reply){.ended = true, .step = SMTP_SENDER};
}

/* What follows the code in a line. */
static void
note_text(struct smtp_talk *t, const char *text, size_t n)
{
	static const char hidden[] = "(a text with the password)";
	int code = t->reply.code;

	if (holds_secret(t, text, n))
		append(&t->reply, hidden, strlen(hidden));
	else
		append(&t->reply, text, n);
	if (code == 220) /* a greeting, or STARTTLS: what was offered is void */
		t->offers_utf8 = false;
	if (t->step == SMTP_SESSION && code == 250 &&
	    n == strlen(UTF8_KEYWORD) &&
	    strncasecmp(text, UTF8_KEYWORD, n) == 0)
		t->offers_utf8 = true;
}

/* "250-SIZE 1000" is part of a reply, "250 OK" its end (RFC 5321, 4.2). */
void
smtp_talk_hear(struct smtp_talk *t, const char *line, size_t n)
{
	struct smtp_reply *r = &t->reply;
	int code;

	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n < CODE || !is_digit(line[0]) || !is_digit(line[1]) ||
	    !is_digit(line[2]))
		return;
	code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	/* It answers the QUIT that libcurl sends after a refusal. */
	if (code == 221)
		return;
	if (r->ended) {
		*r = (struct smtp_reply){.code = code, .step = t->step};
		append(r, line, CODE);
	}
	r->ended = n == CODE || line[CODE] == ' ';
	if (n > CODE)
		note_text(t, line + CODE + 1, n - CODE - 1);
	if (r->ended && t->step != SMTP_SESSION && t->step != SMTP_DONE)
		t->step++;
}

/*
 * 5yz is for good (RFC 5321, 4.2.1) where it is about the mail. It is not when
 * the session is refused (554 as a greeting), the sign-in (530, 534, 535, 538:
 * RFC 4954) or the sender: all of that is our settings, and whoever corrects
 * them wants the mails sent. 552 for a recipient may be a full mailbox, which
 * 4.5.3.1.10 says to take for a 452; elsewhere it is a mail that is too large
 * and stays so.
 */
bool
smtp_talk_is_final(const struct smtp_talk *t)
{
	const struct smtp_reply *r = &t->reply;

	switch (r->code) {
	case 530:
	case 534:
	case 535:
	case 538:
		return false;
	case 552:
		return r->step != SMTP_SESSION && r->step != SMTP_RECIPIENT;
	default:
		return r->code >= 500 && r->step > SMTP_SENDER;
	}
}

const char *
smtp_talk_explain(
    const struct smtp_talk *t, struct arena *mem, const char *trouble)
{
	static const char *const refused[] = {
	    [SMTP_SENDER] = "the sender (EMAILS_FROM_EMAIL)",
	    [SMTP_RECIPIENT] = "the recipient",
	    [SMTP_DATA] = "the mail",
	    [SMTP_CONTENT] = "the mail",
	    [SMTP_DONE] = "the mail",
	};
	const struct smtp_reply *r = &t->reply;
	struct smtp_reply shown = {0};

	if (r->code >= REFUSED && r->step != SMTP_SESSION)
		return arena_printf(mem,
		    "The mail server %s refused %s: \"%s\".", t->server,
		    refused[r->step], r->text);
	append(&shown, trouble, strlen(trouble));
	if (r->code >= REFUSED)
		return arena_printf(mem, "The mail server %s said \"%s\" (%s).",
		    t->server, r->text, shown.text);
	return arena_printf(mem, "The mail server %s does not take mail: %s.",
	    t->server, shown.text);
}
