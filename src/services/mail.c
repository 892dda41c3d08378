/* Which way mail goes, and who it is from, by the settings. */
#include "services/mail.h"

#include <signal.h>

#include <curl/curl.h>

#include "core/email.h"
#include "core/log.h"
#include "services/mail_part.h"

void
mail_library_open(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		log_fatal("libcurl does not start: is there memory left?");
	/* Mailers take no signals, and OpenSSL writes with plain write(2). */
	signal(SIGPIPE, SIG_IGN);
}

void
mail_library_close(void)
{
	curl_global_cleanup();
}

struct mailer *
mailer_new(struct arena *mem, const struct config *c, const char **why)
{
	bool is_smtp = *c->SMTP_HOST != '\0' && *c->EMAILS_FROM_EMAIL != '\0';
	struct message_sender from = {
	    .name = *c->EMAILS_FROM_NAME != '\0' ? c->EMAILS_FROM_NAME
						 : c->PROJECT_NAME,
	    .address = "noreply@localhost",
	};
	const char *fault;

	if (*c->EMAILS_FROM_EMAIL != '\0')
		from.address = email_to_ascii(mem, c->EMAILS_FROM_EMAIL);
	if (from.address == NULL) {
		*why = "EMAILS_FROM_EMAIL has no domain that mail can be sent "
		       "from.";
		return NULL;
	}
	if (!message_check_sender(mem, &from, &fault)) {
		*why = arena_printf(mem,
		    "%s Correct EMAILS_FROM_NAME (or PROJECT_NAME) and "
		    "EMAILS_FROM_EMAIL.",
		    fault);
		return NULL;
	}
	if (is_smtp)
		return mail_smtp_new(mem, c, &from, why);
	return mail_file_new(mem, c, &from, why);
}
