/*
 * Products: what there is to buy. Grouped by the file that implements.
 */
#ifndef PRODUCTS_MODEL_H
#define PRODUCTS_MODEL_H

#include "core/err.h"
#include "core/search.h"

struct arena;
struct buf;
struct ctx;
struct db;
struct domain;
struct faults;
struct permission;

/* A row of products. Money in minor units of its currency (ISO 4217). */
struct product {
	struct uuid id;
	const char *sku; /* unique, compared by bytes */
	const char *name;
	const char *description; /* or NULL */
	const char *category;    /* or NULL */
	int64_t price;
	const char *currency;        /* "EUR" */
	int64_t stock;               /* never below 0 */
	bool in_stock;               /* stock > 0: the database says so */
	bool active;                 /* others see it */
	struct uuid image_file_id;   /* or nil */
	const char *stripe_price_id; /* or NULL */
	int64_t version; /* of the row: its ETag for who may change it */
	/*
	 * Of what visitors see of it, their ETag: it stays when the stock goes
	 * from 7 to 6, as does updated_at.
	 */
	int64_t edition;
	struct timestamp created_at, updated_at;
};

enum { PRODUCT_FIRST = 1 }; /* version and edition of a new one */
/* Of a price and of a stock: an order of 50,000 of them still fits. */
#define PRODUCT_AMOUNT_MAX INT64_C(1000000000000)

/* ?q=&category=...: what is not given filters nothing */
struct product_query {
	int64_t skip, limit;
	const char *sort, *cursor;
	const char *q, *category;
	int64_t min_price, max_price;
	bool in_stock;
	bool active; /* staff alone: others see active ones */
};

struct stock_change {
	struct uuid id;
	int64_t delta; /* not 0 */
	const char *reason;
};

struct stock {
	int64_t stock, version;
};

/* The row of product_totals: of all products. */
struct product_totals {
	int64_t active, inactive;
	int64_t version; /* two lists of one version show visitors the same */
	/*
	 * Random, another with each version: after a restore the same number
	 * of a version may come again, and mean something else.
	 */
	int64_t mark;
};

/* schemas.c */
extern const struct schema product_row;
extern const struct schema product_public, products_public; /* visitors */
extern const struct schema product_staff, products_staff;   /* perm_products */
extern const struct schema product_query;
/* Of struct product: what is not given of an update stays as it is: HAS(). */
extern const struct schema product_create, product_update;
extern const struct schema stock_change, stock_public;
extern const struct schema product_trail, stock_trail; /* what a trail shows */
extern const struct schema product_totals;

/* dao.c: ERR_NOT_FOUND for no row, ERR_CONFLICT for a sku that is taken */
extern const struct search products_search;
/* `lock`: nobody else changes it before the transaction ends. */
enum err products_by_id(
    struct db *, struct uuid id, bool lock, struct product *) MUST_CHECK;
/* `active_only`: whatever was asked for, as visitors see it. */
enum err products_list(struct db *, const struct asked *, bool active_only,
    struct found *) MUST_CHECK;
enum err products_count(struct db *, const struct asked *, bool active_only,
    int64_t most, int64_t *n) MUST_CHECK;
enum err products_insert(struct db *, const struct product *) MUST_CHECK;
/*
 * The row as it was read, locked, becomes *p, with its version. Another
 * edition is a change that visitors see.
 */
enum err products_update(
    struct db *, const struct product *was, const struct product *p) MUST_CHECK;
/* ERR_CONFLICT: something refers to it. */
enum err products_delete(struct db *, const struct product *) MUST_CHECK;

/* dao_totals.c */
enum err products_totals(struct db *, struct product_totals *) MUST_CHECK;
/* How many active ones are. */
enum err products_out_of_stock(struct db *, int64_t *n) MUST_CHECK;
/*
 * In the transaction of a change, last: visitors see another list. How many
 * more products are active, and how many more are not.
 */
