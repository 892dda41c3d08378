/*
 * Mails as bytes: RFC 5322 messages with a text and an HTML part, made for
 * sending and read again for people to look at.
 */
#ifndef SERVICES_MESSAGE_H
#define SERVICES_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "services/mail.h"

/* What a message may be at most, in bytes. */
enum { MESSAGE_MAX = 4 << 20 };

/* message.c */

/*
 * Who a mail is from. The domain of the address is ASCII (email_to_ascii());
 * a name of "" is left out.
 */
struct message_sender {
	const char *name, *address;
};

/* Nothing that could break a header or an SMTP command; else false, *why. */
bool message_check_sender(
    struct arena *, const struct message_sender *, const char **why);

/*
 * Appends the whole message, lines ending in CRLF. The same mail gives the
 * same bytes. `to` is the recipient with an ASCII domain. ERR_INVALID: *why.
 */
enum err message_compose(struct arena *, struct buf *, const struct mail *,
    const char *to, const struct message_sender *, const char **why);

/* message_part.c: what a header or a body has to look like on the wire. */

/* A line of at most 78 columns is left where that can be. */
void message_put_word(struct buf *, const char *, size_t n);
/* One line of UTF-8 where free text may stand (RFC 2047 where needed). */
void message_put_text(struct buf *, const char *);
/* A name before an address: as it is, "quoted", or by RFC 2047. */
void message_put_name(struct buf *, const char *);
void message_put_quoted_printable(struct buf *, const char *);
void message_put_base64(struct buf *, const char *, size_t n);

/* message_read.c: of any file, however broken; bytes may be anything. */

struct bytes {
	const char *at; /* NULL: there is none */
	size_t n;
};

/* The first header of that name, unfolded, encoded words decoded to UTF-8. */
struct bytes
message_header(struct arena *, struct bytes message, const char *name);
/* The first body of a media type ("text/html"), decoded. */
struct bytes
message_body(struct arena *, struct bytes message, const char *type);

#endif
