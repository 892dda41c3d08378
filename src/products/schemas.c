/*
 * The views of products: what is stored, what visitors and staff see, what is
 * taken in.
 */
#include "products/model.h"

#define CURSOR_MAX 1500 /* FOUND_CURSOR */

#define T struct product
SCHEMA(product_row, "ProductRow", FIELD(id), FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price), FIELD(currency), FIELD(stock), FIELD(in_stock), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE), FIELD(version), FIELD(edition),
    FIELD(created_at), FIELD(updated_at));
SCHEMA(product_public, "ProductPublic", FIELD(id), FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price, .doc = "In minor units of the currency"),
    FIELD(currency, .doc = "ISO 4217"), FIELD(in_stock), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    {.name = "version",
	.offset = offsetof(T, edition),
	.type = FIELD_INT,
	.doc = "Of what is seen here"},
    FIELD(created_at), FIELD(updated_at));
SCHEMA(product_staff, "ProductStaff", FIELD(id), FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price, .doc = "In minor units of the currency"),
    FIELD(currency, .doc = "ISO 4217"), FIELD(stock), FIELD(in_stock),
    FIELD(active), FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE), FIELD(version),
    FIELD(created_at), FIELD(updated_at));
SCHEMA(product_trail, "ProductTrail", FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price), FIELD(currency), FIELD(stock), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE));

/* What somebody says of a new one; other services give their ids themselves. */
#define GIVEN                                                         \
	FIELD(sku, .flags = REQUIRED, .min = 1, .max = 64,            \
	    .doc = "One line without blanks around it; unique"),      \
	    FIELD(name, .flags = REQUIRED, .min = 1, .max = 255),     \
	    FIELD(description, .flags = NULLABLE, .max = 4000),       \
	    FIELD(category, .flags = NULLABLE, .min = 1, .max = 64,   \
		.doc = "One line without blanks around it"),          \
	    FIELD(price, .flags = REQUIRED | BOUNDED,                 \
		.max = PRODUCT_AMOUNT_MAX,                            \
		.doc = "In minor units of the currency"),             \
	    FIELD(currency, .flags = REQUIRED, .min = 3, .max = 3,    \
		.doc = "A code of ISO 4217, in capitals"),            \
	    FIELD(stock, .flags = BOUNDED, .max = PRODUCT_AMOUNT_MAX, \
		.preset = "0", .doc = "Of a new product"),            \
	    FIELD(active, .preset = "true", .doc = "Of a new product")
SCHEMA(product_create, "ProductCreate", GIVEN,
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE, .min = 1, .max = 255,
	.pattern = "^[!-~]+$"));
SCHEMA(product_wanted, "ProductImportRow", GIVEN);
#undef GIVEN
SCHEMA(product_update, "ProductUpdate", FIELD(id, .from = FROM_PATH),
    FIELD(sku, .min = 1, .max = 64), FIELD(name, .min = 1, .max = 255),
    FIELD(description, .flags = NULLABLE, .max = 4000),
    FIELD(category, .flags = NULLABLE, .min = 1, .max = 64),
    FIELD(price, .flags = BOUNDED, .max = PRODUCT_AMOUNT_MAX),
    FIELD(currency, .min = 3, .max = 3),
    FIELD(stock, .flags = BOUNDED, .max = PRODUCT_AMOUNT_MAX), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE, .min = 1, .max = 255,
	.pattern = "^[!-~]+$"));
#undef T

FOUND(products_public, "ProductsPublic", product_public);
FOUND(products_staff, "ProductsStaff", product_staff);

#define T struct product_query
SCHEMA(product_query, "ProductQuery",
    FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = 10000,
	.preset = "0", .doc = "To get further, follow `next`"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 100, .preset = "50"),
    FIELD(sort, .from = FROM_QUERY, .max = 64),
    FIELD(cursor, .from = FROM_QUERY, .max = CURSOR_MAX),
    FIELD(q, .from = FROM_QUERY, .max = 255,
	.doc = "Words of the name and the description"),
    FIELD(category, .from = FROM_QUERY, .max = 64),
    FIELD(min_price, .from = FROM_QUERY, .flags = BOUNDED, .max = INT64_MAX),
    FIELD(max_price, .from = FROM_QUERY, .flags = BOUNDED, .max = INT64_MAX),
    FIELD(in_stock, .from = FROM_QUERY),
    FIELD(active, .from = FROM_QUERY,
	.doc = "Who does not manage products sees active ones only"));
#undef T

#define T struct stock_change
SCHEMA(stock_change, "StockChange", FIELD(id, .from = FROM_PATH),
    FIELD(delta, .flags = REQUIRED, .min = -PRODUCT_AMOUNT_MAX,
	.max = PRODUCT_AMOUNT_MAX,
	.doc = "How many came, or with a minus went; not 0"),
    FIELD(reason, .flags = REQUIRED, .min = 1, .max = 255));
SCHEMA(stock_trail, "StockTrail", FIELD(reason));
#undef T

#define T struct stock
SCHEMA(stock_public, "StockPublic", FIELD(stock), FIELD(version));
#undef T

#define T struct product_totals
SCHEMA(product_totals, "ProductTotals", FIELD(active), FIELD(inactive),
    FIELD(version), FIELD(mark));
#undef T
