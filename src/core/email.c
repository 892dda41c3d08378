/* E-mail addresses from outside: taken apart, checked and put together again
 * as email-validator does, so that clients see the reasons that they know. */
#include "core/email.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "core/email_part.h"
#include "core/log.h"

enum { INPUT_MAX = 2048 /* code points */, EMAIL_MAX = 254 /* bytes */ };

/* What split() finds. */
struct parts {
	struct span local, domain;
	bool quoted; /* the local part was */
	bool named;  /* it stood in angle brackets */
};

static const struct email_ends local_ends = {.first = {"start with", ""},
    .last = {"have", " immediately before the @-sign"}};

static bool
is_space(uint32_t c)
{
	return uc_is_property_white_space(c) || (c >= 0x1C && c <= 0x1F);
}

static bool
is_local(uint32_t c)
{
	return email_is_atext(c) || c == '.' || c >= 0x80;
}

static bool
is_quoted(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7E) || c >= 0x80;
}

static bool
is_plain_name(uint32_t c)
{
	return email_is_atext(c) || c == ' ';
}

static bool
is_name(uint32_t c)
{
	return email_is_atext(c) ||
	       uc_is_general_category_withtable(
		   c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_space(s.at[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_space(s.at[0])) {
		s.at++;
		s.n--;
	}
	return s;
}

/* After `from`: white space, '<', something on one line, '>' at the end. */
static bool
bracket(struct span s, size_t from, struct span *inside)
{
	while (from < s.n && is_space(s.at[from]))
		from++;
	if (from + 2 >= s.n || s.at[from] != '<')
		return false;
	*inside = (struct span){s.at + from + 1, s.n - from - 2};
	for (size_t i = 0; i < inside->n; i++)
		if (inside->at[i] == '\n')
			return false;
	return true;
}

/* `Name <a@b.c>`, `"Any name" <a@b.c>` and `<a@b.c>` are read as a@b.c. */
static struct span
strip_name(struct span s)
{
	struct span inside;
	size_t i = 0;

	s = trim(s);
	if (s.n == 0 || s.at[s.n - 1] != '>')
		return s;
	if (s.at[0] != '"') {
		while (i < s.n && (is_name(s.at[i]) || is_space(s.at[i])))
			i++;
		return bracket(s, i, &inside) ? trim(inside) : s;
	}
	for (i = s.n - 1; i > 1; i--)
		if (s.at[i] == '"')
			break;
	if (i > 1 && bracket(s, i + 1, &inside))
		return trim(inside);
	return s;
}

/* With a combining mark behind it, '<' or '@' may be another character. */
static bool
is_combined(struct arena *mem, struct span s)
{
	size_t n = 1;

	while (n < s.n && uc_combining_class(s.at[n]) != 0)
		n++;
	if (n == 1)
		return false;
	return email_nfc(mem, (struct span){s.at, n}).at[0] != s.at[0];
}

/* The index of the first '@' (or '<') that stands outside quotes, or s.n. */
static size_t
find_special(struct arena *mem, struct span s, bool angle)
{
	bool inside = false, escaped = false;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t c = s.at[i];
		struct span rest = {s.at + i, s.n - i};
		bool special = c == '@' || (angle && c == '<');

		if ((c != '"' && c != '\\' && !special) ||
		    is_combined(mem, rest)) {
			escaped = false;
			continue;
		}
		if (!inside && special)
			return i;
		if (c == '"' && !escaped)
			inside = !inside;
		escaped = inside && c == '\\' && !escaped;
	}
	return s.n;
}

static bool
refuse_no_at(struct email_work *w, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.at[i] == 0xFF20)
			return email_refuse(w,
			    "The email address has the \"full-width\" at-sign "
			    "(@) character instead of a regular at-sign.");
		if (s.at[i] == 0xFE6B)
			return email_refuse(w,
			    "The email address has the \"small commercial "
			    "at\" character instead of a regular at-sign.");
	}
	return email_refuse(w, "An email address must have an @-sign.");
}

/* Takes quotes and escapes away, when it begins with a quote. */
static bool
unquote(struct email_work *w, struct span *s, bool *quoted)
{
	uint32_t *out = NEW_N(w->mem, uint32_t, s->n + 1);
	size_t n = 0, i;

	*quoted = s->n > 0 && s->at[0] == '"';
	if (!*quoted)
		return true;
	for (i = 1; i < s->n && s->at[i] != '"'; i++) {
		if (s->at[i] == '\\' && ++i == s->n)
			break;
		out[n++] = s->at[i];
	}
	if (i + 1 < s->n)
		return email_refuse(w,
		    "Extra character(s) found after close quote: %s",
		    email_show(w->mem, s->at[i + 1]));
	*s = (struct span){out, n};
	return true;
}

/* The name in front of an angle bracket that strip_name() did not take. */
static bool
check_name(struct email_work *w, struct span name)
{
	bool quoted;

	while (name.n > 0 && is_space(name.at[name.n - 1]))
		name.n--;
	if (!unquote(w, &name, &quoted))
		return false;
	if (!quoted &&
	    !email_check_chars(w, name, is_plain_name,
		"The display name contains invalid characters when not "
		"quoted"))
		return false;
	return email_check_safe(w, name, true);
}

