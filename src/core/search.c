/*
 * What a list can be asked for, by its declaration: the order that a text
 * names, the filters that are given, and what a declaration may not say.
 */
#include "core/search.h"

#include <string.h>

bool
search_order(const struct search *s, const char *sort,
    const struct order **order, bool *descending)
{
	if (sort == NULL)
		sort = s->preset;
	*descending = *sort == '-';
	if (*descending)
		sort++;
	for (size_t i = 0; i < s->norders; i++) {
		if (strcmp(s->orders[i].name, sort) != 0)
			continue;
		*order = &s->orders[i];
		return true;
	}
	return false;
}

const struct field *
search_given(const struct asked *asked, const struct filter *filter)
{
	const struct field *f;
	size_t bit;

	if (asked->in == NULL)
		return NULL;
	f = schema_field(asked->in, filter->field);
	if (f == NULL)
		return NULL;
	bit = (size_t)(f - asked->in->fields);
	if ((asked->given->given & ~asked->given->null) >> bit & 1)
		return f;
	return NULL;
}

static bool
is_of(const struct schema *s, const char *name, enum field_type type)
{
	const struct field *f = schema_field(s, name);

	return f != NULL && f->type == type;
}

static const char *
wrong_filter(const struct filter *filter, const struct schema *in)
{
	const struct field *f = schema_field(in, filter->field);

	if (f == NULL)
		return "a filter is not a field of its input";
	switch (f->type) {
	case FIELD_TEXT:
		return NULL;
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_REAL:
	case FIELD_UUID:
	case FIELD_TIME:
		return filter->test < SEARCH_PREFIX
			   ? NULL
			   : "a filter compares a text with what is none";
	default:
		return "a filter has a type that no column has";
	}
}

static const char *
wrong_order(const struct search *s, const struct order *order)
{
	const struct field *f = schema_field(s->row, order->column);

	if (f == NULL)
		return "an order's column is not a field of its row";
	if ((f->flags & NULLABLE) != 0)
		return "an order's column may be NULL";
	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_TEXT:
	case FIELD_UUID:
	case FIELD_TIME:
		return NULL;
	default:
		return "an order's column has a type that has no place";
	}
}

const char *
search_wrong(const struct search *s, const struct schema *in)
{
	const struct order *order;
	const char *why = NULL;
	bool descending;
	size_t i, words = 0;

	if (in == NULL || !is_of(in, "skip", FIELD_INT) ||
	    !is_of(in, "limit", FIELD_INT) || !is_of(in, "sort", FIELD_TEXT) ||
	    !is_of(in, "cursor", FIELD_TEXT))
		return "its input has not skip, limit, sort and cursor";
	if (!is_of(s->row, s->key, FIELD_UUID))
		return "the key of its rows is not a UUID field";
	for (i = 0; i < s->nfilters && why == NULL; i++) {
		why = wrong_filter(&s->filters[i], in);
		words += s->filters[i].test == SEARCH_WORDS;
	}
	for (i = 0; i < s->norders && why == NULL; i++)
		why = wrong_order(s, &s->orders[i]);
	if (why == NULL && words > 1)
		why = "more than one filter searches words";
	if (why == NULL && !search_order(s, NULL, &order, &descending))
		why = "the preset is none of its orders";
	return why;
}
