/* Headers folded and encoded, bodies encoded, and what comes back when a
 * message is read. */
#include <stdlib.h>
#include <string.h>

#include "services/message.h"
#include "unit.h"

enum { MEMORY = 16 << 20, WIDE = 78 };

static const struct mail plain = {.id = "id-1",
    .to = "ada@example.com",
    .subject = "Hello",
    .text = "Hi.\n",
    .html = "<p>Hi.</p>\n"};

/* What `put` makes of `text` after "Name:". */
static const char *
made(struct arena *mem, void (*put)(struct buf *, const char *),
    const char *start, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	buf_puts(&b, start);
	put(&b, text);
	out = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}

static void
writes_names(void)
{
	static const struct {
		const char *name, *header;
	} cases[] = {
	    {"Atrium", " Atrium"},
	    {"The Atrium", " The Atrium"},
	    {"O'Neill & Sons", " O'Neill & Sons"},
	    {"Atrium, Inc.", " \"Atrium, Inc.\""},
	    {"a \"b\" \\", " \"a \\\"b\\\" \\\\\""},
	    {"two  spaces", " \"two  spaces\""},
	    {" around ", " \" around \""},
	    {"a@b.example", " \"a@b.example\""},
	    {"Gr\xc3\xbc\xc3\x9f"
	     "e",
		" =?UTF-8?B?R3LDvMOfZQ==?="},
	    {"=?UTF-8?Q?x?=", " =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?="},
	};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_STRING_EQUAL(
		    made(mem, message_put_name, "", cases[i].name),
		    cases[i].header);
	arena_free(mem);
}

/* No line is wider than 78, and all is there again once read. */
static void
holds(struct arena *mem, const char *subject)
{
	const char *header = arena_printf(mem, "%s\r\n\r\n",
	    made(mem, message_put_text, "Subject:", subject));
	struct bytes all = {header, strlen(header)};
	struct bytes back = message_header(mem, all, "subject");

	CU_ASSERT_EQUAL(back.n, strlen(subject));
	CU_ASSERT_EQUAL(memcmp(back.at, subject, back.n), 0);
	while (*header != '\0') {
		size_t n = strcspn(header, "\r");

		CU_ASSERT(n <= WIDE);
		CU_ASSERT(strncmp(header + n, "\r\n", 2) == 0);
		header += n + 2;
	}
}

static void
folds_headers(void)
{
	struct arena *mem = arena_new(MEMORY);
	char words[600], umlauts[601], letters[600];

	CU_ASSERT_STRING_EQUAL(
	    made(mem, message_put_text, "Subject:",
		"Atrium - Password recovery for user "
		"somebody.with.a.name@a-rather-long-domain.example"),
	    "Subject: Atrium - Password recovery for user\r\n"
	    " somebody.with.a.name@a-rather-long-domain.example");
	for (size_t i = 0; i < sizeof(words); i++) {
		words[i] = i % 5 == 4 ? ' ' : 'w';
		letters[i] = 'x';
		umlauts[i] = i % 2 == 0 ? '\xc3' : '\xbc';
	}
	words[598] = letters[599] = umlauts[600] = '\0';
	/* Every length, so that every place of a fold is met. */
	for (size_t i = 0; i < 300; i += 2)
		holds(mem, umlauts + i);
	for (size_t i = 0; i < 300; i++)
		holds(mem, letters + i);
	for (size_t i = 0; i < 300; i++)
		if (words[i] != ' ')
			holds(mem, words + i);
	holds(mem, "=?UTF-8?B?aGFja2Vk?=");
	holds(mem, "a  b");
	arena_free(mem);
}

