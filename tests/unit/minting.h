/* Tokens as others would make them, so that only the wrong thing is wrong. */
#ifndef MINTING_H
#define MINTING_H

#include <openssl/evp.h>

#include "core/keys.h"
#include "core/token.h"

#define MINT_KEY "0123456789abcdef0123456789abcdef"
#define SUB      "018f3e5c-1111-7abc-8def-0123456789ab"
#define SID      "018f3e5c-2222-7abc-8def-0123456789ab"
#define HS256    "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define FOR      "\"iss\":\"https://a.test\",\"aud\":\"shop\""
#define IDS      "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":\"access\"," FOR
#define TIMES    "\"iat\":1799999990,\"exp\":1800000600"
#define CLAIMS   "{" IDS "," TIMES "}"

enum { MINT_ROOM = 70000 };

#define MINT_NOW ((struct timestamp){INT64_C(1800000000) * 1000000})

/* Each is valid until the next one. HS256 with MINT_KEY: */
const char *mint(const char *head, const char *claims);
const char *mint_mac(const EVP_MD *, const void *key, size_t n,
    const char *head, const char *claims);
/* With the active key. */
const char *
mint_signed(const struct keys *, const char *head, const char *claims);
/* Without a signature, with the second dot. */
const char *mint_bare(const char *head, const char *claims);

/* Of MINT_KEY alone. */
const struct token_rules *mint_rules(void);
/* As an access token, at MINT_NOW, by these rules and by mint_rules(). */
enum err mint_judge(const struct token_rules *, const char *text);
enum err mint_verify(const char *text);

#endif
