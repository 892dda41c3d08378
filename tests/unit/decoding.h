/* The structs, schemas and steps that the tests of decoding share. */
#ifndef DECODING_H
#define DECODING_H

#include "core/decode.h"

struct account {
	const char *email, *name, *password;
	bool active;
};
extern const struct schema account;

/* One of each type, none of them required or secret. */
struct each {
	bool b;
	int64_t i, bounded, plain_max;
	double r;
	const char *t, *p, *preset;
	struct uuid u;
	struct timestamp m;
};
extern const struct schema each;

struct list_query {
	struct uuid id;
	int64_t skip, limit;
	const char *email_to, *title, *key;
};
extern const struct schema list_query;

struct sign_in {
	const char *grant_type, *username, *password, *scope;
	int64_t tries;
};
extern const struct schema sign_in;

/* Lists of texts and JSON that is kept. */
struct lists {
	struct texts names, tags, hidden, preset, words;
	struct raw_json any, small, maybe, sought;
};
extern const struct schema lists;

/* What one decoding leaves; freed by decoding_done(). */
struct result {
	struct arena *mem;
	struct json *doc;
	struct buf text; /* faults_write() */
	struct presence given;
	enum err err;
	union {
		struct account account;
		struct each each;
		struct list_query list;
		struct sign_in sign_in;
		struct lists lists;
	} row;
};

void decoding_run(struct result *, const struct schema *, const struct input *);
void
decoding_run_json(struct result *, const struct schema *, const char *json);
void decoding_done(struct result *);
/* The faults of one JSON body, as they are sent. */
void
decoding_check(const struct schema *, const char *json, const char *faults);

#define DETAIL(items) "{\"detail\":[" items "]}"

#endif
