/* Addresses for mail servers, which know international domains only in their
 * ASCII form (RFC 5891). */
#include "core/email.h"

#include <string.h>

#include <idn2.h>

#include "core/log.h"

const char *
email_to_ascii(struct arena *mem, const char *address)
{
	const char *at = strrchr(address, '@');
	const char *out;
	char *made = NULL;
	int rc;

	if (at == NULL)
		return NULL;
	rc = idn2_to_ascii_8z(
	    at + 1, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		log_fatal("out of memory");
	if (rc != IDN2_OK)
		return NULL;
	out =
	    arena_printf(mem, "%.*s%s", (int)(at + 1 - address), address, made);
	idn2_free(made);
	return out;
}
