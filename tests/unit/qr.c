/* The picture of a text, read back module by module, and its frame. */
#include "core/qr.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { SIDE = 21, QUIET = 4, LONGEST = 2331 };

/* What libqrencode 4.1.1 makes of "Atrium" at level M, version 1. */
static const char *const expected[SIDE] = {
    "#######.#.....#######",
    "#.....#...##..#.....#",
    "#.###.#.#.#.#.#.###.#",
    "#.###.#..##.#.#.###.#",
    "#.###.#..#..#.#.###.#",
    "#.....#.#.....#.....#",
    "#######.#.#.#.#######",
    "...........#.........",
    "#.#...##.#.##..#..#.#",
    "...###...#.......#.##",
    "#.#...####....#..##.#",
    "#.#..#.#....#...##.#.",
    "..##.##..##...#....##",
    "........#.##.##......",
    "#######.##.###.###..#",
    "#.....#...##.###.#..#",
    "#.###.#...#####..#..#",
    "#.###.#..#......#.#..",
    "#.###.#.##....#.#.###",
    "#.....#..##.#..#.#...",
    "#######.###...#.#...#",
};

/* A number and the letter before it: "M4", "h-7". */
static bool
take(const char **p, const char *before, int *out)
{
	size_t n = strlen(before);
	char *end;

	if (strncmp(*p, before, n) != 0)
		return false;
	*out = (int)strtol(*p + n, &end, 10);
	if (end == *p + n)
		return false;
	*p = end;
	return true;
}

/* The modules of a path of "Mx yhNv1h-Nz"; false when it is another. */
static bool
draw(const char *p, char drawn[SIDE][SIDE + 1])
{
	int x, y, n, back;

	for (int i = 0; i < SIDE; i++) {
		memset(drawn[i], '.', SIDE);
		drawn[i][SIDE] = '\0';
	}
	while (*p != '"') {
		if (!take(&p, "M", &x) || !take(&p, " ", &y) ||
		    !take(&p, "h", &n) || !take(&p, "v1h-", &back) ||
		    *p++ != 'z' || n != back || n < 1)
			return false;
		if (x < QUIET || x + n > SIDE + QUIET || y < QUIET ||
		    y >= SIDE + QUIET)
			return false;
		memset(&drawn[y - QUIET][x - QUIET], '#', (size_t)n);
	}
	return true;
}

static void
modules(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *svg = qr_svg(mem, "Atrium", "code"), *path;
	char drawn[SIDE][SIDE + 1];

	CU_ASSERT_PTR_NOT_NULL_FATAL(svg);
	path = strstr(svg, " d=\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(path);
	CU_ASSERT_TRUE_FATAL(draw(path + strlen(" d=\""), drawn));
	for (int y = 0; y < SIDE; y++)
		CU_ASSERT_STRING_EQUAL(drawn[y], expected[y]);
	arena_free(mem);
}

static void
frame(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *svg = qr_svg(mem, "Atrium", "A \"code\" <&>\n\x01\xc3\xa9");
	static const char head[] =
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" "
	    "role=\"img\" color=\"#000\" "
	    "aria-label=\"A &quot;code&quot; &lt;&amp;&gt;\xc3\xa9\">"
	    "<rect width=\"29\" height=\"29\" fill=\"#fff\"/>"
	    "<path fill=\"currentColor\" shape-rendering=\"crispEdges\" "
	    "d=\"M4 4h7v1h-7zM12 4h1v1h-1z";
	static const char tail[] = "z\"/></svg>";

	CU_ASSERT_PTR_NOT_NULL_FATAL(svg);
	CU_ASSERT_EQUAL(strncmp(svg, head, strlen(head)), 0);
	CU_ASSERT_STRING_EQUAL(svg + strlen(svg) - strlen(tail), tail);
	CU_ASSERT_STRING_EQUAL(
	    svg, qr_svg(mem, "Atrium", "A \"code\" <&>\n\x01\xc3\xa9"));
	CU_ASSERT_STRING_NOT_EQUAL(
	    svg, qr_svg(mem, "atrium", "A \"code\" <&>\xc3\xa9"));
	arena_free(mem);
}

static void
limit(void)
{
	struct arena *mem = arena_new(4 << 20);
	static char text[100001];
	const char *svg;

	memset(text, 'x', sizeof(text) - 1);
	CU_ASSERT_PTR_NULL(qr_svg(mem, text, ""));
	text[LONGEST + 1] = '\0';
	CU_ASSERT_PTR_NULL(qr_svg(mem, text, ""));
	text[LONGEST] = '\0';
	svg = qr_svg(mem, text, "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(svg);
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "viewBox=\"0 0 185 185\""));
	CU_ASSERT_STRING_EQUAL(svg + strlen(svg) - 6, "</svg>");
	CU_ASSERT_PTR_NULL(qr_svg(mem, "", ""));
	arena_free(mem);
}

CU_TestInfo qr_tests[] = {
    {"the modules are libqrencode's", modules},
    {"the frame is XML, whatever the label, and the same each time", frame},
    {"the longest text has a picture, a longer one has none", limit},
    CU_TEST_INFO_NULL,
};
