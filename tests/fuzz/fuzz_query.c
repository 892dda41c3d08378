/* Queries and urlencoded bodies, up to the struct: the pairs are text, and
 * decoding them ends in values or in faults that can be sent. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "http/form.h"

struct query {
	bool b;
	int64_t i;
	double r;
	const char *t, *e;
	struct uuid u;
	struct timestamp m;
};
#define T struct query
SCHEMA(query, "Query", FIELD(b, .from = FROM_QUERY),
    FIELD(i, .from = FROM_QUERY, .max = 100), FIELD(r, .from = FROM_QUERY),
    FIELD(t, .from = FROM_QUERY, .min = 1, .max = 9),
    FIELD(e, .from = FROM_QUERY, .format = FORMAT_EMAIL),
    FIELD(u, .from = FROM_QUERY), FIELD(m, .from = FROM_QUERY));
#undef T

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
decode(struct arena *mem, const struct pair *pairs, size_t n)
{
	struct query row = {0};
	struct presence given;
	struct faults faults;
	struct buf out;
	enum err err = schema_decode(mem, &query,
	    &(struct input){.query = pairs, .nquery = n}, &row, &given,
	    &faults);

	buf_init(&out, 1 << 20);
	faults_write(&out, &faults);
	if ((err == OK) != (faults.n == 0) || out.full ||
	    !utf8_valid(out.data, out.len) ||
	    (row.t && !utf8_valid(row.t, strlen(row.t))))
		abort();
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(64 << 20);
	struct pair *pairs;
	size_t npairs;

	if (form_urlencoded(mem, (const char *)data, n, &pairs, &npairs) ==
	    OK) {
		if (npairs > FORM_PAIRS)
			abort();
		for (size_t i = 0; i < npairs; i++)
			if (!utf8_valid(pairs[i].value, pairs[i].length) ||
			    pairs[i].value[pairs[i].length] != '\0')
				abort();
		decode(mem, pairs, npairs);
	}
	arena_free(mem);
	return 0;
}
