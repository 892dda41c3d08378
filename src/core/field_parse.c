/* One value from a text: query values, form fields, settings, and JSON strings
 * that stand for something else. Accepts what pydantic's lax mode accepts. */
#include "core/field.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/email.h"
#include "core/utf8.h"

enum { UUID_WHY = 80 };

enum err
field_store_bool(const struct conversion *c, bool value)
{
	*FIELD_AT(bool, c->row, c->field) = value;
	return OK;
}

enum err
field_store_int(const struct conversion *c, int64_t value)
{
	const struct field *f = c->field;
	bool bounded = f->min != 0 || f->max != 0 || f->flags & BOUNDED;

	if (bounded && value < f->min) {
		c->fault->context =
		    arena_printf(c->mem, "{\"ge\":%lld}", (long long)f->min);
		return fault_set(c->fault, "greater_than_equal",
		    arena_printf(c->mem,
			"Input should be greater than or equal to %lld",
			(long long)f->min));
	}
	if (bounded && value > f->max) {
		c->fault->context =
		    arena_printf(c->mem, "{\"le\":%lld}", (long long)f->max);
		return fault_set(c->fault, "less_than_equal",
		    arena_printf(c->mem,
			"Input should be less than or equal to %lld",
			(long long)f->max));
	}
	*FIELD_AT(int64_t, c->row, f) = value;
	return OK;
}

enum err
field_store_real(const struct conversion *c, double value)
{
	if (!isfinite(value))
		return fault_set(c->fault, "finite_number",
		    "Input should be a finite number");
	*FIELD_AT(double, c->row, c->field) = value;
	return OK;
}

/* The whole of p[0..n) is `word`, in any case. */
static bool
is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static enum err
parse_bool(const struct conversion *c, const char *p, size_t n)
{
	static const char *const words[2][6] = {
	    {"false", "0", "f", "n", "no", "off"},
	    {"true", "1", "t", "y", "yes", "on"}};

	for (int value = 0; value < 2; value++)
		for (int i = 0; i < 6; i++)
			if (is_word(p, n, words[value][i]))
				return field_store_bool(c, value);
	return fault_set(c->fault, "bool_parsing",
	    "Input should be a valid boolean, unable to interpret input");
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Without the white space around it. */
static void
trim(const char **p, size_t *n)
{
	static const char space[] = " \t\n\v\f\r";

	while (*n > 0 && memchr(space, **p, sizeof(space) - 1)) {
		++*p;
		--*n;
	}
	while (*n > 0 && memchr(space, (*p)[*n - 1], sizeof(space) - 1))
		--*n;
}

/*
 * The text with no underscore between two digits, NUL-terminated; NULL when
 * one stands elsewhere.
 */
static char *
drop_underscores(const struct conversion *c, const char *p, size_t n)
{
	char *out = arena_alloc(c->mem, 1, n + 1);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '_')
			out[kept++] = p[i];
		else if (i == 0 || i + 1 == n || !is_digit(p[i - 1]) ||
			 !is_digit(p[i + 1]))
			return NULL;
	}
	out[kept] = '\0';
	return strlen(out) == kept ? out : NULL;
}

/* "+5", "-0", "1_000", "5.0", but neither "1." nor "1e2". */
static enum err
parse_int(const struct conversion *c, const char *p, size_t n)
{
	const char *text, *digits;
	bool negative, big = false;
	int64_t value = 0;

	trim(&p, &n);
	text = drop_underscores(c, p, n);
	negative = text != NULL && *text == '-';
	digits = text;
	if (text != NULL && (*text == '-' || *text == '+'))
		digits = ++text;
	for (; text != NULL && is_digit(*text); text++) {
		int64_t digit = *text - '0';

		big |= __builtin_mul_overflow(value, 10, &value);
		big |= __builtin_sub_overflow(value, digit, &value);
	}
	if (text != digits && *text == '.' && text[1] == '0')
		text += 1 + strspn(text + 1, "0");
	if (text == digits || *text != '\0')
		return fault_set(c->fault, "int_parsing",
		    "Input should be a valid integer, unable to parse string "
		    "as an integer");
	if (big || (!negative && value == INT64_MIN))
		return fault_set(c->fault, "int_parsing_size",
		    "Unable to parse input string as an integer, exceeded "
		    "maximum size");
	return field_store_int(c, negative ? value : -value);
}

/* "1", "1.", ".5", "1e9"; not strtod's hexadecimal forms. */
static bool
is_decimal(const char *p)
{
	size_t whole, fraction = 0;

	p += *p == '-' || *p == '+';
	whole = strspn(p, "0123456789");
	p += whole;
	if (*p == '.') {
		fraction = strspn(++p, "0123456789");
		p += fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!is_digit(*p))
			return false;
		p += strspn(p, "0123456789");
	}
	return *p == '\0';
}

static bool
is_infinite(const char *p)
{
	p += *p == '-' || *p == '+';
	return strcasecmp(p, "nan") == 0 || strcasecmp(p, "inf") == 0 ||
	       strcasecmp(p, "infinity") == 0;
}

static enum err
parse_real(const struct conversion *c, const char *p, size_t n)
{
	const char *text;

	trim(&p, &n);
	text = drop_underscores(c, p, n);
	if (text != NULL && is_decimal(text))
		return field_store_real(c, strtod(text, NULL));
	if (text != NULL && is_infinite(text))
		return field_store_real(c, INFINITY);
	return fault_set(c->fault, "float_parsing",
	    "Input should be a valid number, unable to parse string as a "
	    "number");
}

