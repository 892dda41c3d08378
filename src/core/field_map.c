/* Objects whose members are data: the names are the client's, the values are
 * kept as they were written. */
#include <string.h>

#include "core/field.h"

static enum err
wrong_number(const struct conversion *c, int64_t bound, size_t n)
{
	bool is_long = n > (size_t)bound;

	c->fault->context = arena_printf(c->mem,
	    "{\"field_type\":\"Dictionary\",\"%s_length\":%lld,"
	    "\"actual_length\":%zu}",
	    is_long ? "max" : "min", (long long)bound, n);
	return fault_set(c->fault, is_long ? "too_long" : "too_short",
	    arena_printf(c->mem,
		"Dictionary should have at %s %lld item%s after validation, "
		"not %zu",
		is_long ? "most" : "least", (long long)bound,
		bound == 1 ? "" : "s", n));
}

/* At most MAP_NAME bytes of it, whole code points. */
static const char *
beginning(struct arena *mem, const char *name)
{
	size_t n = strlen(name);

	if (n > MAP_NAME)
		n = MAP_NAME;
	while (n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80)
		n--;
	return arena_copy(mem, name, n);
}

static enum err
check_name(const struct conversion *c, const char *name)
{
	size_t n = strlen(name);

	if (n > 0 && n <= MAP_NAME)
		return OK;
	c->fault->key = beginning(c->mem, name);
	c->fault->input = fault_echo_text(c->mem, name, n);
	if (n == 0) {
		c->fault->context = "{\"min_length\":1}";
		return fault_set(c->fault, "string_too_short",
		    "String should have at least 1 character");
	}
	c->fault->context =
	    arena_printf(c->mem, "{\"max_length\":%d}", MAP_NAME);
	return fault_set(c->fault, "bytes_too_long",
	    arena_printf(
		c->mem, "Data should have at most %d bytes", MAP_NAME));
}

static size_t
count(struct json_part object)
{
	struct json_part name, value;
	size_t n = 0;

	while (json_next(&object, &name, &value))
		n++;
	return n;
}

enum err
field_map_from_part(const struct conversion *c, struct json_part object)
{
	const struct field *f = c->field;
	int64_t max = f->max > 0 ? f->max : MAP_ITEMS;
	struct json_part name, value;
	struct json_member *item;
	struct json_map map;
	enum err err;

	if (*object.at != '{')
		return fault_type(c);
	map.n = count(object);
	if (map.n > (size_t)max)
		return wrong_number(c, max, map.n);
	if (map.n < (size_t)f->min)
		return wrong_number(c, f->min, map.n);
	item = NEW_N(c->mem, struct json_member, map.n + 1);
	map.item = item;
	for (; json_next(&object, &name, &value); item++) {
		item->name = json_plain(c->mem, name);
		err = check_name(c, item->name);
		if (err)
			return err;
		item->text = json_compact(c->mem, value, &item->size);
	}
	*FIELD_AT(struct json_map, c->row, f) = map;
	return OK;
}
