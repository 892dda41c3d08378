/* The JSON of passkey messages: what must be there, of which kind, and how
 * much of it. */
#include <string.h>

#include "core/base64url.h"
#include "core/webauthn.h"
#include "passkeying.h"
#include "unit.h"

enum { MEMORY = 16 << 20, JSON_MAX = 65536 };

/* All three readers say the same of it, or the verifiers know better. */
static void
check(struct arena *mem, const char *json, const char *wanted)
{
	struct passkey_key key = {"AQID", "AQID", -7, 0};
	struct webauthn_claim claim;
	const char *why = "nothing";
	int64_t count;

	CU_ASSERT_EQUAL(webauthn_claim(mem, json, &claim), ERR_INVALID);
	CU_ASSERT_EQUAL(webauthn_register(mem, &passkeying_site,
			    PASSKEY_CHALLENGE, json, &key, &why),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why, wanted);
	why = "nothing";
	CU_ASSERT_EQUAL(webauthn_verify(mem, &passkeying_site,
			    PASSKEY_CHALLENGE, &key, json, &count, &why),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why, wanted);
}

static void
no_object(void)
{
	static const char *const texts[] = {"", " ", "null", "true", "1", "[]",
	    "[{}]", "\"{}\"", "{}", "{", "}", "{\"id\":", "nonsense", "{}{}",
	    "\xff", "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\"}",
	    "{\"id\":null,\"rawId\":null,\"type\":null,\"response\":null}"};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(mem, texts[i], "it is malformed");
	arena_free(mem);
}

#define CLIENT "eyJ0eXBlIjoiIn0" /* {"type":""}: no challenge */

/* What surrounds client data; the id and the rest are good. */
static const char *
message(struct arena *mem, const char *top, const char *response)
{
	return arena_printf(mem, "{%s\"response\":{%s}}", top, response);
}

#define TOP "\"id\":\"AQID\",\"rawId\":\"AQID\",\"type\":\"public-key\","

static const char *
with_client(struct arena *mem, const char *client)
{
	const char *text = base64url_encode(mem, client, strlen(client));

	return message(
	    mem, TOP, arena_printf(mem, "\"clientDataJSON\":\"%s\"", text));
}

static void
members(void)
{
	static const char *const tops[] = {
	    "\"id\":\"AQID\",\"type\":\"public-key\",",
	    "\"rawId\":\"AQID\",\"type\":\"public-key\",",
	    "\"id\":\"AQID\",\"rawId\":\"AQID\",",
	    "\"id\":\"AQID\",\"rawId\":\"AQIE\",\"type\":\"public-key\",",
	    "\"id\":\"\",\"rawId\":\"\",\"type\":\"public-key\",",
	    "\"id\":\"AQID=\",\"rawId\":\"AQID=\",\"type\":\"public-key\",",
	    "\"id\":\"AQI+\",\"rawId\":\"AQI+\",\"type\":\"public-key\",",
	    "\"id\":\"AQID\\u0000\",\"rawId\":\"AQID\","
	    "\"type\":\"public-key\",",
	    "\"id\":7,\"rawId\":7,\"type\":\"public-key\",",
	    "\"id\":[\"AQID\"],\"rawId\":\"AQID\",\"type\":\"public-key\",",
	    "\"id\":\"AQID\",\"rawId\":\"AQID\",\"type\":\"password\",",
	    "\"id\":\"AQID\"," TOP,
	};
	static const char *const responses[] = {
	    "\"clientDataJSON\":7",
	    "\"clientDataJSON\":{}",
	    "\"clientDataJSON\":\"e30=\"",
	    "\"clientDataJSON\":\"e30\",\"attestationObject\":false",
	    "\"clientDataJSON\":\"e30\",\"attestationObject\":\"+\"",
	    "\"clientDataJSON\":\"e30\",\"authenticatorData\":\"A\"",
	    "\"clientDataJSON\":\"e30\",\"signature\":[]",
	    "\"clientDataJSON\":\"e30\",\"userHandle\":\"/\"",
	    "\"clientDataJSON\":\"e30\",\"userHandle\":1",
	};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		check(mem,
		    message(mem, tops[i], "\"clientDataJSON\":\"" CLIENT "\""),
		    "it is malformed");
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++)
		check(mem, message(mem, TOP, responses[i]), "it is malformed");
	check(mem, "{" TOP "\"response\":[]}", "it is malformed");
	check(mem, message(mem, TOP, ""), "its client data is malformed");
	check(mem, message(mem, TOP, "\"clientDataJSON\":\"" CLIENT "\""),
	    "its client data is malformed");
	arena_free(mem);
}

