/*
 * What a schema cannot say of a product; the same for the API and for files
 * that are imported.
 */
#include <string.h>

#include "core/currency.h"
#include "core/decode.h"
#include "core/line.h"
#include "products/model.h"

static const char *
currency_fault(const char *code)
{
	return currency_known(code) ? NULL : "it is no currency of ISO 4217";
}

static const struct {
	const char *member;
	size_t offset;
	const char *(*fault)(const char *);
} rules[PRODUCT_RULES] = {
    {"sku", offsetof(struct product, sku), line_code_fault},
    {"category", offsetof(struct product, category), line_fault},
    {"currency", offsetof(struct product, currency), currency_fault}};

size_t
product_faults(const struct product *p, struct product_fault out[PRODUCT_RULES])
{
	size_t n = 0;

	for (size_t i = 0; i < PRODUCT_RULES; i++) {
		struct product_fault f = {.member = rules[i].member};

		f.value =
		    *(const char *const *)((const char *)p + rules[i].offset);
		if (f.value != NULL)
			f.why = rules[i].fault(f.value);
		if (f.why != NULL)
			out[n++] = f;
	}
	return n;
}

static void
add_fault(struct arena *mem, struct faults *faults, size_t row,
    const struct product_fault *f)
{
	faults_add(mem, faults,
	    &(struct fault){.type = "value_error",
		.from = "body",
		.name = "rows",
		.nth = row + 1,
		.member = f->member,
		.message = arena_printf(mem, "Value error, %s", f->why),
		.input = fault_input(mem, f->value),
		.context = "{\"error\":{}}"});
}

/* Whether a row before it has the same sku. */
static bool
is_again(const struct product *rows, size_t i)
{
	for (size_t k = 0; rows[i].sku != NULL && k < i; k++)
		if (rows[k].sku != NULL &&
		    strcmp(rows[k].sku, rows[i].sku) == 0)
			return true;
	return false;
}

void
products_check_rows(
    struct arena *mem, const void *wanted, struct faults *faults)
{
	const struct list *list =
	    &((const struct products_wanted *)wanted)->rows;
	const struct product *rows = list->rows;

	for (size_t i = 0; i < list->n; i++) {
		struct product_fault found[PRODUCT_RULES];
		size_t n = product_faults(&rows[i], found);

		for (size_t k = 0; k < n; k++)
			add_fault(mem, faults, i, &found[k]);
		if (is_again(rows, i))
			add_fault(mem, faults, i,
			    &(struct product_fault){.member = "sku",
				.value = rows[i].sku,
				.why = "a row before it has the same sku"});
	}
}
