/*
 * Recovery codes: made to be copied by hand, and forgiving when they are typed
 * again. Each has so many random bits that its digest need not be slow.
 */
#include <string.h>

#include "auth/mfa.h"
#include "core/crypto.h"

enum { CODE_BYTES = 10, CODE_DIGITS = 16, GROUP = 4, DIGIT_BITS = 5 };

/* Crockford's Base32 has no i, l, o and u. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

const char *
recovery_code_new(struct arena *mem)
{
	char text[CODE_DIGITS + CODE_DIGITS / GROUP], *out = text;
	uint8_t secret[CODE_BYTES];
	const uint8_t *byte = secret;
	const char *code;
	uint32_t bits = 0;
	int held = 0;

	crypto_random(secret, sizeof(secret));
	for (int i = 0; i < CODE_DIGITS; i++) {
		if (held < DIGIT_BITS) {
			bits = bits << 8 | *byte++;
			held += 8;
		}
		held -= DIGIT_BITS;
		if (i > 0 && i % GROUP == 0)
			*out++ = '-';
		*out++ = digits[bits >> held & 31];
	}
	code = arena_copy(mem, text, (size_t)(out - text));
	crypto_wipe(secret, sizeof(secret));
	crypto_wipe(text, sizeof(text));
	return code;
}

/* The digit that was meant, or '\0'. */
static char
digit_of(char typed)
{
	if (typed >= 'A' && typed <= 'Z')
		typed = (char)(typed - 'A' + 'a');
	if (typed == 'o')
		return '0';
	if (typed == 'i' || typed == 'l')
		return '1';
	return strchr(digits, typed) != NULL ? typed : '\0';
}

const char *
recovery_code_digest(struct arena *mem, const char *secret_key,
    struct uuid user_id, const char *code)
{
	char plain[CODE_DIGITS + 1] = "", id[UUID_TEXT];
	const char *text;
	size_t n = 0;

	for (; *code != '\0'; code++) {
		if (*code == ' ' || *code == '-')
			continue;
		if (n == CODE_DIGITS || digit_of(*code) == '\0')
			return NULL;
		plain[n++] = digit_of(*code);
	}
	if (n != CODE_DIGITS)
		return NULL;
	text = arena_printf(mem, "%s %s", uuid_format(&user_id, id), plain);
	crypto_wipe(plain, sizeof(plain));
	return crypto_keyed_digest(mem, secret_key, "recovery code", text);
}
