/*
 * Looking into the views.
 */
#include "core/schema.h"

#include <string.h>

const struct field *
schema_field(const struct schema *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nfields; i++)
		if (strcmp(s->fields[i].name, name) == 0)
			return &s->fields[i];
	return NULL;
}

bool
schema_has(const struct schema *s, enum field_from from)
{
	size_t i;

	for (i = 0; s != NULL && i < s->nfields; i++)
		if (s->fields[i].from == from)
			return true;
	return false;
}

bool
field_is_none(const struct field *f, const void *row)
{
	switch (f->type) {
	case FIELD_TEXT:
		return FIELD_OF(char *, row, f) == NULL;
	case FIELD_UUID:
		return uuid_is_nil(&FIELD_OF(struct uuid, row, f));
	case FIELD_TIME:
		return FIELD_OF(struct timestamp, row, f).us == 0;
	case FIELD_OBJECT:
		return FIELD_OF(struct object, row, f).row == NULL;
	case FIELD_JSON:
		return FIELD_OF(struct raw_json, row, f).text == NULL;
	case FIELD_MAP:
		return f->flags & (NULLABLE | OMITTED) &&
		       FIELD_OF(struct json_map, row, f).item == NULL;
	case FIELD_TEXTS:
		/* Where there is no null, a list that nobody set is empty. */
		return f->flags & (NULLABLE | OMITTED) &&
		       FIELD_OF(struct texts, row, f).item == NULL;
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_REAL:
	case FIELD_LIST:
		return false;
	}
	return false;
}
