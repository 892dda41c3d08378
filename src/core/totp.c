/* The codes of authenticator apps. liboath computes them; its own validation
 * stops at the first code that fits, so the comparison is made here. */
#include "core/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypto.h"
#include "core/log.h"

enum { SECOND = 1000000, WINDOW = 1, TEXT_LENGTH = TOTP_SECRET / 5 * 8 };

static int64_t
step_of(struct timestamp t)
{
	return t.us / SECOND / TOTP_STEP_S;
}

/* RFC 6238 is RFC 4226 with the step as the counter. */
static void
code_of(
    const uint8_t secret[TOTP_SECRET], int64_t step, char out[TOTP_DIGITS + 1])
{
	int rc = oath_hotp_generate((const char *)secret, TOTP_SECRET,
	    (uint64_t)step, TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
	    out);

	if (rc != OATH_OK)
		log_fatal("liboath gives no code: %s", oath_strerror_name(rc));
}

void
totp_code(const uint8_t secret[TOTP_SECRET], struct timestamp t,
    char out[TOTP_DIGITS + 1])
{
	code_of(secret, step_of(t), out);
}

/* False when it is not six digits; what was read is in `out` either way. */
static bool
read_code(const char *text, char out[TOTP_DIGITS + 1])
{
	size_t n = 0;

	memset(out, '0', TOTP_DIGITS);
	out[TOTP_DIGITS] = '\0';
	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (n == TOTP_DIGITS || *text < '0' || *text > '9')
			return false;
		out[n++] = *text;
	}
	return n == TOTP_DIGITS;
}

/* The latest step wins: a code that fits two of them is spent for both. */
bool
totp_verify(const uint8_t secret[TOTP_SECRET], const char *code,
    struct timestamp now, int64_t last, int64_t *step)
{
	char given[TOTP_DIGITS + 1], right[TOTP_DIGITS + 1];
	bool well_formed = read_code(code, given);
	int64_t found = 0;

	for (int64_t s = step_of(now) - WINDOW; s <= step_of(now) + WINDOW;
	     s++) {
		code_of(secret, s, right);
		bool same =
		    crypto_equal(given, TOTP_DIGITS, right, TOTP_DIGITS);
		int64_t mask = -(int64_t)same;

		found = (s & mask) | (found & ~mask);
	}
	crypto_wipe(right, sizeof(right));
	if (!well_formed || found <= last)
		return false;
	*step = found;
	return true;
}

const char *
totp_secret_text(struct arena *mem, const uint8_t secret[TOTP_SECRET])
{
	char *made = NULL;
	size_t n = 0;
	int rc =
	    oath_base32_encode((const char *)secret, TOTP_SECRET, &made, &n);

	if (rc != OATH_OK)
		log_fatal("liboath gives no text: %s", oath_strerror_name(rc));
	if (n != TEXT_LENGTH)
		BUG("20 bytes are 32 digits of base32");
	const char *text = arena_copy(mem, made, n);
	crypto_wipe(made, n);
	free(made);
	return text;
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c));
}

/* A colon, encoded or not, ends the issuer: neither name can hold one. */
static const char *
percent(struct arena *mem, const char *text)
{
	static const char digit[] = "0123456789ABCDEF";
	char *encoded = arena_alloc(mem, 3, strlen(text) + 1);
	char *out = encoded;

	for (; *text != '\0'; text++) {
		uint8_t byte = (uint8_t)*text;

		if (*text == ':')
			continue;
		if (is_unreserved(*text)) {
			*out++ = *text;
			continue;
		}
		*out++ = '%';
		*out++ = digit[byte >> 4];
		*out++ = digit[byte & 15];
	}
	return encoded;
}

const char *
totp_uri(struct arena *mem, const char *issuer, const char *account,
    const uint8_t secret[TOTP_SECRET])
{
	const char *who = percent(mem, issuer);

	return arena_printf(mem, "otpauth://totp/%s:%s?secret=%s&issuer=%s",
	    who, percent(mem, account), totp_secret_text(mem, secret), who);
}