static enum err
check_length(const struct conversion *c, const char *text)
{
	const struct field *f = c->field;
	int64_t length = (int64_t)utf8_length(text);
	bool is_long = f->max > 0 && length > f->max;
	int64_t bound = is_long ? f->max : f->min;

	if (!is_long && length >= f->min)
		return OK;
	c->fault->context = arena_printf(c->mem, "{\"%s_length\":%lld}",
	    is_long ? "max" : "min", (long long)bound);
	return fault_set(c->fault,
	    is_long ? "string_too_long" : "string_too_short",
	    arena_printf(c->mem, "String should have at %s %lld character%s",
		is_long ? "most" : "least", (long long)bound,
		bound == 1 ? "" : "s"));
}

static enum err
check_pattern(const struct conversion *c, const char *text)
{
	const char *pattern = c->field->pattern;
	regex_t compiled;
	int rc;

	if (pattern == NULL)
		return OK;
	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		BUG("a field's pattern does not compile");
	rc = regexec(&compiled, text, 0, NULL, 0);
	regfree(&compiled);
	if (rc == 0)
		return OK;
	c->fault->context = arena_printf(
	    c->mem, "{\"pattern\":%s}", fault_quote(c->mem, pattern));
	return fault_set(c->fault, "string_pattern_mismatch",
	    arena_printf(c->mem, "String should match pattern '%s'", pattern));
}

static enum err
parse_email(const struct conversion *c, const char **text)
{
	const char *why;
	const char *address = email_normalise(c->mem, *text, &why);

	if (address != NULL) {
		*text = address;
		return OK;
	}
	c->fault->context =
	    arena_printf(c->mem, "{\"reason\":%s}", fault_quote(c->mem, why));
	return fault_set(c->fault, "value_error",
	    arena_printf(
		c->mem, "value is not a valid email address: %s", why));
}

static enum err
parse_text(const struct conversion *c, const char *p, size_t n)
{
	const char *text = arena_copy(c->mem, p, n);
	enum err err = OK;

	if (strlen(text) != n)
		return fault_set(c->fault, "value_error",
		    "Value error, text must not contain U+0000");
	if (c->field->format == FORMAT_EMAIL)
		err = parse_email(c, &text);
	if (!err)
		err = check_length(c, text);
	if (!err)
		err = check_pattern(c, text);
	if (!err)
		*FIELD_AT(const char *, c->row, c->field) = text;
	return err;
}

/* What stands for "none" in a struct may not come in as a value. */
static bool
is_value_none(const struct conversion *c)
{
	return c->field->from == FROM_BODY && !(c->field->flags & NULLABLE) &&
	       field_is_none(c->field, c->row);
}

static enum err
parse_uuid(const struct conversion *c, const char *p, size_t n)
{
	const char *text = arena_copy(c->mem, p, n);
	char why[UUID_WHY];

	if (strlen(text) != n) {
		text = "invalid character: found U+0000";
	} else if (uuid_parse(
		       text, FIELD_AT(struct uuid, c->row, c->field), why)) {
		if (is_value_none(c))
			return fault_set(c->fault, "value_error",
			    "Value error, the nil UUID is no value here");
		return OK;
	} else {
		text = arena_strdup(c->mem, why);
	}
	c->fault->context =
	    arena_printf(c->mem, "{\"error\":%s}", fault_quote(c->mem, text));
	return fault_set(c->fault, "uuid_parsing",
	    arena_printf(c->mem, "Input should be a valid UUID, %s", text));
}

static enum err
parse_time(const struct conversion *c, const char *p, size_t n)
{
	const char *text = arena_copy(c->mem, p, n);

	if (strlen(text) != n ||
	    !time_parse(text, FIELD_AT(struct timestamp, c->row, c->field))) {
		c->fault->context = "{\"error\":\"not a date and time of "
				    "RFC 3339\"}";
		return fault_set(c->fault, "datetime_parsing",
		    "Input should be a valid datetime, not a date and time "
		    "of RFC 3339");
	}
	if (is_value_none(c))
		return fault_set(c->fault, "value_error",
		    "Value error, the moment 0 is no value here");
	return OK;
}

enum err
field_from_text(const struct conversion *c, const char *p, size_t n)
{
	switch (c->field->type) {
	case FIELD_BOOL:
		return parse_bool(c, p, n);
	case FIELD_INT:
		return parse_int(c, p, n);
	case FIELD_REAL:
		return parse_real(c, p, n);
	case FIELD_TEXT:
		return parse_text(c, p, n);
	case FIELD_UUID:
		return parse_uuid(c, p, n);
	case FIELD_TIME:
		return parse_time(c, p, n);
	case FIELD_TEXTS:
		return fault_type(c);
	case FIELD_JSON:
		return field_document_from_text(c, p, n);
	case FIELD_MAP:
		return fault_type(c);
	case FIELD_LIST:
	case FIELD_OBJECT:
		break;
	}
	BUG("a list is no input");
}

enum err
field_parse(struct arena *mem, const struct field *f, const char *text,
    size_t n, void *row, struct fault *fault)
{
	const struct conversion c = {mem, f, row, fault};
	enum err err;

	*fault = (struct fault){0};
	err = field_from_text(&c, text, n);
	if (err && !(f->flags & SECRET))
		fault->input = fault_echo_text(mem, text, n);
	return err;
}
