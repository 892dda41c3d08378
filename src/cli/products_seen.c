/*
 * In which line of a file a sku stands: 24 bytes for each, whatever the sku.
 * Two with the same half of a SHA-256 are one.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/products.h"
#include "core/crypto.h"
#include "core/log.h"

enum { FIRST_SLOTS = 1024, KEY = 16 };

struct slot {
	uint8_t key[KEY];
	int64_t line; /* 0: free */
};

struct products_seen {
	struct slot *slot;
	size_t nslots, n; /* a power of two, at most three quarters in use */
};

static struct slot *
make_slots(size_t n)
{
	struct slot *slot = calloc(n, sizeof(*slot));

	if (slot == NULL)
		log_fatal("out of memory");
	return slot;
}

struct products_seen *
products_seen_new(void)
{
	struct products_seen *s = calloc(1, sizeof(*s));

	if (s == NULL)
		log_fatal("out of memory");
	s->nslots = FIRST_SLOTS;
	s->slot = make_slots(s->nslots);
	return s;
}

void
products_seen_free(struct products_seen *s)
{
	free(s->slot);
	free(s);
}

/* Where the key is, or the free slot where it belongs. */
static struct slot *
find(struct slot *slot, size_t nslots, const uint8_t key[KEY])
{
	size_t i;

	memcpy(&i, key, sizeof(i));
	for (i &= nslots - 1;
	     slot[i].line != 0 && memcmp(slot[i].key, key, KEY) != 0;)
		i = (i + 1) & (nslots - 1);
	return &slot[i];
}

static void
make_room(struct products_seen *s)
{
	size_t nslots = s->nslots * 2;
	struct slot *slot;

	if (s->n < s->nslots / 4 * 3)
		return;
	slot = make_slots(nslots);
	for (size_t i = 0; i < s->nslots; i++)
		if (s->slot[i].line != 0)
			*find(slot, nslots, s->slot[i].key) = s->slot[i];
	free(s->slot);
	s->slot = slot;
	s->nslots = nslots;
}

int64_t
products_seen_add(struct products_seen *s, const char *sku, int64_t line)
{
	uint8_t digest[SHA256_SIZE];
	struct slot *slot;

	crypto_sha256(sku, strlen(sku), digest);
	make_room(s);
	slot = find(s->slot, s->nslots, digest);
	if (slot->line != 0)
		return slot->line;
	memcpy(slot->key, digest, KEY);
	slot->line = line;
	s->n++;
	return 0;
}
