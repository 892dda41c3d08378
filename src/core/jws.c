/* The text of a JWS. A header that names its own key, or an algorithm other
 * than the two, is where the attacks on such tokens begin: it ends here. */
#include "core/jws.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/json.h"
#include "core/log.h"

enum { KEY_MIN = 32, HEADER_DEPTH = 1 };

/* Equal to that text, as JSON has it: there may be a NUL inside. */
static bool
is_text(const struct json *value, const char *wanted)
{
	const char *text;
	size_t n;

	if (json_kind(value) != JSON_TEXT)
		return false;
	text = json_text(value, &n);
	return n == strlen(wanted) && memcmp(text, wanted, n) == 0;
}

static bool
read_kid(struct arena *a, const struct json *value, struct jws *out)
{
	const char *text;
	size_t n;

	if (json_kind(value) != JSON_TEXT)
		return false;
	text = json_text(value, &n);
	if (n == 0 || n > JWS_KID_MAX || strlen(text) != n)
		return false;
	out->kid = arena_copy(a, text, n);
	return true;
}

/* `members`: how many there are, so that none is there that is not known. */
static bool
read_members(
    struct arena *a, const struct json *header, size_t members, struct jws *out)
{
	const struct json *value;
	size_t known = 1;

	if (json_kind(header) != JSON_OBJECT ||
	    !json_member(header, "alg", &value))
		return false;
	if (is_text(value, "ES256"))
		out->alg = JWS_ES256;
	else if (is_text(value, "HS256"))
		out->alg = JWS_HS256;
	else
		return false;
	if (json_member(header, "typ", &value)) {
		known++;
		if (!is_text(value, "JWT"))
			return false;
	}
	if (json_member(header, "kid", &value)) {
		known++;
		if (!read_kid(a, value, out))
			return false;
	}
	return members == known;
}

static bool
read_header(struct arena *a, const uint8_t *bytes, size_t n, struct jws *out)
{
	const char *text = (const char *)bytes;
	struct json_fault fault;
	struct json *header = NULL;
	size_t members;
	bool good;

	good = json_scan(text, n, HEADER_DEPTH, &members, &fault) == OK &&
	       json_parse(text, n, HEADER_DEPTH, &header, &fault) == OK &&
	       read_members(a, header, members, out);
	json_free(header);
	return good;
}

bool
jws_read(struct arena *a, const char *text, struct jws *out)
{
	size_t n = strnlen(text, JWS_MAX + 1);
	const char *first = memchr(text, '.', n), *second;
	struct jws jws = {.text = text};
	const uint8_t *header;
	size_t header_n;

	if (n > JWS_MAX || first == NULL)
		return false;
	second = memchr(first + 1, '.', n - (size_t)(first + 1 - text));
	if (second == NULL)
		return false;
	jws.covered = (size_t)(second - text);
	/* Another dot is none of the alphabet. */
	if (base64url_decode(
		a, text, (size_t)(first - text), &header, &header_n) != OK ||
	    base64url_decode(a, first + 1, (size_t)(second - first - 1),
		&jws.payload, &jws.payload_n) != OK ||
	    base64url_decode(a, second + 1, n - jws.covered - 1, &jws.signature,
		&jws.signature_n) != OK ||
	    !read_header(a, header, header_n, &jws))
		return false;
	*out = jws;
	return true;
}

bool
jws_verify_hmac(const struct jws *jws, const void *key, size_t n)
{
	uint8_t mac[SHA256_SIZE];
	unsigned size = sizeof(mac);

	if (jws->alg != JWS_HS256 || n < KEY_MIN)
		return false;
	if (HMAC(EVP_sha256(), key, (int)n, (const uint8_t *)jws->text,
		jws->covered, mac, &size) == NULL)
		log_fatal("OpenSSL has no HMAC.");
	return crypto_equal(mac, size, jws->signature, jws->signature_n);
}
