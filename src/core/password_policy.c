/* What a new password may not be. Marks and spaces are left out when it is
 * compared with a name, so that "o-hara!" is still O'Hara. */
#include "core/password_policy.h"

#include <string.h>

#include "core/crypto.h"
#include "core/utf8.h"

/* FEW: so many characters beside a word do not make it another one. */
enum { FEW = 4, WORD_MAX = 2048, KINDS = 4 };

/*
 * Letters and digits in lower case, and all that is not ASCII. NULL is empty;
 * false when it is longer than any address, name or password may be.
 */
static bool
squeeze(const char *text, char out[WORD_MAX])
{
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if (n + 1 == WORD_MAX)
			return false;
		if (c >= 0x80 || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return true;
}

/* By characters, not bytes. */
static void
reverse(const char *text, char out[WORD_MAX])
{
	const char *end = text + strlen(text);
	char *to = out + (end - text);
	size_t step;

	*to = '\0';
	for (; text < end; text += step) {
		step = utf8_step(text, end);
		step = step > 0 ? step : 1;
		to -= step;
		memcpy(to, text, step);
	}
}

static bool
is_about(const char *password, const char *word)
{
	char given[WORD_MAX], plain[WORD_MAX], reversed[WORD_MAX];

	if (!squeeze(password, given) || !squeeze(word, plain) ||
	    *plain == '\0' || utf8_length(password) > utf8_length(plain) + FEW)
		return false;
	reverse(plain, reversed);
	return strstr(given, plain) != NULL || strstr(given, reversed) != NULL;
}

static bool
is_about_local_part(const char *password, const char *email)
{
	const char *at = email != NULL ? strrchr(email, '@') : NULL;
	char local[WORD_MAX];

	if (at == NULL || at - email >= WORD_MAX)
		return false;
	memcpy(local, email, (size_t)(at - email));
	local[at - email] = '\0';
	return is_about(password, local);
}

static int
count_kinds(const char *password)
{
	bool has[KINDS] = {false};
	int n = 0;

	for (; *password != '\0'; password++) {
		if (*password >= 'a' && *password <= 'z')
			has[0] = true;
		else if (*password >= 'A' && *password <= 'Z')
			has[1] = true;
		else if (*password >= '0' && *password <= '9')
			has[2] = true;
		else
			has[3] = true;
	}
	for (int i = 0; i < KINDS; i++)
		n += has[i];
	return n;
}

const char *
password_fault(const struct config *config, const char *password,
    const char *email, const char *full_name)
{
	int64_t kinds = config->PASSWORD_CLASSES;

	if (is_about(password, email) || is_about_local_part(password, email) ||
	    is_about(password, full_name))
		return "The password must not be the address or the name";
	if (!config->PASSWORD_COMMON && password_is_common(password))
		return "The password is one of the most common ones";
	if (count_kinds(password) >= kinds)
		return NULL;
	if (kinds == 2)
		return "The password needs characters of 2 kinds: lower case, "
		       "upper case, digits, others";
	if (kinds == 3)
		return "The password needs characters of 3 kinds: lower case, "
		       "upper case, digits, others";
	return "The password needs characters of all 4 kinds: lower case, "
	       "upper case, digits, others";
}
