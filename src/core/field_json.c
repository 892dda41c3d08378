/* One value from a JSON document, with pydantic's lax coercions: numbers and
 * truth values stand for each other where nothing is lost, texts never. */
#include "core/field.h"

#include <math.h>

static enum err
unclear_bool(const struct conversion *c)
{
	return fault_set(c->fault, "bool_parsing",
	    "Input should be a valid boolean, unable to interpret input");
}

static enum err
bool_from_real(const struct conversion *c, double value)
{
	if (!isfinite(value) || value != trunc(value))
		return fault_type(c);
	if (value != 0 && value != 1)
		return unclear_bool(c);
	return field_store_bool(c, value == 1);
}

static enum err
int_from_real(const struct conversion *c, double value)
{
	if (!isfinite(value))
		return fault_set(c->fault, "finite_number",
		    "Input should be a finite number");
	if (value != trunc(value))
		return fault_set(c->fault, "int_from_float",
		    "Input should be a valid integer, got a number with a "
		    "fractional part");
	/* Both ends are exact: -2^63 and 2^63. */
	if (value < -0x1p63 || value >= 0x1p63)
		return fault_set(c->fault, "int_parsing_size",
		    "Unable to parse input string as an integer, exceeded "
		    "maximum size");
	return field_store_int(c, (int64_t)value);
}

static enum err
from_bool(const struct conversion *c, bool value)
{
	switch (c->field->type) {
	case FIELD_BOOL:
		return field_store_bool(c, value);
	case FIELD_INT:
		return field_store_int(c, value);
	case FIELD_REAL:
		return field_store_real(c, value);
	default:
		return fault_type(c);
	}
}

static enum err
from_int(const struct conversion *c, int64_t value)
{
	switch (c->field->type) {
	case FIELD_BOOL:
		if (value != 0 && value != 1)
			return unclear_bool(c);
		return field_store_bool(c, value == 1);
	case FIELD_INT:
		return field_store_int(c, value);
	case FIELD_REAL:
		return field_store_real(c, (double)value);
	default:
		return fault_type(c);
	}
}

static enum err
from_real(const struct conversion *c, double value)
{
	switch (c->field->type) {
	case FIELD_BOOL:
		return bool_from_real(c, value);
	case FIELD_INT:
		return int_from_real(c, value);
	case FIELD_REAL:
		return field_store_real(c, value);
	default:
		return fault_type(c);
	}
}

enum err
field_from_json(const struct conversion *c, const struct json *value)
{
	const char *text;
	size_t n;

	switch (json_kind(value)) {
	case JSON_BOOL:
		return from_bool(c, json_is_true(value));
	case JSON_INT:
		return from_int(c, json_int(value));
	case JSON_REAL:
		return from_real(c, json_real(value));
	case JSON_TEXT:
		text = json_text(value, &n);
		return field_from_text(c, text, n);
	case JSON_LIST:
		if (c->field->type == FIELD_TEXTS)
			return field_texts_from_json(c, value);
		break;
	case JSON_NULL:
	case JSON_OBJECT:
		break;
	}
	return fault_type(c);
}
