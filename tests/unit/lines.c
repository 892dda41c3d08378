/*
 * Names that fit in a line, codes that can be seen, currencies that there are.
 */
#include "unit.h"

#include "core/currency.h"
#include "core/line.h"

#define CONTROL "control characters are not allowed"
#define UNSEEN  "characters that cannot be seen are not allowed"
#define BEGINS  "it begins with a blank"
#define ENDS    "it ends with a blank"

static const struct {
	const char *text, *name, *code; /* why it is none */
} rows[] = {
    {"a", NULL, NULL},
    {"a b", NULL, NULL},
    {"\u00e9\u0301 \U0001F600", NULL, NULL},
    {"\uFFFD\U0010FFFF", NULL, NULL},
    {"", NULL, NULL},
    {" a", BEGINS, BEGINS},
    {"a ", ENDS, ENDS},
    {" ", BEGINS, BEGINS},
    {"\u00a0a", BEGINS, BEGINS},
    {"a\u3000", ENDS, ENDS},
    {"a\u2009b", NULL, NULL},
    {"a\tb", CONTROL, CONTROL},
    {"a\n", CONTROL, CONTROL},
    {"\x7f", CONTROL, CONTROL},
    {"a\xc2\x85", CONTROL, CONTROL},
    {"\u2028", CONTROL, CONTROL},
    {"a\u200db", NULL, UNSEEN},
    {"a\u202eb", NULL, UNSEEN},
    {"\ufeff", NULL, UNSEEN},
    {"a\u00ad", NULL, UNSEEN},
    {"\u2764\ufe0f", NULL, UNSEEN},
    {"\U000E0041", NULL, UNSEEN},
};

static void
check(const char *got, const char *want)
{
	CU_ASSERT_EQUAL(got == NULL, want == NULL);
	if (got != NULL && want != NULL)
		CU_ASSERT_STRING_EQUAL(got, want);
}

static void
test_lines(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(line_fault(rows[i].text), rows[i].name);
		check(line_code_fault(rows[i].text), rows[i].code);
	}
}

static void
test_currencies(void)
{
	static const char *const good[] = {
	    "AED", "EUR", "JPY", "XCG", "XOF", "ZWG"};
	static const char *const bad[] = {"", "E", "EU", "EURO", "eur", "EUr",
	    "UR ", "R G", " EU", "XTS", "XAU", "XDR", "DEM", "HRK", "BGN",
	    "ZWL"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CU_ASSERT_TRUE(currency_known(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(currency_known(bad[i]));
}

CU_TestInfo lines_tests[] = {
    {"what fits in a line, and what can be seen", test_lines},
    {"which currencies there are", test_currencies},
    CU_TEST_INFO_NULL,
};
