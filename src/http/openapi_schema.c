/*
 * JSON Schema of the views (2020-12, as OpenAPI 3.1 uses it).
 */
#include "http/openapi_schema.h"

#include <string.h>

#include "core/json.h"

static const char failures[] =
    "\"Error\":{\"type\":\"object\",\"title\":\"Error\",\"properties\":{"
    "\"detail\":{\"type\":\"string\",\"title\":\"Detail\"},"
    "\"code\":{\"type\":\"string\",\"title\":\"Code\"},"
    "\"missing\":{\"type\":\"array\",\"title\":\"Missing\","
    "\"items\":{\"type\":\"string\"},"
    "\"description\":\"Of missing_keys: which\"},"
    "\"existing\":{\"type\":\"array\",\"title\":\"Existing\","
    "\"items\":{\"type\":\"string\"},"
    "\"description\":\"Of exists: which\"}},"
    "\"required\":[\"detail\"]},"
    "\"ValidationError\":{\"type\":\"object\",\"title\":\"ValidationError\","
    "\"properties\":{"
    "\"type\":{\"type\":\"string\",\"title\":\"Error Type\"},"
    "\"loc\":{\"type\":\"array\",\"title\":\"Location\",\"items\":"
    "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}},"
    "\"msg\":{\"type\":\"string\",\"title\":\"Message\"},"
    "\"input\":{\"title\":\"Input\"},"
    "\"ctx\":{\"type\":\"object\",\"title\":\"Context\"}},"
    "\"required\":[\"loc\",\"msg\",\"type\"]},"
    "\"HTTPValidationError\":{\"type\":\"object\","
    "\"title\":\"HTTPValidationError\",\"properties\":{"
    "\"detail\":{\"type\":\"array\",\"title\":\"Detail\",\"items\":"
    "{\"$ref\":\"#/components/schemas/ValidationError\"}},"
    "\"code\":{\"type\":\"string\",\"title\":\"Code\"}},"
    "\"required\":[\"detail\"]}";

static void
quote(struct buf *out, const char *text)
{
	json_quote(out, text, strlen(text));
}

static void
put_text(struct buf *out, const struct field *f)
{
	static const char *const formats[] = {
	    [FORMAT_EMAIL] = "email",
	    [FORMAT_URL] = "uri",
	    [FORMAT_PASSWORD] = "password",
	};

	buf_puts(out, "{\"type\":\"string\"");
	if (f->min != 0)
		buf_printf(out, ",\"minLength\":%lld", (long long)f->min);
	if (f->max != 0)
		buf_printf(out, ",\"maxLength\":%lld", (long long)f->max);
	if (f->format != FORMAT_ANY)
		buf_printf(out, ",\"format\":\"%s\"", formats[f->format]);
	if (f->pattern != NULL) {
		buf_puts(out, ",\"pattern\":");
		quote(out, f->pattern);
	}
	buf_putc(out, '}');
}

static void
put_int(struct buf *out, const struct field *f)
{
	buf_puts(out, "{\"type\":\"integer\"");
	if (f->min != 0 || f->max != 0 || (f->flags & BOUNDED) != 0)
		buf_printf(out, ",\"minimum\":%lld", (long long)f->min);
	if (f->max != 0 && f->max != INT64_MAX)
		buf_printf(out, ",\"maximum\":%lld", (long long)f->max);
	buf_putc(out, '}');
}

static void
put_items(struct buf *out, int64_t min, int64_t max)
{
	if (min != 0)
		buf_printf(out, ",\"minItems\":%lld", (long long)min);
	if (max != 0)
		buf_printf(out, ",\"maxItems\":%lld", (long long)max);
}

/* What is sent has the bounds that its view says and no others. */
static void
put_texts(struct buf *out, const struct field *f, bool input)
{
	const struct field item = {.min = 1,
	    .max = f->item_max != 0 ? f->item_max : TEXTS_ITEM,
	    .format = f->format,
	    .pattern = f->pattern};
	int64_t max = f->max == 0 && input ? TEXTS_ITEMS : f->max;

	buf_puts(out, "{\"type\":\"array\",\"items\":");
	put_text(out, &item);
	put_items(out, f->min, max);
	buf_putc(out, '}');
}

/* What is sent has the bounds that its view says and no others. */
static void
put_map(struct buf *out, const struct field *f, bool input)
{
	int64_t max = f->max == 0 && input ? MAP_ITEMS : f->max;

	buf_puts(out, "{\"type\":\"object\",\"additionalProperties\":{}");
	if (input)
		buf_printf(out,
		    ",\"propertyNames\":{\"minLength\":1,\"maxLength\":%d}",
		    MAP_NAME);
	if (f->min != 0)
		buf_printf(out, ",\"minProperties\":%lld", (long long)f->min);
	if (max != 0)
		buf_printf(out, ",\"maxProperties\":%lld", (long long)max);
	buf_putc(out, '}');
}

