/* What an SMTP server says while a mail is handed to it, and what follows from
 * a refusal. For mail_smtp.c alone. */
#ifndef SERVICES_SMTP_TALK_H
#define SERVICES_SMTP_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

enum { SMTP_TEXT = 256, SMTP_SECRETS = 3 };

/* How far a mail has come: what the next reply answers. */
enum smtp_step {
	SMTP_SESSION, /* greeting, EHLO, TLS, sign-in */
	SMTP_SENDER,
	SMTP_RECIPIENT,
	SMTP_DATA,
	SMTP_CONTENT,
	SMTP_DONE
};

/* The newest reply, its lines joined and cut; printable ASCII, no secret. */
struct smtp_reply {
	char text[SMTP_TEXT];
	size_t n;
	int code;            /* 0: none yet */
	enum smtp_step step; /* that it answers */
	bool ended;
};

struct smtp_talk {
	const char *server;                /* host:port, for people */
	const char *secrets[SMTP_SECRETS]; /* never shown; NULL: none */
	struct smtp_reply reply;
	enum smtp_step step;
	bool offers_utf8; /* the connection does, SMTPUTF8 (RFC 6531) */
};

/* A new mail, perhaps on a connection that stands. */
void smtp_talk_start(struct smtp_talk *);
/* The session stands: the sender comes next. */
void smtp_talk_begin(struct smtp_talk *);
/* One line of the server's, with or without its CRLF. */
void smtp_talk_hear(struct smtp_talk *, const char *line, size_t n);

/* Whether the newest reply says that this mail is never to be tried again. */
bool smtp_talk_is_final(const struct smtp_talk *);
/* A sentence; `trouble` is libcurl's view, said when no reply explains it. */
const char *smtp_talk_explain(
    const struct smtp_talk *, struct arena *, const char *trouble);

#endif
