/* Mails as bytes: what a message is made of, what it may not hold, and what a
 * server's answer to it means. */
#include "services/message.h"

#include <string.h>

#include "core/email.h"
#include "services/smtp_talk.h"
#include "unit.h"

enum { MEMORY = 16 << 20 };

static const struct message_sender sender = {"Atrium", "no@atrium.example"};
static const struct mail plain = {.id = "id-1",
    .to = "ada@example.com",
    .subject = "Hello",
    .text = "Hi.\n",
    .html = "<p>Hi.</p>\n",
    .date = {INT64_C(951782400) * 1000000}};

static const char *
composed(struct arena *mem, const struct mail *m)
{
	const char *out, *why = "";
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	CU_ASSERT_EQUAL(message_compose(mem, &b, m, m->to, &sender, &why), OK);
	out = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}

static void
composes_a_message(void)
{
	struct arena *mem = arena_new(MEMORY);

	CU_ASSERT_STRING_EQUAL(composed(mem, &plain),
	    "From: Atrium <no@atrium.example>\r\n"
	    "To: <ada@example.com>\r\n"
	    "Subject: Hello\r\n"
	    "Date: Tue, 29 Feb 2000 00:00:00 +0000\r\n"
	    "Message-ID: <id-1@atrium.example>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_id-1\"\r\n"
	    "\r\n"
	    "--=_id-1\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Hi.\r\n"
	    "\r\n"
	    "--=_id-1\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "<p>Hi.</p>\r\n"
	    "\r\n"
	    "--=_id-1--\r\n");
	arena_free(mem);
}

static void
says_its_language(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct mail m = plain;

	m.language = "ru";
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    composed(mem, &m), "\r\nContent-Language: ru\r\nMIME-Version"));
	arena_free(mem);
}

static void
knows_the_day_of_the_week(void)
{
	static const struct {
		int64_t second;
		const char *date;
	} cases[] = {
	    {0, "\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n"},
	    {-1, "\r\nDate: Wed, 31 Dec 1969 23:59:59 +0000\r\n"},
	    {1795230000, "\r\nDate: Sat, 21 Nov 2026 03:00:00 +0000\r\n"},
	    {4102444799, "\r\nDate: Thu, 31 Dec 2099 23:59:59 +0000\r\n"},
	};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mail m = plain;

		m.date.us = cases[i].second * 1000000;
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(composed(mem, &m), cases[i].date));
	}
	arena_free(mem);
}

static void
refuse(struct arena *mem, const struct mail *m,
    const struct message_sender *from, const char *reason)
{
	const char *why = "";
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	CU_ASSERT_EQUAL(
	    message_compose(mem, &b, m, m->to, from, &why), ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why, reason);
	CU_ASSERT_EQUAL(b.len, 0);
	buf_free(&b);
}

static void
refuses_what_breaks_a_header(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct mail m;

	for (char c = 1; c < ' '; c++) {
		m = plain;
		m.subject = arena_printf(mem, "a%cb", c);
		refuse(mem, &m, &sender,
		    "The subject of the mail holds a control character.");
		m = plain;
		m.to = arena_printf(mem, "a%c@example.com", c);
		refuse(mem, &m, &sender,
		    "The recipient of the mail holds a control character.");
	}
	m = plain;
	m.subject = "a\x7f";
	refuse(mem, &m, &sender,
	    "The subject of the mail holds a control character.");
	m.subject = "a\xc2\x85";
	refuse(mem, &m, &sender,
	    "The subject of the mail holds a control character.");
	m.subject = "a\xff";
	refuse(mem, &m, &sender, "The subject of the mail is not UTF-8.");
	m.subject = memset(arena_alloc(mem, 1, 1000), 'x', 999);
	refuse(mem, &m, &sender, "The subject of the mail is too long.");
	arena_free(mem);
}

static void
refuses_what_is_no_address(void)
{
	static const char *const bad[] = {"a", "", "@", "a@", "@b.example",
	    "a@b@c.example", "<a@b.example>", "a@b.example>", "a b@c.example",
	    "a,b@c.example", "\"a\"@b.example", "a@[127.0.0.1]",
	    "a(b)@c.example", "a;b@c.example", "a:b@c.example",
	    "a\\b@c.example", "a@b\xc3\xbc.x"};
	struct arena *mem = arena_new(MEMORY);
	struct mail m = plain;
	const char *why = "";
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct message_sender from = {"A", bad[i]};

		CU_ASSERT_EQUAL(
		    message_compose(mem, &b, &plain, bad[i], &sender, &why),
		    ERR_INVALID);
		CU_ASSERT_EQUAL(message_compose(mem, &b, &plain, "a@b.example",
				    &from, &why),
		    ERR_INVALID);
	}
	for (const char *id = "/. _@\r\n<>\"\xc3"; *id != '\0'; id++) {
		m.id = arena_printf(mem, "a%cb", *id);
		refuse(mem, &m, &sender, "The id of the mail is not one.");
	}
	m.id = "";
	refuse(mem, &m, &sender, "The id of the mail is not one.");
	m = plain;
	m.language = "ru\r\nBcc: eve@example.com";
	refuse(mem, &m, &sender, "The language of the mail is not one.");
	buf_free(&b);
	arena_free(mem);
}

