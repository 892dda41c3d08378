/*
 * Sending mail: over SMTP (libcurl), or into a folder as .eml files when no
 * SMTP server is set. Messages are RFC 5322 with a text and an HTML part
 * (multipart/alternative, RFC 2046), UTF-8, headers encoded by RFC 2047.
 */
#ifndef SERVICES_MAIL_H
#define SERVICES_MAIL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/time.h"

struct mail {
	const char *id;      /* left part of Message-ID: [A-Za-z0-9-]+ */
	const char *to;      /* an address as core/email.h gives it */
	const char *subject; /* one line of UTF-8 */
	const char *text, *html;
	const char *language;  /* of both: "ru"; NULL: not said */
	struct timestamp date; /* when it was asked for: of each try the same */
};

/* One thread at a time uses it; it keeps its connection between mails. */
struct mailer {
	/*
	 * ERR_INVALID: never to be tried again (a header that would break the
	 * message, an address that the server refuses for good, 5yz).
	 * ERR_BUSY: later, maybe (4yz, no server, a time-out). *why is a
	 * sentence in the arena, without secrets.
	 */
	enum err (*send)(struct mailer *, struct arena *, const struct mail *,
	    int timeout_ms, const char **why);
	void (*close)(struct mailer *);
};

/* Once per process, before any thread, and once after all. */
void mail_library_open(void);
void mail_library_close(void);

/*
 * By the settings: SMTP when SMTP_HOST and EMAILS_FROM_EMAIL are set, else
 * files in MAIL_DIR (made when missing). NULL: *why. The config outlives it.
 */
struct mailer *
mailer_new(struct arena *, const struct config *, const char **why);

#endif
