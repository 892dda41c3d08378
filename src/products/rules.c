/*
 * What a schema cannot say of a product; the same for the API and for files
 * that are imported.
 */
#include "core/currency.h"
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
