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
	err = db_search_count(db, &asked, NULL, 0, most, &out->count);
	if (!err && out->count > most)
		out->count = most;
	return err;
}
