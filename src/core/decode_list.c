/* A list of objects on its way in: each of them is decoded as a body of its
 * own would be, and its faults say which one it was. */
#include "core/field.h"

enum { LIST_ITEMS = 1000 }; /* where the field sets no bound */

struct items {
	struct arena *mem;
	const struct field *field;
	struct faults *faults;
};

/* Behind the rows, which may end anywhere. */
static size_t
given_at(const struct schema *view, size_t n)
{
	const size_t step = _Alignof(struct presence);

	return (view->size * n + step - 1) / step * step;
}

const struct presence *
list_given(const struct list *list, const struct schema *view)
{
	return (
	    const struct presence *)(const void *)((const char *)list->rows +
						   given_at(view, list->n));
}

/* What is wrong with the nth item, from 1, or with its member. */
static void
add_fault(const struct items *l, size_t nth, const struct fault *f)
{
	struct fault of_item = *f;

	of_item.from = "body";
	of_item.name = l->field->name;
	of_item.nth = nth;
	of_item.key = NULL;
	of_item.member = f->name;
	faults_add(l->mem, l->faults, &of_item);
}

static void
decode_item(const struct items *l, const struct json *item, size_t nth,
    void *row, struct presence *given)
{
	const struct input in = {.body = BODY_JSON, .json = item};
	struct faults found;

	if (json_kind(item) != JSON_OBJECT) {
		add_fault(l, nth,
		    &(struct fault){.type = "model_attributes_type",
			.message = "Input should be a valid dictionary or "
				   "object to extract fields from",
			.input = fault_echo_json(l->mem, item, NULL)});
		return;
	}
	if (!schema_decode(l->mem, l->field->view, &in, row, given, &found))
		return;
	for (size_t i = 0; i < found.n; i++)
		add_fault(l, nth, &found.item[i]);
}

enum err
field_list_from_json(
    const struct conversion *c, const struct json *value, struct faults *faults)
{
	const struct field *f = c->field;
	const struct items l = {c->mem, f, faults};
	int64_t max = f->max > 0 ? f->max : LIST_ITEMS;
	struct list *list = FIELD_AT(struct list, c->row, f);
	struct presence *given;
	size_t n;
	char *rows;

	if (json_kind(value) != JSON_LIST)
		return fault_set(
		    c->fault, "list_type", "Input should be a valid list");
	n = json_count(value);
	if (n > (size_t)max || n < (size_t)f->min)
		return field_wrong_number(c, n > (size_t)max ? max : f->min, n);
	rows = arena_alloc(
	    c->mem, given_at(f->view, n) + n * sizeof(*given) + 1, 1);
	*list = (struct list){.rows = rows, .n = n};
	given = (struct presence *)(void *)(rows + given_at(f->view, n));
	for (size_t i = 0; i < n; i++)
		decode_item(&l, json_at(value, i), i + 1,
		    rows + i * f->view->size, &given[i]);
	return OK;
}