static void
refuses_a_sender_that_breaks_a_header(void)
{
	static const struct message_sender name = {"A\r\nBcc: b@c.example",
					       "a@b.example"},
					   address = {"A", "a@b.example\n"};
	struct arena *mem = arena_new(MEMORY);

	refuse(mem, &plain, &name,
	    "The sender name of the mail holds a control character.");
	refuse(mem, &plain, &address,
	    "The sender address of the mail holds a control character.");
	arena_free(mem);
}

static void
stops_at_its_ceiling(void)
{
	struct arena *mem = arena_new(MEMORY);
	const char *why = "";
	struct buf b;

	buf_init(&b, 300);
	CU_ASSERT_EQUAL(
	    message_compose(mem, &b, &plain, plain.to, &sender, &why),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(why, "The mail has more than 300 bytes.");
	buf_free(&b);
	arena_free(mem);
}

static void
turns_domains_into_ascii(void)
{
	struct arena *mem = arena_new(MEMORY);

	CU_ASSERT_STRING_EQUAL(
	    email_to_ascii(mem, "A.b@example.com"), "A.b@example.com");
	CU_ASSERT_STRING_EQUAL(email_to_ascii(mem, "a@b\xc3\xbc"
						   "cher.example"),
	    "a@xn--bcher-kva.example");
	CU_ASSERT_STRING_EQUAL(email_to_ascii(mem, "\xc3\xbc@stra\xc3\x9f"
						   "e.example"),
	    "\xc3\xbc@xn--strae-oqa.example");
	CU_ASSERT_PTR_NULL(email_to_ascii(mem, "no address"));
	CU_ASSERT_PTR_NULL(email_to_ascii(mem, "a@\xff"));
	arena_free(mem);
}

static void
say(struct smtp_talk *t, const char *line)
{
	smtp_talk_hear(t, line, strlen(line));
}

static void
listens_to_a_server(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct smtp_talk t = {.server = "h:25", .secrets = {"s3cret"}};

	smtp_talk_start(&t);
	say(&t, "220 h ESMTP\r\n");
	say(&t, "250-h\r\n");
	say(&t, "250-SmtpUtf8\r\n");
	say(&t, "250 SIZE 1000\r\n");
	CU_ASSERT(t.offers_utf8);
	CU_ASSERT_EQUAL(t.step, SMTP_SESSION);
	smtp_talk_begin(&t);
	say(&t, "250 2.1.0 Ok\r\n");
	CU_ASSERT_EQUAL(t.step, SMTP_RECIPIENT);
	say(&t, "550-no\r\n");
	say(&t, "550 such\x1buser\r\n");
	say(&t, "221 bye\r\n");
	CU_ASSERT(smtp_talk_is_final(&t));
	CU_ASSERT_STRING_EQUAL(smtp_talk_explain(&t, mem, "x"),
	    "The mail server h:25 refused the recipient: \"550 no "
	    "such?user\".");
	smtp_talk_start(&t);
	say(&t, "535 bad s3cret");
	CU_ASSERT_FALSE(smtp_talk_is_final(&t));
	CU_ASSERT_STRING_EQUAL(smtp_talk_explain(&t, mem, "Login denied"),
	    "The mail server h:25 said \"535 (a text with the password)\" "
	    "(Login denied).");
	smtp_talk_start(&t);
	say(&t, "220 again");
	CU_ASSERT_FALSE(t.offers_utf8);
	say(&t, "");
	say(&t, "25");
	say(&t, "what is this");
	CU_ASSERT_STRING_EQUAL(smtp_talk_explain(&t, mem, "Timeout"),
	    "The mail server h:25 does not take mail: Timeout.");
	arena_free(mem);
}

CU_TestInfo message_tests[] = {
    {"a mail is composed to the byte", composes_a_message},
    {"a message says its language", says_its_language},
    {"the date has the right day of the week", knows_the_day_of_the_week},
    {"a control character is refused in a header",
	refuses_what_breaks_a_header},
    {"what is no address, or no id, is refused", refuses_what_is_no_address},
    {"a sender that breaks a header is refused",
	refuses_a_sender_that_breaks_a_header},
    {"a mail stops at its ceiling", stops_at_its_ceiling},
    {"domains get their ASCII form", turns_domains_into_ascii},
    {"a server's refusal is understood", listens_to_a_server},
    CU_TEST_INFO_NULL,
};
