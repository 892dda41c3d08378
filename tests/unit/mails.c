/*
 * The mails that are sent, as a client gets them.
 */
#include <stdio.h>
#include <string.h>

#include "core/template.h"
#include "unit.h"

struct letter {
	const char *project_name, *email, *full_name, *link;
	int64_t valid_hours;
	const char *site;
	const char *device_name, *user_agent, *ip, *at, *what;
};

/* As the domains pass them: schemas.c of users/, service/, auth/. */
#define T struct letter
SCHEMA(mail_account, "MailAccount", FIELD(project_name), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(link), FIELD(valid_hours),
    FIELD(site));
SCHEMA(mail_session, "MailSession", FIELD(project_name), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(device_name, .flags = NULLABLE),
    FIELD(user_agent, .flags = NULLABLE), FIELD(ip, .flags = NULLABLE),
    FIELD(at), FIELD(what, .flags = NULLABLE), FIELD(link), FIELD(valid_hours),
    FIELD(site));
SCHEMA(mail_try, "MailTry", FIELD(project_name), FIELD(email), FIELD(link));
#undef T

static const struct letter sample = {.project_name = "Arch & Sons",
    .email = "o'hara@example.com",
    .full_name = "Scarlett <O'Hara>",
    .link = "https://example.com/reset-password?token=a.b-c_d",
    .valid_hours = 48,
    .site = "https://example.com",
    .device_name = "<Phone>",
    .user_agent = "Browser & Co",
    .ip = "192.0.2.1",
    .at = "21 November 2026, 10:15 UTC",
    .what = "A passkey was added to the account."};

static struct {
	struct arena *mem;
	struct templates *templates;
	const char *language; /* NULL: English */
} run;

static void
begin(void)
{
	const char *why;

	run.mem = arena_new(16 << 20);
	run.language = NULL;
	run.templates = templates_load(run.mem, SOURCE_DIR "/templates", &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run.templates);
}

static void
end(void)
{
	templates_free(run.templates);
	arena_free(run.mem);
}

static const char *
render(const char *name, const struct schema *view, const struct letter *row)
{
	return template_render(run.templates, run.mem,
	    arena_printf(run.mem, "mail/%s", name), run.language, view, row);
}

static void
need(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		printf("\n    not found: %s\n    ", part);
		CU_FAIL("a mail lacks something");
	}
}

static int
columns(const char *line, const char *end)
{
	int n = 0;

	for (; line < end; line++)
		n += ((unsigned char)*line & 0xc0) != 0x80;
	return n;
}

static void
check_text(const char *text)
{
	const char *line, *end;

	need(text, "\n\nhttps://example.com/reset-password?token=a.b-c_d\n\n");
	need(text, "\n-- \nArch & Sons\n");
	for (line = text; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		CU_ASSERT_PTR_NOT_NULL_FATAL(end);
		CU_ASSERT_TRUE(columns(line, end) <= 76);
	}
	CU_ASSERT_PTR_NULL(strstr(text, "{{"));
}

static void
check_html(const char *html)
{
	static const char link[] =
	    "href=\"https://example.com/reset-password?token=a.b-c_d\"";

	CU_ASSERT_EQUAL(strncmp(html, "<!DOCTYPE html>\n", 16), 0);
	need(html, run.language == NULL ? "<html lang=\"en\" dir=\"ltr\""
					: "<html lang=\"ru\" dir=\"ltr\"");
	need(html, "<title>Arch &amp; Sons ");
	need(html, "<meta name=\"color-scheme\" content=\"light dark\">");
	need(html, "o&#39;hara@example.com");
	/* A button, and the address beneath. */
	need(html, link);
	need(strstr(html, link) + 1, link);
	need(html, ">https://example.com/reset-password?token=a.b-c_d</a>");
	need(html, "</table>\n</div>\n</body>\n</html>\n");
	/* Nothing that a client would have to fetch. */
	CU_ASSERT_PTR_NULL(strstr(html, "src="));
	CU_ASSERT_PTR_NULL(strstr(html, "url("));
	CU_ASSERT_PTR_NULL(strstr(html, "<link"));
	CU_ASSERT_PTR_NULL(strstr(html, "{{"));
	for (; (html = strstr(html, "<table ")) != NULL; html++)
		CU_ASSERT_EQUAL(
		    strncmp(html, "<table role=\"presentation\" ", 27), 0);
}

/* What the text and the HTML of a mail have in common. */
static void
need_both(const char *name, const struct letter *row, const char *part)
{
	need(render(arena_printf(run.mem, "%s.txt", name), &mail_account, row),
	    part);
	need(render(arena_printf(run.mem, "%s.html", name), &mail_account, row),
	    part);
}

static void
test_try(void)
{
	begin();
	CU_ASSERT_STRING_EQUAL(render("test_email.subject", &mail_try, &sample),
	    "Arch & Sons - Test email");
	check_text(render("test_email.txt", &mail_try, &sample));
	check_html(render("test_email.html", &mail_try, &sample));
	end();
}

