/* Password hashing. libargon2's own encode and verify functions allocate for
 * themselves, so PHC strings are written and read here, around argon2_ctx. */
#include "core/password.h"

#include <argon2.h>
#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/crypto.h"
#include "core/log.h"

enum {
	SALT = 16,
	TAG = 32,
	SALT_MIN = 8,
	TAG_MIN = 16,
	PART_MAX = 64,        /* bytes of a stored salt or tag */
	PHC_MAX = 128,        /* of those that are made here */
	MEMORY_MAX = 1 << 20, /* KiB */
	PASSES_MAX = 64,
	LANES_MAX = 16,
	WORK_MAX = 1 << 22, /* KiB times passes: seconds, not minutes */
	KIB = 1024
};

#define PREFIX "$argon2id$v=19$"

/* bcrypt, as other systems stored it: $2b$COST$, 22 and 31 characters. */
enum { BCRYPT_LENGTH = 60, BCRYPT_COST_MIN = 4, BCRYPT_COST_MAX = 14 };

struct password_slot {
	uint8_t *memory;
	size_t size;
};

struct phc {
	struct password_cost cost;
	uint8_t salt[PART_MAX], tag[PART_MAX];
	uint32_t nsalt, ntag;
};

/* libargon2's callbacks get no pointer of ours. */
static _Thread_local struct password_slot *current;

static uint8_t *
map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, size, MADV_DONTDUMP);
	return p;
}

struct password_slot *
password_slot_new(const struct password_cost *cost)
{
	struct password_slot *slot = malloc(sizeof(*slot));
	size_t kib = cost->memory_kib;

	if (slot != NULL) {
		slot->size = kib * KIB;
		slot->memory = map(slot->size);
	}
	if (slot == NULL || slot->memory == NULL)
		log_fatal("There is no memory for a hash slot of %zu KiB. "
			  "Set HASH_SLOTS or ARGON2_MEMORY_KIB lower.",
		    kib);
	return slot;
}

void
password_slot_free(struct password_slot *slot)
{
	if (slot == NULL)
		return;
	if (current == slot)
		current = NULL;
	munmap(slot->memory, slot->size);
	free(slot);
}

void
password_slot_use(struct password_slot *slot)
{
	current = slot;
}

static int
take(uint8_t **memory, size_t size)
{
	bool fits = current != NULL && size <= current->size;

	*memory = fits ? current->memory : map(size);
	return *memory == NULL ? ARGON2_MEMORY_ALLOCATION_ERROR : ARGON2_OK;
}

/* libargon2 has wiped it. */
static void
give_back(uint8_t *memory, size_t size)
{
	if (current == NULL || memory != current->memory)
		munmap(memory, size);
}

/*
 * Fills ntag bytes of tag from the cost and salt in *p. One thread computes
 * all lanes: the slots already use every core.
 */
static bool
compute(const struct phc *p, const char *plain, uint8_t *tag)
{
	argon2_context context = {
	    .out = tag,
	    .outlen = p->ntag,
	    .pwd = (uint8_t *)(uintptr_t)plain,
	    .pwdlen = (uint32_t)strlen(plain),
	    .salt = (uint8_t *)(uintptr_t)p->salt,
	    .saltlen = p->nsalt,
	    .t_cost = p->cost.passes,
	    .m_cost = p->cost.memory_kib,
	    .lanes = p->cost.lanes,
	    .threads = 1,
	    .version = ARGON2_VERSION_13,
	    .allocate_cbk = take,
	    .free_cbk = give_back,
	    .flags = ARGON2_DEFAULT_FLAGS,
	};
	int rc = argon2id_ctx(&context);

	if (rc != ARGON2_OK)
		log_say(LOG_ERROR, NULL,
		    "A password could not be hashed: %s (m=%u,t=%u,p=%u)",
		    argon2_error_message(rc), p->cost.memory_kib,
		    p->cost.passes, p->cost.lanes);
	return rc == ARGON2_OK;
}

/* Base64 of RFC 4648 without padding; out holds the text and its NUL. */
static void
encode(const uint8_t *data, size_t n, char *out)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t pending = 0;
	int bits = 0;

	for (size_t i = 0; i < n; i++) {
		pending = pending << 8 | data[i];
		for (bits += 8; bits >= 6; bits -= 6)
			*out++ = digit[pending >> (bits - 6) & 63];
	}
	if (bits > 0)
		*out++ = digit[pending << (6 - bits) & 63];
	*out = '\0';
}

static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/*
 * Base64 up to the first other character, min to PART_MAX bytes. The bits
 * that are left over must be zero and fewer than a digit.
 */
