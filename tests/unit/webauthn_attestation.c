/* The key and its wrapping, as a device sends them once: formats, members,
 * and keys that are none. */
#include <string.h>

#include "core/webauthn.h"
#include "passkeying.h"
#include "unit.h"

enum { MEMORY = 64 << 20, BEFORE_KEY = 37 + 16 + 2 };

static void
formats(void)
{
	static const char packed[] = "\xa2\x63"
				     "alg\x26\x63"
				     "sig\x43nay";
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *statement = NEW(mem, struct blob);
	struct blob *extensions = NEW(mem, struct blob);

	blob_put(statement, packed, sizeof(packed) - 1);
	d.format = "packed";
	d.statement = statement;
	CU_ASSERT_TRUE(passkey_registers_device(mem, &d));
	d.format = "none";
	CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
	d.format = "fido-u2f";
	CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
	d.format = "none ";
	d.statement = NULL;
	CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
	d.format = NULL;
	blob_put(extensions,
	    "\xa1\x6b"
	    "credProtect\x02",
	    14);
	d.extensions = extensions;
	CU_ASSERT_TRUE(passkey_registers_device(mem, &d));
	device_free(&d);
	arena_free(mem);
}

static bool
registers_attestation(struct arena *mem, const struct device *d,
    const struct blob *auth_data, const char *head, size_t n)
{
	struct blob *attestation = NEW(mem, struct blob);
	const char *why;

	blob_put(attestation, head, n);
	blob_put(attestation,
	    "\x68"
	    "authData\x59",
	    10);
	blob_byte(attestation, (int)(auth_data->n >> 8));
	blob_byte(attestation, (int)auth_data->n);
	blob_put(attestation, auth_data->data, auth_data->n);
	return passkey_registers(
	    mem, passkey_create_json(mem, d, &page_create, attestation), &why);
}

#define FMT    \
	"\x63" \
	"fmt"  \
	"\x66" \
	"packed"
#define STATEMENT \
	"\x67"    \
	"attStmt" \
	"\xa0"

/* What comes before the authenticator data. */
static void
attestation_members(void)
{
	static const struct {
		const char *at;
		size_t n;
		bool good;
	} heads[] = {
	    {"\xa3" FMT STATEMENT, 21, true},
	    {"\xa3" STATEMENT FMT, 21, true},
	    {"\x83" FMT STATEMENT, 21, false},
	    {"\xa2" FMT STATEMENT, 21, false},
	    {"\xa4" FMT STATEMENT, 21, false},
	    {"\xbf" FMT STATEMENT, 21, false},
	    {"\xa2" FMT, 12, false},
	    {"\xa2" STATEMENT, 10, false},
	    {"\xa3" FMT FMT, 23, false},
	    {"\xa3" STATEMENT STATEMENT, 19, false},
	    {"\xa3" FMT "\x67"
	     "attSomm"
	     "\xa0",
		21, false},
	    {"\xa3" FMT "\x67"
	     "attStmt"
	     "\x80",
		21, false},
	    {"\xa3" FMT "\x47"
	     "attStmt"
	     "\xa0",
		21, false},
	};
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *auth_data = NEW(mem, struct blob);

	device_data(&d, true, auth_data);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		CU_ASSERT_EQUAL(registers_attestation(mem, &d, auth_data,
				    heads[i].at, heads[i].n),
		    heads[i].good);
	device_free(&d);
	arena_free(mem);
}

/* Of the COSE key: alg at 4, crv at 6, the last byte of y at the end. */
static void
keys(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *whole = NEW(mem, struct blob);
	uint8_t *key = whole->data + BEFORE_KEY + d.id_length;

	device_data(&d, true, whole);
	CU_ASSERT_TRUE(passkey_registers_data(mem, &d, whole));
	whole->data[whole->n - 1] ^= 1;
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	whole->data[whole->n - 1] ^= 1;
	CU_ASSERT_EQUAL(key[4], 0x26);
	key[4] = 0x27;
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	key[4] = 0x24;
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	key[4] = 0x26;
	key[6] = 2;
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	key[6] = 1;
	memset(key + 10, 0, 32);
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	/* No key at all: the flag that says so, and an empty map. */
	device_data(&d, false, whole);
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	device_data(&d, true, whole);
	whole->n = BEFORE_KEY + d.id_length;
	blob_byte(whole, 0xa0);
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	device_free(&d);
	arena_free(mem);
}

CU_TestInfo webauthn_attestation_tests[] = {
    {"attestation: none or packed, with its extensions", formats},
    {"an attestation object has three members, once each", attestation_members},
    {"keys: of the curve, and of what was offered", keys},
    CU_TEST_INFO_NULL,
};
