/* A mail as the bytes of RFC 5322. What could end a header early, or begin
 * another, is refused here, whoever has looked at it before. */
#include "services/message.h"

#include <inttypes.h>
#include <string.h>

#include "core/utf8.h"

enum {
	ID_MAX = 64,       /* a boundary has 70 characters at most */
	ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3, without its <> */
	LINE_MAX_BYTES = 998
};

static bool
refuse(struct arena *mem, const char **why, const char *what, const char *fault)
{
	*why = arena_printf(mem, "The %s of the mail %s.", what, fault);
	return false;
}

/* What is wrong with a line of a header, or NULL. */
static const char *
line_fault(const char *text)
{
	size_t length = strlen(text);
	const char *end = text + length;

	if (length > LINE_MAX_BYTES)
		return "is too long";
	while (text < end) {
		const unsigned char *c = (const unsigned char *)text;
		size_t n = utf8_step(text, end);

		if (n == 0)
			return "is not UTF-8";
		if (*c < ' ' || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
			return "holds a control character";
		text += n;
	}
	return NULL;
}

static bool
is_address_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.@", c) != NULL);
}

static const char *
address_fault(const char *address)
{
	const char *at = strchr(address, '@');
	const char *fault = line_fault(address);

	if (fault != NULL)
		return fault;
	if (strlen(address) > ADDRESS_MAX)
		return "is too long";
	if (at == NULL || at == address || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL)
		return "is no address";
	for (const char *p = address; *p != '\0'; p++)
		if (!is_address_char(*p))
			return "holds a character that no address may have";
	for (const char *p = at; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			return "has a domain that is not ASCII";
	return NULL;
}

bool
message_check_sender(
    struct arena *mem, const struct message_sender *from, const char **why)
{
	const char *fault = line_fault(from->name);

	if (fault != NULL)
		return refuse(mem, why, "sender name", fault);
	fault = address_fault(from->address);
	if (fault != NULL)
		return refuse(mem, why, "sender address", fault);
	return true;
}

static bool
is_id(const char *id)
{
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= ID_MAX && id[n] == '\0';
}

static bool
check(struct arena *mem, const struct mail *m, const char *to, const char **why)
{
	const char *fault;

	if (!is_id(m->id))
		return refuse(mem, why, "id", "is not one");
	/* Of the same letters, digits and hyphens. */
	if (m->language != NULL && !is_id(m->language))
		return refuse(mem, why, "language", "is not one");
	fault = address_fault(to);
	if (fault != NULL)
		return refuse(mem, why, "recipient", fault);
	fault = line_fault(m->subject);
	if (fault != NULL)
		return refuse(mem, why, "subject", fault);
	if (!utf8_valid(m->text, strlen(m->text)))
		return refuse(mem, why, "text", "is not UTF-8");
	if (!utf8_valid(m->html, strlen(m->html)))
		return refuse(mem, why, "HTML", "is not UTF-8");
	return true;
}

static void
put_date(struct buf *b, struct timestamp t)
{
	static const char days[][4] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = time_to_civil(t);
	struct civil midnight = {
	    .year = c.year, .month = c.month, .day = c.day};
	int64_t day =
	    time_from_civil(&midnight).us / (86400 * INT64_C(1000000));

	/* 1970 began on a Thursday. */
	buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
	    days[((day + 4) % 7 + 7) % 7], c.day, months[c.month - 1], c.year,
	    c.hour, c.minute, c.second);
}

static void
put_address(struct buf *b, struct arena *mem, const char *address)
{
	const char *word = arena_printf(mem, "<%s>", address);

	message_put_word(b, word, strlen(word));
	buf_puts(b, "\r\n");
}

static void
put_headers(struct buf *b, struct arena *mem, const struct mail *m,
    const char *to, const struct message_sender *from)
{
	const char *id =
	    arena_printf(mem, "%s%s", m->id, strchr(from->address, '@'));

	buf_puts(b, "From:");
	if (*from->name != '\0')
		message_put_name(b, from->name);
	put_address(b, mem, from->address);
	buf_puts(b, "To:");
	put_address(b, mem, to);
	buf_puts(b, "Subject:");
	message_put_text(b, m->subject);
	buf_puts(b, "\r\n");
	put_date(b, m->date);
	buf_puts(b, "Message-ID:");
	put_address(b, mem, id);
	if (m->language != NULL)
		buf_printf(b, "Content-Language: %s\r\n", m->language);
	buf_puts(b, "MIME-Version: 1.0\r\n"
		    "Auto-Submitted: auto-generated\r\n");
	/* "=_" is never in what quoted-printable makes. */
	buf_printf(b,
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_%s\"\r\n\r\n",
	    m->id);
}

static void
put_part(struct buf *b, const char *id, const char *type, const char *content)
{
	buf_printf(b,
	    "--=_%s\r\n"
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    id, type);
	message_put_quoted_printable(b, content);
	buf_puts(b, "\r\n");
}

enum err
message_compose(struct arena *mem, struct buf *out, const struct mail *m,
    const char *to, const struct message_sender *from, const char **why)
{
	if (!message_check_sender(mem, from, why) || !check(mem, m, to, why))
		return ERR_INVALID;
	put_headers(out, mem, m, to, from);
	put_part(out, m->id, "text/plain", m->text);
	put_part(out, m->id, "text/html", m->html);
	buf_printf(out, "--=_%s--\r\n", m->id);
	if (!out->full)
		return OK;
	*why = arena_printf(mem, "The mail has more than %zu bytes.", out->max);
	return ERR_INVALID;
}