enum err
products_changed(struct db *, int64_t active, int64_t inactive) MUST_CHECK;
/* The same where visitors see no difference. */
enum err products_hidden(struct db *, int64_t inactive) MUST_CHECK;

/* A row of an import as it is asked for; what is not given has its preset. */
struct product_wish {
	int64_t line;   /* of the file that it came from */
	uint64_t given; /* bit = index in product_file */
	struct product product;
};

/* POST /products/import: rows of struct product, as product_wanted has them. */
enum { PRODUCTS_IMPORT = 200 };
struct products_wanted {
	struct list rows;
	bool dry_run;
};
struct products_imported {
	int64_t created, updated, unchanged;
};

/* rules.c */
/* What a schema cannot say of a product. */
struct product_fault {
	const char *member; /* "sku" */
	const char *value, *why;
};
enum { PRODUCT_RULES = 3 };
/* How many faults there are; what is NULL in the row is not looked at. */
size_t
product_faults(const struct product *, struct product_fault out[PRODUCT_RULES]);

/* Of products_wanted: the same, and that no sku is there twice. */
void products_check_rows(struct arena *, const void *wanted, struct faults *);

/*
 * schemas_file.c: what `atrium products` reads and writes of a row, and what
 * an import by the API takes, answers and leaves in the trail
 */
extern const struct schema product_file;
extern const struct schema products_wanted, product_wanted, products_imported;
extern const struct schema products_import_trail, products_try_trail;

/* dao_import.c */
enum { PRODUCTS_BATCH = 64 };
/* Those that exist, of 1 to PRODUCTS_BATCH; `lock` as above. */
enum err products_by_skus(struct db *, const char *const *skus, size_t n,
    bool lock, struct list *) MUST_CHECK;
/*
 * New rows, or (`exist`) rows that were read and locked before, as they shall
 * be. ERR_CONFLICT for a sku that is taken.
 */
enum err products_import_batch(
    struct db *, const struct product *, size_t n, bool exist) MUST_CHECK;
/* By id, those after it (nil: from the beginning). */
enum err products_after(struct db *, struct uuid after, bool active_only,
    int64_t limit, struct list *) MUST_CHECK;

/* take.c: rows of an import, from a file or from the API, into the table */
struct products_take {
	bool upsert; /* change those that there are; else they are refused */
	bool dry_run;
	struct timestamp now;
	/* Out. */
	int64_t fresh, changed, same, refused;
	int64_t active, inactive; /* how many more there are */
};
/* Bits of product_file for those of another view of struct product. */
uint64_t products_given(const struct schema *, uint64_t given);
/*
 * At most PRODUCTS_BATCH. Those that exist are locked first, so that each is
 * new, changed or as it was before, and only the first two are written, unless
 * one has been refused. *refused: a bit for each such row of these.
 * ERR_CONFLICT: a sku came to be meanwhile.
 */
enum err
products_take_batch(struct db *, struct arena *, struct products_take *,
    const struct product_wish *, size_t n, uint64_t *refused) MUST_CHECK;

/* import.c: the handler of POST /products/import */
enum err products_import_rows(struct ctx *);

/* dependencies.c: the product, when the caller may see it, or why not; locked
 * where the route writes, and as If-Match has it (http/etag.h) */
enum err
need_product(struct ctx *, struct uuid id, struct product *) MUST_CHECK;
/* Whether the caller has perm_products; nobody has not. */
enum err products_is_staff(struct ctx *, bool *staff) MUST_CHECK;

/* list.c */
enum err products_show_list(struct ctx *);
/* Who may keep the answer to a GET, and how long. */
void products_allow_caches(struct ctx *);
/*
 * The ETag of the product that visitors see. Staff sees more by the same
 * address, so the tags of both are never alike.
 */
void products_public_tag(struct ctx *, int64_t version);

/* Make, change and delete products, and see those that are not active. */
extern const struct permission perm_products;

/* router.c */
extern const struct domain products;

#endif
