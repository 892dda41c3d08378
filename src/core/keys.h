/*
 * The keys that sign tokens which others verify: ES256 (RFC 7518, section
 * 3.4) in a folder (setting KEYS_DIR) of files of mode 0600:
 *
 *	KID.pem   a private key, PKCS#8; KID is its RFC 7638 thumbprint's first
 *	          16 characters
 *	keys      the index, replaced as a whole (rename): a line a key,
 *	          "KID STATE CREATED ACTIVATED RETIRED", times as RFC 3339 or -
 *
 * A key is first `next` (published, so that verifiers have it before they need
 * it), then `active` (signs; there is one), then `old` (verifies until its last
 * token has expired), then gone.
 */
#ifndef CORE_KEYS_H
#define CORE_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/time.h"

enum { KEY_ID_TEXT = 17, KEYS_MAX = 8 };

enum key_state { KEY_NEXT, KEY_ACTIVE, KEY_OLD };

struct key_info {
	char id[KEY_ID_TEXT];
	enum key_state state;
	struct timestamp created, activated, retired; /* zero: not yet */
};

/* The keys of a folder, parsed. Of one thread. */
struct keys;

/* `dir` "" or NULL: no keys, ever. Never NULL; nothing is read yet. */
struct keys *keys_new(const char *dir);
void keys_free(struct keys *); /* NULL is fine; secrets are wiped */
/*
 * Reads the folder again when its index has changed (one stat(), at most once
 * a second); *changed then. A folder that cannot be read keeps what was there
 * before and is logged once. Call it before the others.
 */
void keys_refresh(struct keys *, struct timestamp now, bool *changed);
/* The one that signs; false: there is none. */
bool keys_active(const struct keys *, char id[KEY_ID_TEXT]);
/* Raw R || S (64 bytes) over the text, with the active key. */
void keys_sign(
    const struct keys *, const char *text, size_t n, uint8_t signature[64]);
/* With the key of that id, whatever its state. About 60 us. */
bool keys_verify(const struct keys *, const char *id, const char *text,
    size_t n, const uint8_t signature[64]);
/* {"keys":[...]}: all of them, public parts (RFC 7517), newest first. */
void keys_publish(const struct keys *, struct buf *);

/*
 * For `atrium keys`; all return OK, or ERR_NOT_FOUND (no such key),
 * ERR_CONFLICT (not in that state, or too early) or ERR_INTERNAL (the folder),
 * with a sentence for people in *why. Each holds a lock on the folder.
 */
enum err keys_list(const char *dir, struct key_info[KEYS_MAX], size_t *n,
    struct arena *, const char **why) MUST_CHECK;
/* A new one is `next`; the very first is `active` at once. */
enum err keys_create(const char *dir, struct timestamp now,
    char id[KEY_ID_TEXT], struct arena *, const char **why) MUST_CHECK;
/*
 * It becomes active, the one before it old. Too early, unless `force`, while
 * verifiers may have a copy of the document from before it was published
 * (JWKS_CACHE_S).
 */
enum { JWKS_CACHE_S = 300 };
enum err keys_activate(const char *dir, const char *id, bool force,
    struct timestamp now, struct arena *, const char **why) MUST_CHECK;
/*
 * Deletes an old one, or one that never signed. Too early, unless `force`,
 * while tokens that it signed may live (`lifetime_s` after it stopped signing).
 */
enum err
keys_retire(const char *dir, const char *id, bool force, int64_t lifetime_s,
    struct timestamp now, struct arena *, const char **why) MUST_CHECK;

#endif