static bool
read_bytes(const char **p, uint32_t min, uint8_t *out, uint32_t *n)
{
	uint32_t pending = 0;
	int bits = 0, value;

	*n = 0;
	while ((value = digit_value(**p)) >= 0) {
		(*p)++;
		pending = pending << 6 | (uint32_t)value;
		bits += 6;
		if (bits < 8)
			continue;
		if (*n == PART_MAX)
			return false;
		bits -= 8;
		out[(*n)++] = (uint8_t)(pending >> bits);
		pending &= (UINT32_C(1) << bits) - 1;
	}
	return *n >= min && bits < 6 && pending == 0;
}

static bool
read_text(const char **p, const char *wanted)
{
	size_t n = strlen(wanted);

	if (strncmp(*p, wanted, n) != 0)
		return false;
	*p += n;
	return true;
}

/* A decimal number from 1 to max, without leading zeros. */
static bool
read_number(const char **p, uint32_t max, uint32_t *out)
{
	uint32_t n = 0;

	if (**p == '0')
		return false;
	while (**p >= '0' && **p <= '9') {
		n = n * 10 + (uint32_t)(*(*p)++ - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return n > 0;
}

/*
 * Costs that would stop the machine are refused as well: a row is not more
 * trusted than its backup.
 */
static bool
phc_read(const char *text, struct phc *out)
{
	struct password_cost *cost = &out->cost;
	const char *p = text;

	if (!read_text(&p, PREFIX "m=") ||
	    !read_number(&p, MEMORY_MAX, &cost->memory_kib) ||
	    !read_text(&p, ",t=") ||
	    !read_number(&p, PASSES_MAX, &cost->passes) ||
	    !read_text(&p, ",p=") || !read_number(&p, LANES_MAX, &cost->lanes))
		return false;
	if (cost->memory_kib < 8 * cost->lanes ||
	    cost->memory_kib > WORK_MAX / cost->passes)
		return false;
	return read_text(&p, "$") &&
	       read_bytes(&p, SALT_MIN, out->salt, &out->nsalt) &&
	       read_text(&p, "$") &&
	       read_bytes(&p, TAG_MIN, out->tag, &out->ntag) && *p == '\0';
}

const char *
password_hash(
    struct arena *a, const struct password_cost *cost, const char *plain)
{
	struct phc p = {.cost = *cost, .nsalt = SALT, .ntag = TAG};
	char salt[PHC_MAX], tag[PHC_MAX];

	crypto_random(p.salt, SALT);
	if (!compute(&p, plain, p.tag))
		log_fatal("A password could not be hashed: there is no memory "
			  "or the ARGON2_ settings are out of bounds.");
	encode(p.salt, SALT, salt);
	encode(p.tag, TAG, tag);

	const char *phc = arena_printf(a, PREFIX "m=%u,t=%u,p=%u$%s$%s",
	    cost->memory_kib, cost->passes, cost->lanes, salt, tag);
	crypto_wipe(&p, sizeof(p));
	crypto_wipe(tag, sizeof(tag));
	return phc;
}

static bool
is_bcrypt(const char *text)
{
	int cost;

	if (strlen(text) != BCRYPT_LENGTH || strncmp(text, "$2", 2) != 0 ||
	    strchr("aby", text[2]) == NULL || text[3] != '$' || text[6] != '$')
		return false;
	cost = (text[4] - '0') * 10 + (text[5] - '0');
	return cost >= BCRYPT_COST_MIN && cost <= BCRYPT_COST_MAX;
}

static bool
verify_bcrypt(const char *stored, const char *plain)
{
	struct crypt_data data = {0};
	const char *made = crypt_r(plain, stored, &data);
	bool same = made != NULL &&
		    crypto_equal(made, strlen(made), stored, strlen(stored));

	crypto_wipe(&data, sizeof(data));
	return same;
}

/* What can be no password's hash costs as much as one. */
bool
password_verify(
    const struct password_cost *cost, const char *phc, const char *plain)
{
	struct phc p;

	if (phc != NULL && is_bcrypt(phc))
		return verify_bcrypt(phc, plain);
	uint8_t tag[PART_MAX];
	bool real = phc != NULL && phc_read(phc, &p);

	if (!real)
		p = (struct phc){.cost = *cost, .nsalt = SALT, .ntag = TAG};
	bool same =
	    compute(&p, plain, tag) && crypto_equal(tag, p.ntag, p.tag, p.ntag);
	crypto_wipe(&p, sizeof(p));
	crypto_wipe(tag, sizeof(tag));
	return real && same;
}

bool
password_is_stale(const char *phc, const struct password_cost *cost)
{
	struct phc p;
	bool stale =
	    !phc_read(phc, &p) || p.cost.memory_kib != cost->memory_kib ||
	    p.cost.passes != cost->passes || p.cost.lanes != cost->lanes ||
	    p.nsalt != SALT || p.ntag != TAG;

	crypto_wipe(&p, sizeof(p));
	return stale;
}
