/*
 * Making tickets: what is stored of one does not let anybody use it.
 */
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/time.h"
#include "tickets/model.h"

enum { TOKEN_BYTES = 32 };

const char *
ticket_digest(struct arena *mem, const char *token)
{
	uint8_t sum[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	crypto_sha256(token, strlen(token), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}

struct ticket
ticket_new(struct arena *mem, const char *purpose, struct uuid user_id,
    const char *data, int64_t lifetime_s, const char **token)
{
	struct timestamp now = time_now();
	uint8_t secret[TOKEN_BYTES];

	crypto_random(secret, sizeof(secret));
	*token = base64url_encode(mem, secret, sizeof(secret));
	crypto_wipe(secret, sizeof(secret));
	return (struct ticket){.digest = ticket_digest(mem, *token),
	    .purpose = purpose,
	    .user_id = user_id,
	    .data = data,
	    .created_at = now,
	    .expires_at = {now.us + lifetime_s * 1000000}};
}