static void
quotes_printable(void)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
	    {"", ""},
	    {"a=b", "a=3Db"},
	    {"a\nb\r\nc", "a\r\nb\r\nc"},
	    {"a\rb", "a=0Db"},
	    {"a \nb\t\n ", "a=20\r\nb=09\r\n=20"},
	    {"a b", "a b"},
	    {".\n.a\na.", "=2E\r\n=2Ea\r\na."},
	    {"From me\nFromage\n From", "=46rom me\r\nFromage\r\n From"},
	    {"\xc3\xbc", "=C3=BC"},
	    {"\x1b[m\x7f", "=1B[m=7F"},
	};
	struct arena *mem = arena_new(MEMORY);
	char line[301];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_STRING_EQUAL(
		    made(mem, message_put_quoted_printable, "", cases[i].text),
		    cases[i].quoted);
	memset(line, '.', 300);
	line[300] = '\0';
	CU_ASSERT_EQUAL(
	    strcspn(made(mem, message_put_quoted_printable, "", line), "\r"),
	    76);
	/* A character is never cut in two. */
	for (size_t i = 0; i < 150; i++)
		memcpy(line + 2 * i, "\xc3\xbc", 2);
	CU_ASSERT_EQUAL(
	    strncmp(made(mem, message_put_quoted_printable, "", line) + 72,
		"=\r\n=C3=BC", 9),
	    0);
	arena_free(mem);
}

static const char *
composed(struct arena *mem, const struct mail *m)
{
	const char *out, *why = "";
	struct message_sender sender = {"Atrium", "no@atrium.example"};
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	CU_ASSERT_EQUAL(message_compose(mem, &b, m, m->to, &sender, &why), OK);
	out = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}

static void
reads_bodies_back(void)
{
	static const char *const texts[] = {"", "a", "a\r\n", "--=_id-1",
	    "--=_id-1--\r\n", "\r\n\r\n", "=", " ",
	    "\xf0\x9f\x98\x80\r\n.\r\n"};
	struct arena *mem = arena_new(MEMORY);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct mail m = plain;
		struct bytes all, text, html;

		m.text = texts[i];
		m.html = texts[(i + 1) % (sizeof(texts) / sizeof(texts[0]))];
		all.at = composed(mem, &m);
		all.n = strlen(all.at);
		text = message_body(mem, all, "text/plain");
		html = message_body(mem, all, "text/html");
		CU_ASSERT_EQUAL(text.n, strlen(m.text));
		CU_ASSERT_EQUAL(memcmp(text.at, m.text, text.n), 0);
		CU_ASSERT_EQUAL(html.n, strlen(m.html));
		CU_ASSERT_EQUAL(memcmp(html.at, m.html, html.n), 0);
		CU_ASSERT_PTR_NULL(message_body(mem, all, "image/png").at);
	}
	arena_free(mem);
}

/* Cut anywhere, and with any byte changed, in memory of exactly its size. */
static void
reads_what_is_broken(void)
{
	struct arena *mem = arena_new(MEMORY);
	struct mail m = plain;
	const char *whole;
	size_t n;

	m.subject = "\xc3\xbc\xc3\xbc";
	whole = composed(mem, &m);
	n = strlen(whole);
	for (size_t i = 0; i < 2 * n; i++) {
		struct arena_mark mark = arena_mark(mem);
		size_t length = i < n ? i : n;
		char *copy = malloc(length + 1);

		if (copy == NULL)
			abort();
		memcpy(copy, whole, length);
		if (i >= n)
			copy[i - n] ^= 0x1f;
		copy = realloc(copy, length > 0 ? length : 1);
		struct bytes all = {copy, length};
		CU_ASSERT(message_header(mem, all, "Subject").n <= length);
		CU_ASSERT(message_body(mem, all, "text/plain").n <= length);
		CU_ASSERT(message_body(mem, all, "text/html").n <= length);
		free(copy);
		arena_rewind(mem, mark);
	}
	arena_free(mem);
}

CU_TestInfo message_part_tests[] = {
    {"names are plain, quoted or encoded", writes_names},
    {"headers are folded, and unfold to the same", folds_headers},
    {"quoted-printable keeps every byte", quotes_printable},
    {"bodies come back as they were", reads_bodies_back},
    {"a broken message is read without harm", reads_what_is_broken},
    CU_TEST_INFO_NULL,
};
