/*
 * What a file of products holds of each: no id, no version, no times, which
 * are of the database that it comes from.
 */
#include "products/model.h"

#define T struct product
SCHEMA(product_file, "ProductFile", FIELD(sku), FIELD(name),
    FIELD(description, .flags = NULLABLE), FIELD(category, .flags = NULLABLE),
    FIELD(price), FIELD(currency), FIELD(stock), FIELD(active),
    FIELD(image_file_id, .flags = NULLABLE),
    FIELD(stripe_price_id, .flags = NULLABLE));
#undef T
