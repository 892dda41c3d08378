/*
 * The language of a mail: what its recipient has set, else what the caller
 * would be given for the recipient.
 */
#include "core/template.h"
#include "http/ctx.h"
#include "http/dispatch.h"
#include "preferences/model.h"

enum err
preferences_language(struct db *db, const struct templates *templates,
    struct uuid user_id, const char *otherwise, const char **language)
{
	const char *set = NULL;
	struct preferences p;
	enum err err = preferences_of(db, user_id, &p);

	if (err)
		return err;
	if (p.locale != NULL)
		set = languages_match(templates_languages(templates), p.locale);
	*language = set != NULL ? set : otherwise;
	return OK;
}

const char *
preferences_asked(const struct ctx *c)
{
	return languages_accept(templates_languages(c->app->templates),
	    ctx_header(c, "accept-language"));
}

enum err
preferences_speak(
    struct ctx *c, struct uuid user_id, bool own, const char **language)
{
	return preferences_language(c->db, c->app->templates, user_id,
	    own ? preferences_asked(c) : NULL, language);
}