static void
client_data(void)
{
	static const char *const texts[] = {"", "null", "[]", "{}", "\"\"",
	    "{\"challenge\":null}", "{\"challenge\":7}",
	    "{\"challenge\":\"AQID\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "AA\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "=\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"type\":[]}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"origin\":{}}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"crossOrigin\":null}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"crossOrigin\":\"\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"crossOrigin\":0}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\",\"type\":\"a\\u0000\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\","
	    "\"challenge\":\"" PASSKEY_CHALLENGE "\"}",
	    "{\"challenge\":\"" PASSKEY_CHALLENGE "\"}x",
	    "{'challenge':'" PASSKEY_CHALLENGE "'}", "\xff\xfe{}"};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(mem, with_client(mem, texts[i]),
		    "its client data is malformed");
	arena_free(mem);
}

/* A whole message of that many bytes, with blanks behind it. */
static const char *
padded(struct arena *mem, const char *json, size_t n)
{
	char *text = arena_alloc(mem, 1, n + 1);

	memset(text, ' ', n);
	memcpy(text, json, strlen(json));
	return text;
}

static void
sizes(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-7);
	const char *json = device_sign(mem, &d, &page_get), *client;
	struct webauthn_claim claim;
	char handle[88] = "";

	CU_ASSERT_EQUAL(
	    webauthn_claim(mem, padded(mem, json, JSON_MAX), &claim), OK);
	check(mem, padded(mem, json, JSON_MAX + 1), "it is too long");
	client = strstr(json, "\"clientDataJSON\"");
	client = arena_copy(mem, client, strcspn(client, ",}"));
	memset(handle, 'A', 86);
	CU_ASSERT_EQUAL_FATAL(
	    webauthn_claim(mem,
		message(mem, TOP,
		    arena_printf(
			mem, "%s,\"userHandle\":\"%s\"", client, handle)),
		&claim),
	    OK);
	CU_ASSERT_STRING_EQUAL(claim.user_handle, handle);
	handle[86] = 'A';
	check(mem,
	    message(mem, TOP,
		arena_printf(mem, "%s,\"userHandle\":\"%s\"", client, handle)),
	    "it is malformed");
	CU_ASSERT_EQUAL_FATAL(
	    webauthn_claim(mem,
		message(mem, TOP,
		    arena_printf(mem, "%s,\"userHandle\":null", client)),
		&claim),
	    OK);
	CU_ASSERT_STRING_EQUAL(claim.user_handle, "");
	device_free(&d);
	arena_free(mem);
}

/* A message cut at each byte is none. */
static void
cut(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct device d = device_new(-8);
	const char *json = device_sign(mem, &d, &page_get);
	struct arena_mark mark = arena_mark(mem);

	for (size_t n = strlen(json); n-- > 0; arena_rewind(mem, mark))
		check(mem, arena_copy(mem, json, n), "it is malformed");
	device_free(&d);
	arena_free(mem);
}

CU_TestInfo webauthn_message_tests[] = {
    {"what is no object is no message", no_object},
    {"members are there and of their kind", members},
    {"client data is an object with a challenge of 32 bytes", client_data},
    {"64 KiB, and user handles of 64 bytes", sizes},
    {"cut at each byte", cut},
    CU_TEST_INFO_NULL,
};
