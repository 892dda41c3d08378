/*
 * Accounts that a list is asked for: by words of the address and the name, by
 * their state. The list of all is users_list().
 */
#include "db/search.h"
#include "users/forms.h"

/*
 * No order has to be forced upon the server: it tells by its statistics whether
 * what is asked for is rare, and read as such, or is among the newest anyway.
 */
static const struct search search = {.table = "users",
    .row = &user_plain,
    .key = "id",
    FILTERS({"words", "words", SEARCH_WORDS},
	{"address", "email_key", SEARCH_PREFIX},
	{"is_active", "is_active", SEARCH_IS},
	{"is_superuser", "is_superuser", SEARCH_IS}),
    ORDERS({"created_at", "created_at"}),
    .preset = "-created_at"};

struct total {
	int64_t n;
};
#define T struct total
SCHEMA(users_total, "Total", FIELD(n));
#undef T

static bool
has(const struct presence *given, const char *name)
{
	const struct field *f = schema_field(&user_asked, name);

	return given->given >> (f - user_asked.fields) & 1;
}

/* From the index users_superusers alone, whichever is asked for. */
static enum err
count_by_state(struct db *db, const struct user_asked *in,
    const struct presence *given, int64_t *n)
{
	const bool active = has(given, "is_active");
	const bool super = has(given, "is_superuser");
	struct total total = {0};
	enum err err = db_one(db, &users_total, &total,
	    SQL("SELECT COUNT(*) AS n FROM users WHERE is_superuser IN (?, ?)"
		" AND is_active IN (?, ?)",
		ARG(super && in->is_superuser), ARG(!super || in->is_superuser),
		ARG(active && in->is_active), ARG(!active || in->is_active)));

	*n = total.n;
	return err;
}

enum err
users_found(struct db *db, const struct user_asked *in,
    const struct presence *given, const struct page *at, struct listing *out)
{
	struct asked asked = {.search = &search,
	    .in = &user_asked,
	    .input = in,
	    .given = given,
	    .skip = at->skip,
	    .limit = at->limit};
	const int64_t most = in->words != NULL ? USERS_COUNTED : INT32_MAX;
	struct found found = {0};
	enum err err;

	if (!search_order(&search, NULL, &asked.order, &asked.descending))
		BUG("the preset of a search is none of its orders");
	err = db_search_found(db, &asked, NULL, 0, &found);
	if (err)
		return err;
	out->data = found.data;
	out->count =
	    found.counted ? found.count : at->skip + (int64_t)found.data.n;
	if ((int64_t)out->data.n > at->limit)
		out->data.n = (size_t)at->limit;
	else if (found.data.n > 0 || at->skip == 0)
		return OK;
	if (found.counted)
		return OK;
	if (in->words == NULL && in->address == NULL)
		return count_by_state(db, in, given, &out->count);
	err = db_search_count(db, &asked, NULL, 0, most, &out->count);
	if (!err && out->count > most)
		out->count = most;
	return err;
}
