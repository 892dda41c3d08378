/*
 * What people have set for themselves. A domain of its own, below users/ and
 * auth/, whose mails depend on it; its routes are users/preferences.c. Grouped
 * by the file that implements.
 */
#ifndef PREFERENCES_MODEL_H
#define PREFERENCES_MODEL_H

#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct templates;

/* A row of preferences, or what counts where there is none. */
struct preferences {
	const char *locale; /* "de-CH", or NULL: not said */
	const char *theme;  /* "system", "light", "dark" */
	bool notify_new_login;
};

/* What is not said stays as it is. */
struct preferences_update {
	bool sets_locale, sets_notify;
	const char *locale;
	const char *theme; /* NULL: not said */
	bool notify_new_login;
};

/* schemas.c */
extern const struct schema preferences_row, preferences_public;
extern const struct schema preferences_update;

/* dao.c */
enum err preferences_of(
    struct db *, struct uuid user_id, struct preferences *) MUST_CHECK;
enum err preferences_change(struct db *, struct uuid user_id,
    const struct preferences_update *, struct timestamp) MUST_CHECK;

/*
 * language.c: in which of the languages that there are (core/languages.h) a
 * mail to an account is written. NULL: in English.
 */
/* What the account has set, if its texts are there; else `otherwise`. */
enum err
preferences_language(struct db *, const struct templates *, struct uuid user_id,
    const char *otherwise, const char **language) MUST_CHECK;
/* What the request's Accept-Language wants, or NULL. */
const char *preferences_asked(const struct ctx *);
/*
 * For a task that a request writes. `own`: it is made by the recipient, whose
 * browser says what the account does not.
 */
enum err preferences_speak(struct ctx *, struct uuid user_id, bool own,
    const char **language) MUST_CHECK;

#endif