static void
test_new_account(void)
{
	struct letter nameless = sample;

	begin();
	nameless.full_name = NULL;
	CU_ASSERT_STRING_EQUAL(
	    render("new_account.subject", &mail_account, &sample),
	    "Arch & Sons - New account for user o'hara@example.com");
	check_text(render("new_account.txt", &mail_account, &sample));
	check_html(render("new_account.html", &mail_account, &sample));
	need_both("new_account", &sample, "works once, within 48 h.");
	need(render("new_account.txt", &mail_account, &sample),
	    "\n-- \nArch & Sons\nhttps://example.com\n");
	need(render("new_account.html", &mail_account, &sample),
	    "href=\"https://example.com\"");
	need(render("new_account.txt", &mail_account, &sample),
	    "Hello Scarlett <O'Hara>,\n");
	need(render("new_account.html", &mail_account, &sample),
	    ">Hello Scarlett &lt;O&#39;Hara&gt;,</p>");
	need_both("new_account", &nameless, "Hello,");
	end();
}

/* Whoever signs up chooses a name, and any address: it is not repeated. */
static void
test_recovery(void)
{
	const char *text, *html;

	begin();
	CU_ASSERT_STRING_EQUAL(
	    render("reset_password.subject", &mail_account, &sample),
	    "Arch & Sons - Password recovery for user o'hara@example.com");
	text = render("reset_password.txt", &mail_account, &sample);
	html = render("reset_password.html", &mail_account, &sample);
	check_text(text);
	check_html(html);
	need_both("reset_password", &sample, "works once, within 48 h.");
	CU_ASSERT_PTR_NULL(strstr(text, "Scarlett"));
	CU_ASSERT_PTR_NULL(strstr(html, "Scarlett"));
	end();
}

/* Who signed in is a stranger, perhaps: what it sent is shown as text. */
static void
test_sessions(void)
{
	static const char *const names[] = {
	    "new_device", "refresh_reused", "factor_changed"};
	struct letter bare = sample;

	begin();
	bare.device_name = bare.user_agent = bare.ip = NULL;
	for (size_t i = 0; i < 3; i++) {
		const char *text = arena_printf(run.mem, "%s.txt", names[i]);
		const char *html = arena_printf(run.mem, "%s.html", names[i]);

		check_text(render(text, &mail_session, &sample));
		check_html(render(html, &mail_session, &sample));
		check_text(render(text, &mail_session, &bare));
		need(render(text, &mail_session, &sample), "192.0.2.1");
		need(render(html, &mail_session, &sample),
		    "21 November 2026, 10:15 UTC");
	}
	need(render("new_device.html", &mail_session, &sample),
	    "Device: &lt;Phone&gt;<br>Program: Browser &amp; Co<br>");
	need(render("new_device.txt", &mail_session, &sample),
	    "\n\nWhen: 21 November 2026, 10:15 UTC\nDevice: <Phone>\nProgram: "
	    "Browser & Co\nFrom: 192.0.2.1\n\n");
	need(render("factor_changed.txt", &mail_session, &sample),
	    "\n\nA passkey was added to the account.\n\n");
	end();
}

/* Nobody has shown yet that the address is its own: no name of its choice. */
static void
test_addresses(void)
{
	begin();
	check_text(render("verify_email.txt", &mail_account, &sample));
	check_html(render("verify_email.html", &mail_account, &sample));
	need_both("email_changed", &sample, "example.com");
	check_text(render("export_ready.txt", &mail_account, &sample));
	check_html(render("export_ready.html", &mail_account, &sample));
	CU_ASSERT_PTR_NULL(strstr(
	    render("verify_email.txt", &mail_account, &sample), "Scarlett"));
	end();
}

/* All of them, with nothing of English left. */
static void
test_russian(void)
{
	static const struct {
		const char *name, *part;
		const struct schema *view;
	} mails[] = {
	    {"test_email", "Почта работает", &mail_try},
	    {"new_account", "Здравствуйте, Scarlett", &mail_account},
	    {"reset_password", "Задайте новый пароль", &mail_account},
	    {"verify_email", "Подтвердите свой адрес", &mail_account},
	    {"export_ready", "Ваши данные готовы", &mail_account},
	    {"new_device", "Программа: Browser", &mail_session},
	    {"refresh_reused", "Откуда: 192.0.2.1", &mail_session},
	    {"factor_changed", "Когда: 21 November", &mail_session},
	};

	begin();
	run.language = "ru";
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		const char *name = mails[i].name;
		const char *text = render(arena_printf(run.mem, "%s.txt", name),
		    mails[i].view, &sample);
		const char *html =
		    render(arena_printf(run.mem, "%s.html", name),
			mails[i].view, &sample);

		check_text(text);
		check_html(html);
		need(html, mails[i].part);
		need(html, "o&#39;hara@example.com от имени Arch &amp; Sons");
		CU_ASSERT_PTR_NULL(strstr(text, "you"));
		CU_ASSERT_PTR_NULL(strstr(html, " you"));
		CU_ASSERT_PTR_NULL(strstr(html, "**"));
	}
	CU_ASSERT_STRING_EQUAL(
	    render("reset_password.subject", &mail_account, &sample),
	    "Arch & Sons — восстановление пароля для o'hara@example.com");
	need(render("reset_password.html", &mail_account, &sample),
	    "<strong>o&#39;hara@example.com</strong> в Arch");
	need(render("email_changed.txt", &mail_account, &sample),
	    "Если это сделали вы,");
	end();
}

CU_TestInfo mails_tests[] = {
    {"a mail to try it", test_try},
    {"a new account", test_new_account},
    {"a forgotten password", test_recovery},
    {"sign-ins and factors", test_sessions},
    {"addresses", test_addresses},
    {"all of them in Russian", test_russian},
    CU_TEST_INFO_NULL,
};
