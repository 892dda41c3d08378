/*
 * Items: things that people own. The domain to copy for another one
 * (script/new-domain). Grouped by the file that implements.
 */
#ifndef ITEMS_MODEL_H
#define ITEMS_MODEL_H

#include "core/err.h"
#include "core/page.h"

struct ctx;
struct db;
struct domain;
struct permission;

/* A row of items. */
struct item {
	struct uuid id;
	struct uuid owner_id;
	const char *title;
	const char *description;
	struct timestamp created_at;
	int64_t version; /* of the row: its ETag */
};

/* schemas.c */
extern const struct schema item_row, item_public, items_public;
/* Inputs; what is not given of an update stays as it is: HAS(). */
extern const struct schema item_create, item_update;

/* dao.c: ERR_NOT_FOUND for no row */
/* `lock`: nobody else changes it before the transaction ends. */
enum err
items_by_id(struct db *, struct uuid id, bool lock, struct item *) MUST_CHECK;
/* Newest first. `owner` nil: everybody's. */
enum err items_list(struct db *, struct uuid owner, const struct page *,
    struct list *) MUST_CHECK;
enum err items_insert(struct db *, const struct item *) MUST_CHECK;
enum err items_update(struct db *, const struct item *) MUST_CHECK;
enum err items_delete(struct db *, const struct item *) MUST_CHECK;

/* dependencies.c: the item, when the caller may see it, or why not; locked
 * where the route writes, and as If-Match has it (http/etag.h) */
enum err need_item(struct ctx *, struct uuid id, struct item *) MUST_CHECK;

/* Items of others. */
extern const struct permission perm_items;

/* router.c */
extern const struct domain items;

/* dao_export.c */
/* The oldest first, after that id (nil: from the beginning). */
enum err items_export(struct db *, struct uuid owner, struct uuid after,
    int64_t limit, struct list *) MUST_CHECK;

#endif