/* `s` begins with '<': reduces it to what stands in the brackets. */
static bool
open_brackets(struct email_work *w, struct span *s)
{
	size_t i = 0;

	while (i < s->n && s->at[i] != '>')
		i++;
	if (i == s->n)
		return email_refuse(w,
		    "An open angle bracket at the start of the email address "
		    "has to be followed by a close angle bracket at the end.");
	while (s->at[s->n - 1] == ' ')
		s->n--;
	if (s->at[s->n - 1] != '>')
		return email_refuse(
		    w, "There can't be anything after the email address.");
	while (s->n > 0 && s->at[s->n - 1] == '>')
		s->n--;
	s->at++;
	s->n--;
	return true;
}

static bool
split(struct email_work *w, struct span s, struct parts *out)
{
	size_t at = find_special(w->mem, s, true);

	out->named = at < s.n && s.at[at] == '<';
	if (out->named) {
		if (!check_name(w, (struct span){s.at, at}))
			return false;
		s = (struct span){s.at + at, s.n - at};
		if (!open_brackets(w, &s))
			return false;
		at = find_special(w->mem, s, false);
	}
	if (at == s.n)
		return refuse_no_at(w, s);
	out->local = (struct span){s.at, at};
	out->domain = (struct span){s.at + at + 1, s.n - at - 1};
	return unquote(w, &out->local, &out->quoted);
}

static bool
check_local(struct email_work *w, struct span s, bool quoted)
{
	if (s.n == 0)
		return email_refuse(
		    w, "There must be something before the @-sign.");
	if (quoted)
		return email_check_chars(w, s, is_quoted,
			   "The email address contains invalid characters in "
			   "quotes before the @-sign") &&
		       email_check_safe(w, s, true);
	return email_check_chars(w, s, is_local,
		   "The email address contains invalid characters before "
		   "the @-sign") &&
	       email_check_dots(w, s, &local_ends) &&
	       email_check_safe(w, s, false);
}

static bool
read_local(struct email_work *w, struct parts *p)
{
	struct span nfc;

	if (!check_local(w, p->local, p->quoted))
		return false;
	nfc = email_nfc(w->mem, p->local);
	if (!email_is_same(nfc, p->local) && !check_local(w, nfc, p->quoted))
		return email_refuse(
		    w, "After Unicode normalization: %s", w->why);
	if (p->quoted)
		return email_refuse(w,
		    "Quoting the part before the @-sign is not allowed here.");
	p->local = nfc;
	return true;
}

/* In bytes; `how` is NULL for the address as it was typed. */
static bool
check_length(struct email_work *w, const char *address, const char *how)
{
	size_t n = strlen(address), widest = 1, over, least;

	if (n <= EMAIL_MAX)
		return true;
	over = n - EMAIL_MAX;
	if (how != NULL)
		return email_refuse(w,
		    "The email address is too long %s (%zu byte%s too many).",
		    how, over, over == 1 ? "" : "s");
	for (const char *p = address; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		size_t width = c >= 0xF0   ? 4
			       : c >= 0xE0 ? 3
			       : c >= 0xC0 ? 2
					   : 1;
		widest = width > widest ? width : widest;
	}
	least = over / widest > 0 ? over / widest : 1;
	if (least == over)
		return email_refuse(w,
		    "The email address is too long (%zu character%s too "
		    "many).",
		    over, over == 1 ? "" : "s");
	return email_refuse(w,
	    "The email address is too long (%zu-%zu characters too many).",
	    least, over);
}

static const char *
assemble(struct email_work *w, struct span s)
{
	struct parts p;
	struct email_domain domain;
	const char *typed, *local, *out;

	if (!split(w, s, &p))
		return NULL;
	typed = arena_printf(w->mem, "%s@%s", email_utf8(w->mem, p.local),
	    email_utf8(w->mem, p.domain));
	if (!read_local(w, &p) || !email_read_domain(w, p.domain, &domain))
		return NULL;
	local = email_utf8(w->mem, p.local);
	out = arena_printf(w->mem, "%s@%s", local, domain.shown);
	if (!check_length(w, typed, NULL) ||
	    !check_length(w, out, "after normalization") ||
	    !check_length(w, arena_printf(w->mem, "%s@%s", local, domain.ascii),
		"when the part after the @-sign is converted to IDNA ASCII"))
		return NULL;
	if (p.named) {
		email_refuse(w,
		    "A display name and angle brackets around the email "
		    "address are not permitted here.");
		return NULL;
	}
	return out;
}

const char *
email_normalise(struct arena *mem, const char *text, const char **why)
{
	struct email_work w = {.mem = mem};
	struct span s = email_span(mem, text);
	const char *out = NULL;

	if (s.n > INPUT_MAX)
		w.why = "Length must not exceed 2048 characters";
	else
		out = assemble(&w, strip_name(s));
	*why = w.why;
	return out;
}

const char *
email_fold(struct arena *mem, const char *address)
{
	const char *at = strrchr(address, '@');
	size_t local = at != NULL ? (size_t)(at - address) : strlen(address);
	const uint8_t *text = (const uint8_t *)address;
	size_t nlocal = 0, ndomain = 0;
	uint8_t *folded, *lower;
	const char *out;

	folded = u8_casefold(text, local, NULL, UNINORM_NFC, NULL, &nlocal);
	/* Not folded: two domains may differ in what folding makes equal. */
	lower = u8_tolower(text + local, strlen(address) - local, NULL,
	    UNINORM_NFC, NULL, &ndomain);
	if (folded == NULL || lower == NULL)
		log_fatal("out of memory");
	out = arena_printf(mem, "%.*s%.*s", (int)nlocal, (char *)folded,
	    (int)ndomain, (char *)lower);
	free(folded);
	free(lower);
	return out;
}
