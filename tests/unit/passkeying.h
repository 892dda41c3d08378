/* A device and a browser that make passkey messages, good ones and others. */
#ifndef PASSKEYING_H
#define PASSKEYING_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "core/webauthn.h"

#define PASSKEY_CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define PASSKEY_ORIGIN    "https://example.com:8443"

enum { PASSKEY_ROOM = 16384, PASSKEY_ID_ROOM = 2048 };
enum { UP = 0x01, UV = 0x04, BE = 0x08, BS = 0x10, AT = 0x40, ED = 0x80 };

struct blob {
	uint8_t data[PASSKEY_ROOM];
	size_t n;
};

void blob_put(struct blob *, const void *, size_t n);
void blob_byte(struct blob *, int);

struct device {
	EVP_PKEY *key;
	int algorithm; /* -7, -257, -8 */
	const char *rp_id;
	int flags;
	uint32_t count;
	uint8_t id[PASSKEY_ID_ROOM];
	size_t id_length;
	/* An attestation object's; NULL: "none" and an empty map. */
	const char *format;
	const struct blob *statement, *extensions; /* CBOR, or NULL */
};

/* A good one, counting from 1. */
struct device device_new(int algorithm);
void device_free(struct device *);

/* The client data's members; `more` follows them: ",\"a\":1". */
struct page {
	const char *type, *challenge, *origin, *more;
};
extern const struct page page_create, page_get;

/* Each is the text of a credential, as toJSON() has it. */
const char *
device_register(struct arena *, const struct device *, const struct page *);
const char *
device_sign(struct arena *, const struct device *, const struct page *);

/* Their parts. The authenticator data of a registration is `with_key`. */
void device_data(const struct device *, bool with_key, struct blob *auth_data);
void device_attest(const struct device *, const struct blob *auth_data,
    struct blob *attestation);
const char *passkey_create_json(struct arena *, const struct device *,
    const struct page *, const struct blob *attestation);
const char *passkey_get_json(struct arena *, const struct device *,
    const struct page *, const struct blob *auth_data);

extern const struct webauthn_site passkeying_site;
/*
 * Whether the site registers it; *why is set when it does not. The second
 * wraps authenticator data, the third takes the device's own.
 */
bool passkey_registers(struct arena *, const char *json, const char **why);
bool passkey_registers_data(
    struct arena *, const struct device *, const struct blob *auth_data);
bool passkey_registers_device(struct arena *, const struct device *);

#endif