static void
put_type(struct buf *out, const struct field *f, bool input)
{
	switch (f->type) {
	case FIELD_BOOL:
		buf_puts(out, "{\"type\":\"boolean\"}");
		return;
	case FIELD_INT:
		put_int(out, f);
		return;
	case FIELD_REAL:
		buf_puts(out, "{\"type\":\"number\"}");
		return;
	case FIELD_TEXT:
		put_text(out, f);
		return;
	case FIELD_UUID:
		buf_puts(out, "{\"type\":\"string\",\"format\":\"uuid\"}");
		return;
	case FIELD_TIME:
		buf_puts(out, "{\"type\":\"string\",\"format\":\"date-time\"}");
		return;
	case FIELD_LIST:
		buf_puts(out, "{\"type\":\"array\",\"items\":");
		openapi_ref(out, f->view);
		put_items(out, f->min, f->max);
		buf_putc(out, '}');
		return;
	case FIELD_OBJECT:
		openapi_ref(out, f->view);
		return;
	case FIELD_TEXTS:
		put_texts(out, f, input);
		return;
	case FIELD_JSON:
		buf_puts(out, "{}");
		return;
	case FIELD_MAP:
		put_map(out, f, input);
		return;
	}
}

void
openapi_field(struct buf *out, const struct field *f, bool input)
{
	bool wrapped = (f->flags & NULLABLE) != 0;
	const char *comma;

	if (wrapped)
		buf_puts(out, "{\"anyOf\":[");
	put_type(out, f, input);
	if (wrapped)
		buf_puts(out, ",{\"type\":\"null\"}]}");
	if (f->doc == NULL && (!input || f->preset == NULL))
		return;
	if (out->full)
		return;
	out->len--; /* the closing brace */
	comma = out->data[out->len - 1] == '{' ? "" : ",";
	if (f->doc != NULL) {
		buf_printf(out, "%s\"description\":", comma);
		quote(out, f->doc);
		comma = ",";
	}
	if (input && f->preset != NULL)
		buf_printf(out, "%s\"default\":%s", comma, f->preset);
	buf_putc(out, '}');
}

void
openapi_ref(struct buf *out, const struct schema *s)
{
	if (s->bare)
		openapi_field(out, &s->fields[0], false);
	else
		buf_printf(
		    out, "{\"$ref\":\"#/components/schemas/%s\"}", s->name);
}

static const struct field *
whole(const struct schema *s)
{
	for (size_t i = 0; i < s->nfields; i++)
		if ((s->fields[i].flags & WHOLE) != 0)
			return &s->fields[i];
	return NULL;
}

void
openapi_body(struct buf *out, const struct schema *s)
{
	if (whole(s) != NULL)
		openapi_field(out, whole(s), true);
	else
		openapi_ref(out, s);
}

static void
put_schema(struct buf *out, const struct schema *s, bool input)
{
	const char *comma = "";
	size_t i;

	buf_printf(out, ",\"%s\":{\"type\":\"object\",\"title\":\"%s\"",
	    s->name, s->name);
	if (s->nfields > 0)
		buf_puts(out, ",\"properties\":{");
	for (i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		if (f->from != FROM_BODY ||
		    (!input && (f->flags & SECRET) != 0))
			continue;
		buf_printf(out, "%s\"%s\":", comma, f->name);
		openapi_field(out, f, input);
		comma = ",";
	}
	if (s->nfields > 0)
		buf_putc(out, '}');
	comma = ",\"required\":[";
	for (i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		if (f->from != FROM_BODY ||
		    (input ? (f->flags & REQUIRED) == 0
			   : (f->flags & (SECRET | OMITTED)) != 0))
			continue;
		buf_printf(out, "%s\"%s\"", comma, f->name);
		comma = ",";
	}
	buf_puts(out, *comma == ',' && comma[1] == '\0' ? "]}" : "}");
}

struct names {
	const struct schema *seen[512];
	size_t n;
};

static void
add(struct buf *out, struct names *names, const struct schema *s, bool input)
{
	size_t i;

	if (s == NULL || s->bare || (input && !schema_has(s, FROM_BODY)))
		return;
	if (input && whole(s) != NULL)
		return;
	for (i = 0; i < names->n; i++)
		if (names->seen[i] == s)
			return;
	if (names->n == sizeof(names->seen) / sizeof(names->seen[0]))
		BUG("too many schemas");
	names->seen[names->n++] = s;
	put_schema(out, s, input);
	for (i = 0; i < s->nfields; i++)
		add(out, names, s->fields[i].view, input);
}

void
openapi_components(struct buf *out, const struct domain *const *domains)
{
	struct names names = {.n = 0};
	size_t i;

	buf_puts(out, failures);
	for (; *domains != NULL; domains++)
		for (i = 0; i < (*domains)->nroutes; i++) {
			const struct route *r = &(*domains)->routes[i];

			add(out, &names, r->in, true);
			add(out, &names, r->out, false);
			add(out, &names, r->out_staff, false);
		}
}
