/*
 * What people have set for themselves. A domain of its own, below auth/, whose
 * mails depend on it. Grouped by the file that implements.
 */
#ifndef PREFERENCES_MODEL_H
#define PREFERENCES_MODEL_H

#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;

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

/* router.c */
extern const struct domain preferences;

#endif
