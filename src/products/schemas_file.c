/*
 * What a file of products holds of each: no id, no version, no times, which
 * are of the database that it comes from; and many of them by the API.
 */
#include "products/model.h"

#define T struct product
SCHEMA(product_file, "ProductFile", FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price), FIELD(currency), FIELD(stock), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE));
#undef T

#define T struct products_wanted
RULED_SCHEMA(products_wanted, "ProductImport", products_check_rows,
    FIELD(rows, .flags = REQUIRED, .view = &product_wanted, .min = 1,
	.max = PRODUCTS_IMPORT),
    FIELD(dry_run, .preset = "false",
	.doc = "Say what would be done, and do not do it"));
SCHEMA(products_try_trail, "ProductsTryTrail", FIELD(dry_run));
#undef T

#define T struct products_imported
SCHEMA(products_imported, "ProductsImported", FIELD(created), FIELD(updated),
    FIELD(unchanged));
#undef T

/* As `atrium products import` leaves it. */
#define T struct products_take
SCHEMA(products_import_trail, "ProductsImportTrail",
    {.name = "new", .offset = offsetof(T, fresh), .type = FIELD_INT},
    FIELD(changed));
#undef T
