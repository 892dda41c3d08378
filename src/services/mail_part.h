/* Between the files that send mail: the two ways to do it. mail.h is for
 * everybody else. */
#ifndef SERVICES_MAIL_PART_H
#define SERVICES_MAIL_PART_H

#include "core/arena.h"
#include "core/config.h"
#include "services/mail.h"
#include "services/message.h"

/* Both: NULL, and *why, when the settings are not usable. */

/* mail_file.c */
struct mailer *mail_file_new(struct arena *, const struct config *,
    const struct message_sender *, const char **why);

/* mail_smtp.c */
struct mailer *mail_smtp_new(struct arena *, const struct config *,
    const struct message_sender *, const char **why);

#endif
