/* Pictures for a phone's camera. libqrencode's own SVG writer is a program's,
 * not the library's. */
#include "core/qr.h"

#include <errno.h>
#include <limits.h>
#include <qrencode.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"

enum {
	QUIET = 4,
	/* A row of the largest code (177 modules) has 89 runs of 20 bytes. */
	SVG_MAX = 512 * 1024
};

/* As XML 1.0 takes it in a quoted value; it has no control characters. */
static void
put_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '&')
			buf_puts(out, "&amp;");
		else if (*text == '<')
			buf_puts(out, "&lt;");
		else if (*text == '>')
			buf_puts(out, "&gt;");
		else if (*text == '"')
			buf_puts(out, "&quot;");
		else if ((unsigned char)*text >= ' ')
			buf_putc(out, *text);
}

static int
dark_run(const unsigned char *row, int x, int width)
{
	int n = 0;

	while (x + n < width && (row[x + n] & 1) != 0)
		n++;
	return n;
}

/* A rectangle for each run of dark modules. */
static void
put_row(struct buf *out, const unsigned char *row, int y, int width)
{
	for (int x = 0; x < width; x++) {
		int run = dark_run(row, x, width);

		if (run == 0)
			continue;
		buf_printf(
		    out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
		x += run;
	}
}

/* The colour is an attribute, which any rule of the page's style overrides. */
static void
put_svg(struct buf *out, const QRcode *code, const char *label)
{
	int side = code->width + 2 * QUIET;

	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "role=\"img\" color=\"#000\" aria-label=\"",
	    side, side);
	put_escaped(out, label);
	buf_printf(out,
	    "\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
	    "<path fill=\"currentColor\" shape-rendering=\"crispEdges\" d=\"",
	    side, side);
	for (int y = 0; y < code->width; y++)
		put_row(out, code->data + y * code->width, y, code->width);
	buf_puts(out, "\"/></svg>");
}

const char *
qr_svg(struct arena *mem, const char *text, const char *label)
{
	struct buf out;
	QRcode *code;
	const char *svg;

	if (strlen(text) > INT_MAX)
		return NULL;
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL && errno == ENOMEM)
		log_fatal("out of memory");
	if (code == NULL)
		return NULL;
	buf_init(&out, SVG_MAX);
	put_svg(&out, code, label);
	svg = out.full ? NULL : arena_copy(mem, out.data, out.len);
	buf_free(&out);
	QRcode_free(code);
	return svg;
}
