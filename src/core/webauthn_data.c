/* The binary half of a passkey's message. libfido2 hands CBOR to libcbor,
 * which allocates and fills as many elements as a text announces: 65 bytes
 * cost a gigabyte and seconds. So the shape is checked here first. */
#include <string.h>

#include "core/crypto.h"
#include "core/webauthn_part.h"

enum { DEPTH = 4, HASH = 32, FLAGS = HASH, FIXED = HASH + 1 + 4, AAGUID = 16 };
enum { PRESENT = 0x01, VERIFIED = 0x04, ATTESTED = 0x40, EXTENDED = 0x80 };
enum { CBOR_BYTES = 2, CBOR_TEXT, CBOR_LIST, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };

static bool
take(struct bytes *in, size_t n, struct bytes *out)
{
	if (n > in->n)
		return false;
	*out = (struct bytes){in->at, n};
	in->at += n;
	in->n -= n;
	return true;
}

/* Kind and number of an item; lengths that come later are refused. */
static bool
take_head(struct bytes *in, int *kind, uint64_t *number)
{
	struct bytes first, rest;
	int info;

	if (!take(in, 1, &first))
		return false;
	*kind = first.at[0] >> 5;
	info = first.at[0] & 31;
	*number = (uint64_t)info;
	if (info < 24)
		return true;
	if (info > 27 || !take(in, (size_t)1 << (info - 24), &rest))
		return false;
	*number = 0;
	for (size_t i = 0; i < rest.n; i++)
		*number = *number << 8 | rest.at[i];
	return true;
}

/* One item, with all that is in it. Each element takes a byte or more. */
static bool
skip(struct bytes *in, int depth)
{
	struct bytes ignored;
	uint64_t n;
	int kind;

	if (depth == 0 || !take_head(in, &kind, &n) || kind == CBOR_TAG)
		return false;
	if (kind < CBOR_BYTES || kind == CBOR_SIMPLE)
		return true;
	if (n > in->n)
		return false;
	if (kind == CBOR_BYTES || kind == CBOR_TEXT)
		return take(in, (size_t)n, &ignored);
	if (kind == CBOR_MAP)
		n *= 2;
	while (n-- > 0)
		if (!skip(in, depth - 1))
			return false;
	return true;
}

static bool
skip_map(struct bytes *in)
{
	return in->n > 0 && in->at[0] >> 5 == CBOR_MAP && skip(in, DEPTH);
}

/* Bytes or a text, by kind. */
static bool
take_string(struct bytes *in, int wanted, struct bytes *out)
{
	uint64_t n;
	int kind;

	return take_head(in, &kind, &n) && kind == wanted && n <= in->n &&
	       take(in, (size_t)n, out);
}

static bool
is_text(struct bytes b, const char *text)
{
	return b.n == strlen(text) && memcmp(b.at, text, b.n) == 0;
}

struct attestation {
	struct bytes format, statement, auth_data;
};

/* A member and its value; none may come twice. */
static bool
take_member(struct bytes *in, struct attestation *out)
{
	struct bytes name, before;

	if (!take_string(in, CBOR_TEXT, &name))
		return false;
	if (is_text(name, "fmt") && out->format.at == NULL)
		return take_string(in, CBOR_TEXT, &out->format);
	if (is_text(name, "authData") && out->auth_data.at == NULL)
		return take_string(in, CBOR_BYTES, &out->auth_data);
	if (!is_text(name, "attStmt") || out->statement.at != NULL)
		return false;
	before = *in;
	if (!skip_map(in))
		return false;
	out->statement = (struct bytes){before.at, before.n - in->n};
	return true;
}

const char *
attestation_read(struct bytes in, struct bytes *auth_data)
{
	static const char malformed[] = "its attestation object is malformed";
	struct attestation a = {0};
	uint64_t n;
	int kind;

	if (!take_head(&in, &kind, &n) || kind != CBOR_MAP || n != 3)
		return malformed;
	while (n-- > 0)
		if (!take_member(&in, &a))
			return malformed;
	if (in.n != 0)
		return malformed;
	/* The empty map is one byte. A packed statement is not looked at. */
	if (is_text(a.format, "none") ? a.statement.n != 1
				      : !is_text(a.format, "packed"))
		return "its attestation is of a format that was not asked for";
	*auth_data = a.auth_data;
	return NULL;
}

static bool
take_credential(struct bytes *in, struct bytes *id)
{
	struct bytes aaguid, length;

	return take(in, AAGUID, &aaguid) && take(in, 2, &length) &&
	       take(in, (size_t)(length.at[0] << 8 | length.at[1]), id) &&
	       skip_map(in);
}

const char *
auth_data_read(struct bytes in, struct authenticator_data *out)
{
	static const char malformed[] = "its authenticator data is malformed";
	struct bytes fixed;

	*out = (struct authenticator_data){0};
	if (!take(&in, FIXED, &fixed))
		return malformed;
	out->rp_id_hash = fixed.at;
	out->flags = fixed.at[FLAGS];
	if ((out->flags & ATTESTED) != 0 &&
	    !take_credential(&in, &out->credential_id))
		return malformed;
	if ((out->flags & EXTENDED) != 0 && !skip_map(&in))
		return malformed;
	return in.n == 0 ? NULL : malformed;
}

const char *
auth_data_check(const struct authenticator_data *data,
    const struct webauthn_site *site, bool made)
{
	uint8_t hash[SHA256_SIZE];

	crypto_sha256(site->rp_id, strlen(site->rp_id), hash);
	if (!crypto_equal(data->rp_id_hash, HASH, hash, sizeof(hash)))
		return "it is of another site";
	if ((data->flags & PRESENT) == 0)
		return "nobody was present";
	if ((data->flags & VERIFIED) == 0)
		return "the user was not verified";
	if (((data->flags & ATTESTED) != 0) != made)
		return made ? "it holds no key"
			    : "it holds a key, as none that is used does";
	return NULL;
}
