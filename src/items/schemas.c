/*
 * The views of items: what is stored, what is shown, what is taken in.
 */
#include "items/model.h"

#define T struct item
SCHEMA(item_row, "ItemRow", FIELD(id), FIELD(owner_id), FIELD(title),
    FIELD(description, .flags = NULLABLE), FIELD(created_at), FIELD(version));
SCHEMA(item_public, "ItemPublic", FIELD(title, .min = 1, .max = 255),
    FIELD(description, .flags = NULLABLE, .max = 255), FIELD(id),
    FIELD(owner_id), FIELD(created_at, .flags = NULLABLE));
SCHEMA(item_create, "ItemCreate",
    FIELD(title, .flags = REQUIRED, .min = 1, .max = 255),
    FIELD(description, .flags = NULLABLE, .max = 255));
SCHEMA(item_update, "ItemUpdate", FIELD(id, .from = FROM_PATH),
    FIELD(title, .min = 1, .max = 255),
    FIELD(description, .flags = NULLABLE, .max = 255));
#undef T

LISTING(items_public, "ItemsPublic", item_public);
