/*
 * What somebody typed to find accounts, as a question to the database.
 */
#include <string.h>

#include "core/email.h"
#include "core/words.h"
#include "http/router.h"
#include "users/forms.h"

static void
give(struct presence *given, const char *name)
{
	const struct field *f = schema_field(&user_asked, name);

	given->given |= UINT64_C(1) << (f - user_asked.fields);
}

/* The bytes at p that part two words, 0: they are of one. */
static size_t
parting(const char *p)
{
	static const char *const marks[] = {" ", "\t", ".", "@", "-", "_", "+",
	    "'", "(", ")", "\"", ",", "/", ";", ":", "\u2019", "\u00ab",
	    "\u00bb"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const size_t n = strlen(marks[i]);

		if (strncmp(p, marks[i], n) == 0)
			return n;
	}
	return 0;
}

/*
 * The words as the column `words` has them: what parts them there parts them
 * here, and each has its mark. NULL: there is none.
 */
static const char *
marked(struct arena *mem, const char *q)
{
	char *text = arena_alloc(mem, 3 * strlen(q) + 3, 1);
	char *p = text;
	size_t n;

	*p++ = 'z';
	*p++ = 'z';
	while (*q != '\0') {
		n = parting(q);
		if (n == 0) {
			*p++ = *q++;
			continue;
		}
		memcpy(p, " zz", 3);
		p += 3;
		q += n;
	}
	return words_query(mem, text) != NULL ? text : NULL;
}

/* An address is found by how it begins: that of most people ends alike. */
static bool
is_address(const char *q)
{
	return *q != '\0' && strchr(q, ' ') == NULL &&
	       strchr(q + 1, '@') != NULL;
}

static const char *
trim(struct arena *mem, const char *text)
{
	size_t n;

	text += strspn(text, " ");
	for (n = strlen(text); n > 0 && text[n - 1] == ' ';)
		n--;
	return arena_copy(mem, text, n);
}

enum err
users_find(struct ctx *c, struct listing *out)
{
	const struct user_query *in = INPUT(c, user_query);
	const struct page at = {in->skip, in->limit};
	const char *q = trim(c->mem, in->q != NULL ? in->q : "");
	struct user_asked asked = {
	    .is_active = in->is_active, .is_superuser = in->is_superuser};
	struct presence given = {0};

	if (is_address(q)) {
		asked.address = email_fold(c->mem, q);
		give(&given, "address");
	} else if (*q != '\0') {
		asked.words = marked(c->mem, q);
		give(&given, "words");
	}
	*out = (struct listing){0};
	if (*q != '\0' && asked.address == NULL && asked.words == NULL)
		return OK;
	if (HAS(c, in, is_active))
		give(&given, "is_active");
	if (HAS(c, in, is_superuser))
		give(&given, "is_superuser");
	if (given.given == 0)
		return users_list(
		    c->db, at.skip, at.limit, &out->data, &out->count);
	return users_found(c->db, &asked, &given, &at, out);
}
