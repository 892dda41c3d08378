/* Passkey messages that no browser sends: cut, bent, swollen and empty. What
 * counts first is that nothing is read beyond them and little is spent. */
#include <string.h>
#include <sys/resource.h>

#include "core/base64url.h"
#include "core/webauthn.h"
#include "passkeying.h"
#include "unit.h"

enum { MEMORY = 64 << 20, BEFORE_KEY = 37 + 16 + 2, KIB_MORE = 65536 };

/* Shorter by any number of bytes, longer by one. */
static void
lengths(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *whole = NEW(mem, struct blob);
	struct blob *attestation = NEW(mem, struct blob);
	struct arena_mark mark;
	const char *why;

	device_data(&d, true, whole);
	CU_ASSERT_TRUE(passkey_registers_data(mem, &d, whole));
	device_attest(&d, whole, attestation);
	mark = arena_mark(mem);
	for (size_t n = attestation->n + 1; n-- > 0; arena_rewind(mem, mark)) {
		struct blob *cut = NEW(mem, struct blob);

		blob_put(cut, attestation->data, n);
		CU_ASSERT_EQUAL(
		    passkey_registers(mem,
			passkey_create_json(mem, &d, &page_create, cut), &why),
		    n == attestation->n);
	}
	blob_byte(attestation, 0);
	CU_ASSERT_FALSE(passkey_registers(mem,
	    passkey_create_json(mem, &d, &page_create, attestation), &why));
	for (size_t n = whole->n; n-- > 0; arena_rewind(mem, mark)) {
		struct blob *cut = NEW(mem, struct blob);

		blob_put(cut, whole->data, n);
		CU_ASSERT_FALSE(passkey_registers_data(mem, &d, cut));
	}
	blob_byte(whole, 0xa0);
	CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
	device_free(&d);
	arena_free(mem);
}

/* Another value in each byte: whatever comes of it, it comes to an end. */
static void
bent(void)
{
	static const uint8_t values[] = {
	    0x00, 0x1b, 0x40, 0x5b, 0x7f, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xff};
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *whole = NEW(mem, struct blob);
	struct blob *attestation = NEW(mem, struct blob);
	struct arena_mark mark;
	const char *why;

	device_data(&d, true, whole);
	device_attest(&d, whole, attestation);
	mark = arena_mark(mem);
	for (size_t i = 0; i < attestation->n; i++)
		for (size_t v = 0; v < sizeof(values); v++) {
			uint8_t was = attestation->data[i];

			attestation->data[i] = values[v];
			passkey_registers(mem,
			    passkey_create_json(
				mem, &d, &page_create, attestation),
			    &why);
			attestation->data[i] = was;
			arena_rewind(mem, mark);
		}
	CU_ASSERT_TRUE(passkey_registers(mem,
	    passkey_create_json(mem, &d, &page_create, attestation), &why));
	device_free(&d);
	arena_free(mem);
}

static long
resident(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/*
 * Lists and maps of 2^27 elements that are not there: libcbor would fill a
 * gigabyte for each. Then lists within lists.
 */
static void
swollen(void)
{
	static const char later[129] = "\xbf"; /* a length of 128 bytes? */
	static const struct {
		const char *at;
		size_t n;
	} heads[] = {{"\x9a\x08\x00\x00\x00", 5}, {"\xba\x08\x00\x00\x00", 5},
	    {"\xa1\x9a\x08\x00\x00\x00", 6},
	    {"\xa1\x01\x9a\x08\x00\x00\x00", 7},
	    {"\xa1\x61x\xba\x08\x00\x00\x00", 8},
	    {"\xa1\x01\x81\x81\x81\x81\x81\x81\x01", 9},
	    {"\xbb\x80\x00\x00\x00\x00\x00\x00\x00", 9},
	    {"\xbf\x01\x02\xff", 4}, {"\xa1\x01\xc1\x01", 4},
	    {later, sizeof(later)}};
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *whole = NEW(mem, struct blob);
	struct blob *extensions = NEW(mem, struct blob);
	long before = resident();
	struct passkey_key key = {"", "", -7, 0};
	const char *why;
	int64_t count;

	key.credential_id = base64url_encode(mem, d.id, d.id_length);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		device_data(&d, true, whole);
		whole->n = BEFORE_KEY + d.id_length;
		blob_put(whole, heads[i].at, heads[i].n);
		CU_ASSERT_FALSE(passkey_registers_data(mem, &d, whole));
		extensions->n = 0;
		blob_put(extensions, heads[i].at, heads[i].n);
		d.extensions = extensions;
		CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
		why = "";
		CU_ASSERT_EQUAL(
		    webauthn_verify(mem, &passkeying_site, PASSKEY_CHALLENGE,
			&key, device_sign(mem, &d, &page_get), &count, &why),
		    ERR_INVALID);
		CU_ASSERT_STRING_EQUAL(
		    why, "its authenticator data is malformed");
		d.extensions = NULL;
	}
	CU_ASSERT_TRUE(resident() < before + KIB_MORE);
	device_free(&d);
	arena_free(mem);
}

