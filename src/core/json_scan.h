/*
 * Between json_scan.c, which reads the text, json_text.c, which knows the
 * escapes, and json.c, which builds the tree. Everybody else includes json.h.
 */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include "core/json.h"

enum json_token_kind {
	TOKEN_NULL,
	TOKEN_FALSE,
	TOKEN_TRUE,
	TOKEN_INTEGER, /* no fraction and no exponent, whatever its size */
	TOKEN_NUMBER,
	TOKEN_TEXT,
	TOKEN_NAME, /* of the member whose value follows */
	TOKEN_LIST,
	TOKEN_OBJECT,
	TOKEN_END /* of the innermost list or object */
};

struct json_token {
	enum json_token_kind kind;
	const char *at; /* of a text or name: what stands between the quotes */
	size_t n;
	bool escaped; /* it holds a backslash */
};

struct json_tree;

/* As json_scan(), and puts each token into the tree, unless that is NULL. */
enum err json_read(const char *text, size_t n, int depth, size_t *members,
    struct json_tree *, struct json_fault *) MUST_CHECK;
/* json.c: NULL, or why the document is refused at this token. */
const char *json_tree_take(struct json_tree *, const struct json_token *);

/* The value of four hexadecimal digits, or -1. */
int json_hex4(const char *);
/* Appends what a scanned text with escapes stands for. */
void json_unescape(struct buf *, const char *, size_t n);

#endif
