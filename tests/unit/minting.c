/* Tokens made with OpenSSL alone: what is tested does not make its own tests.
 */
#include "minting.h"

#include <openssl/hmac.h>
#include <string.h>

static char text[MINT_ROOM];

static size_t
base64url(const void *data, size_t n, char *out)
{
	size_t length =
	    (size_t)EVP_EncodeBlock((unsigned char *)out, data, (int)n);

	for (size_t i = 0; i < length; i++) {
		if (out[i] == '+')
			out[i] = '-';
		if (out[i] == '/')
			out[i] = '_';
	}
	while (length > 0 && out[length - 1] == '=')
		length--;
	out[length] = '\0';
	return length;
}

const char *
mint_bare(const char *head, const char *claims)
{
	size_t n = base64url(head, strlen(head), text);

	text[n++] = '.';
	n += base64url(claims, strlen(claims), text + n);
	text[n++] = '.';
	text[n] = '\0';
	return text;
}

const char *
mint_mac(const EVP_MD *md, const void *key, size_t size, const char *head,
    const char *claims)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	size_t n = strlen(mint_bare(head, claims));
	unsigned mac_size = 0;

	HMAC(md, key, (int)size, (unsigned char *)text, n - 1, mac, &mac_size);
	base64url(mac, mac_size, text + n);
	return text;
}

const char *
mint(const char *head, const char *claims)
{
	return mint_mac(EVP_sha256(), MINT_KEY, strlen(MINT_KEY), head, claims);
}

const char *
mint_signed(const struct keys *keys, const char *head, const char *claims)
{
	size_t n = strlen(mint_bare(head, claims));
	uint8_t signature[64];

	keys_sign(keys, text, n - 1, signature);
	base64url(signature, sizeof(signature), text + n);
	return text;
}

const struct token_rules *
mint_rules(void)
{
	static struct token_rules rules = {
	    .secret = MINT_KEY, .issuer = "https://a.test", .audience = "shop"};

	if (rules.keys == NULL)
		rules.keys = keys_new(NULL);
	return &rules;
}

enum err
mint_judge(const struct token_rules *rules, const char *token)
{
	struct token t;

	return token_verify(rules, token, "access", MINT_NOW, &t);
}

enum err
mint_verify(const char *token)
{
	return mint_judge(mint_rules(), token);
}