static void
identifiers(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);

	for (d.id_length = 0; d.id_length <= 70; d.id_length++)
		CU_ASSERT_EQUAL(
		    passkey_registers_device(mem, &d), d.id_length > 0);
	d.id_length = WEBAUTHN_ID_MAX;
	CU_ASSERT_TRUE(passkey_registers_device(mem, &d));
	d.id_length = WEBAUTHN_ID_MAX + 1;
	CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
	d.id_length = PASSKEY_ID_ROOM;
	CU_ASSERT_FALSE(passkey_registers_device(mem, &d));
	device_free(&d);
	arena_free(mem);
}

/* The message says one id, the device another. */
static void
another_id(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *auth_data = NEW(mem, struct blob);
	struct blob *attestation = NEW(mem, struct blob);
	const char *why;

	device_data(&d, true, auth_data);
	device_attest(&d, auth_data, attestation);
	d.id[3] ^= 1;
	CU_ASSERT_FALSE(passkey_registers(mem,
	    passkey_create_json(mem, &d, &page_create, attestation), &why));
	CU_ASSERT_STRING_EQUAL(
	    why, "it names another credential than its device");
	d.id[3] ^= 1;
	d.id_length--;
	CU_ASSERT_FALSE(passkey_registers(mem,
	    passkey_create_json(mem, &d, &page_create, attestation), &why));
	device_free(&d);
	arena_free(mem);
}

static void
assertions(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	struct blob *data = NEW(mem, struct blob);
	struct passkey_key key;
	const char *why = "";
	int64_t count;

	CU_ASSERT_EQUAL_FATAL(
	    webauthn_register(mem, &passkeying_site, PASSKEY_CHALLENGE,
		device_register(mem, &d, &page_create), &key, &why),
	    OK);
	d.count = 2;
	device_data(&d, false, data);
	for (size_t n = data->n + 2; n-- > 0;) {
		struct arena_mark mark = arena_mark(mem);
		struct blob *cut = NEW(mem, struct blob);

		blob_put(cut, data->data, n);
		CU_ASSERT_EQUAL(
		    webauthn_verify(mem, &passkeying_site, PASSKEY_CHALLENGE,
			&key, passkey_get_json(mem, &d, &page_get, cut), &count,
			&why),
		    n == data->n ? OK : ERR_INVALID);
		arena_rewind(mem, mark);
	}
	/* Signed, and with the data of a registration. */
	device_data(&d, true, data);
	CU_ASSERT_EQUAL(
	    webauthn_verify(mem, &passkeying_site, PASSKEY_CHALLENGE, &key,
		passkey_get_json(mem, &d, &page_get, data), &count, &why),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(
	    why, "it holds a key, as none that is used does");
	/* One message for the other. */
	CU_ASSERT_EQUAL(
	    webauthn_verify(mem, &passkeying_site, PASSKEY_CHALLENGE, &key,
		device_register(mem, &d, &page_get), &count, &why),
	    ERR_INVALID);
	CU_ASSERT_FALSE(
	    passkey_registers(mem, device_sign(mem, &d, &page_create), &why));
	device_free(&d);
	arena_free(mem);
}

CU_TestInfo webauthn_hostile_tests[] = {
    {"cut at each byte, or one byte too long", lengths},
    {"with each byte bent", bent},
    {"announcing what is not there costs nothing", swollen},
    {"identifiers of 1 to 1023 bytes", identifiers},
    {"the identifier is the device's", another_id},
    {"assertions, cut or of another kind", assertions},
    CU_TEST_INFO_NULL,
};
