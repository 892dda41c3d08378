/* What both sides of an e-mail address have in common: which characters are
 * sensible, how they are named in a reason, where periods may stand. */
#include "core/email_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uniname.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/buf.h"
#include "core/log.h"

enum { REASON_MAX = 64 << 10 };

bool
email_refuse(struct email_work *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->why = arena_vprintf(w->mem, format, args);
	va_end(args);
	return false;
}

static bool
is_in(uint32_t c, uint32_t categories)
{
	return uc_is_general_category_withtable(c, categories);
}

static bool
is_shown(uint32_t c)
{
	return is_in(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N |
			    UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S);
}

const char *
email_show(struct arena *mem, uint32_t c)
{
	char name[UNINAME_MAX];
	const char *quote = c == '\'' || c == '\\' ? "\"" : "'";

	if (is_shown(c)) {
		struct span one = {&c, 1};
		return arena_printf(
		    mem, "%s%s%s", quote, email_utf8(mem, one), quote);
	}
	if (unicode_character_name(c, name) != NULL)
		return arena_strdup(mem, name);
	return arena_printf(mem, c < 0xFFFF ? "U+%04X" : "U+%08X", c);
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "<intro>: A, B." Sorts and thins out `bad`. */
static bool
refuse_chars(struct email_work *w, const char *intro, uint32_t *bad, size_t n,
    bool sort_shown)
{
	const char **shown = NEW_N(w->mem, const char *, n);
	struct buf text;
	size_t kept = 0;

	qsort(bad, n, sizeof(*bad), by_value);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || bad[i] != bad[i - 1])
			shown[kept++] = email_show(w->mem, bad[i]);
	if (sort_shown)
		qsort(shown, kept, sizeof(*shown), by_text);

	buf_init(&text, REASON_MAX);
	buf_puts(&text, intro);
	for (size_t i = 0; i < kept; i++)
		buf_printf(&text, "%s%s", i == 0 ? ": " : ", ", shown[i]);
	buf_putc(&text, '.');
	w->why = arena_copy(w->mem, text.data, text.len);
	buf_free(&text);
	return false;
}

bool
email_check_chars(struct email_work *w, struct span s,
    bool (*allowed)(uint32_t), const char *intro)
{
	uint32_t *bad = NEW_N(w->mem, uint32_t, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (!allowed(s.at[i]))
			bad[n++] = s.at[i];
	return n == 0 || refuse_chars(w, intro, bad, n, true);
}

bool
email_check_safe(struct email_work *w, struct span s, bool spaces)
{
	uint32_t *bad = NEW_N(w->mem, uint32_t, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (is_shown(s.at[i]))
			continue;
		if (i > 0 && is_in(s.at[i], UC_CATEGORY_MASK_M))
			continue;
		if (spaces && is_in(s.at[i], UC_CATEGORY_MASK_Zs))
			continue;
		bad[n++] = s.at[i];
	}
	return n == 0 ||
	       refuse_chars(w, "The email address contains unsafe characters",
		   bad, n, false);
}

static bool
has_pair(struct span s, uint32_t a, uint32_t b)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.at[i - 1] == a && s.at[i] == b)
			return true;
	return false;
}

static bool
refuse_end(struct email_work *w, const struct email_end *end, const char *what)
{
	return email_refuse(w, "An email address cannot %s a %s%s.", end->verb,
	    what, end->where);
}

bool
email_check_dots(
    struct email_work *w, struct span s, const struct email_ends *ends)
{
	if (s.n == 0)
		return true;
	if (s.at[s.n - 1] == '.')
		return refuse_end(w, &ends->last, "period");
	if (s.at[0] == '.')
		return refuse_end(w, &ends->first, "period");
	if (has_pair(s, '.', '.'))
		return email_refuse(
		    w, "An email address cannot have two periods in a row.");
	if (!ends->hyphens)
		return true;
	if (s.at[s.n - 1] == '-')
		return refuse_end(w, &ends->last, "hyphen");
	if (s.at[0] == '-')
		return refuse_end(w, &ends->first, "hyphen");
	if (has_pair(s, '.', '-') || has_pair(s, '-', '.'))
		return email_refuse(w,
		    "An email address cannot have a period and a hyphen next "
		    "to each other.");
	return true;
}

struct span
email_span(struct arena *mem, const char *utf8)
{
	size_t n = strlen(utf8);
	uint32_t *out = NEW_N(mem, uint32_t, n + 1);

	if (u8_to_u32((const uint8_t *)utf8, n, out, &n) != out)
		log_fatal("out of memory");
	return (struct span){out, n};
}

const char *
email_utf8(struct arena *mem, struct span s)
{
	size_t n = s.n * 4 + 1;
	uint8_t *out = NEW_N(mem, uint8_t, n);

	if (u32_to_u8(s.at, s.n, out, &n) != out)
		log_fatal("out of memory");
	return (const char *)out;
}

struct span
email_nfc(struct arena *mem, struct span s)
{
	size_t n = 0;
	uint32_t *made = u32_normalize(UNINORM_NFC, s.at, s.n, NULL, &n);
	uint32_t *out = NEW_N(mem, uint32_t, n + 1);

	if (made == NULL)
		log_fatal("out of memory");
	memcpy(out, made, n * sizeof(*out));
	free(made);
	return (struct span){out, n};
}

bool
email_is_same(struct span a, struct span b)
{
	return a.n == b.n && memcmp(a.at, b.at, a.n * sizeof(*a.at)) == 0;
}

bool
email_is_atext(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c > 0 && c < 128 && strchr("_!#$%&'*+-/=?^`{|}~", (int)c));
}
