/*
 * Guessing gets slow: failures in a row are counted for the account that they
 * are about, existing or not, and for the address that they come from. The
 * counters are rows, so all workers see them.
 */
#include <string.h>

#include "core/crypto.h"
#include "http/ctx.h"
#include "users/model.h"

enum { RECOVERY_ACCOUNT = 5 };

struct subjects {
	const char *account, *address;
	int64_t account_free, address_free;
};

/* Digests: names of people and their machines are not kept here. */
static const char *
digest(struct arena *mem, const char *prefix, const char *text)
{
	uint8_t sum[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	text = arena_printf(mem, "%s %s", prefix, text);
	crypto_sha256(text, strlen(text), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}

static struct subjects
subjects(struct ctx *c, enum throttled what, const char *email_key)
{
	static const char *const names[][2] = {
	    [THROTTLE_LOGIN] = {"login account", "login address"},
	    [THROTTLE_RECOVERY] = {"recovery account", "recovery address"}};

	return (struct subjects){
	    .account = digest(c->mem, names[what][0], email_key),
	    .address = digest(c->mem, names[what][1], ctx_address(c)),
	    .account_free = what == THROTTLE_RECOVERY
				? RECOVERY_ACCOUNT
				: c->config->LOGIN_ACCOUNT_FAILURES,
	    .address_free = c->config->LOGIN_ADDRESS_FAILURES};
}

enum err
throttle_check(struct ctx *c, enum throttled what, const char *email_key)
{
	static const char *const titles[] = {
	    [THROTTLE_LOGIN] = "failed attempts",
	    [THROTTLE_RECOVERY] = "requests"};
	struct subjects s = subjects(c, what, email_key);
	struct timestamp now = time_now();
	const struct throttle *row;
	struct list rows;
	int64_t wait = 0;
	enum err err;

	err = throttle_find(c->db, s.account, s.address, now, &rows);
	if (err)
		return err;
	row = rows.rows;
	for (size_t i = 0; i < rows.n; i++)
		if (row[i].blocked_until.us - now.us > wait)
			wait = row[i].blocked_until.us - now.us;
	if (wait == 0)
		return OK;
	c->retry_s = (wait + 999999) / 1000000;
	return fail(c, ERR_TOO_MANY, "Too many %s. Try again in %lld second%s.",
	    titles[what], (long long)c->retry_s, c->retry_s == 1 ? "" : "s");
}

enum err
throttle_count(struct ctx *c, enum throttled what, const char *email_key)
{
	struct subjects s = subjects(c, what, email_key);
	struct timestamp now = time_now();
	enum err err;

	err = throttle_add(c->db, s.account, s.account_free, now);
	if (!err)
		err = throttle_add(c->db, s.address, s.address_free, now);
	return err;
}

enum err
throttle_forgive(struct ctx *c, enum throttled what, const char *email_key)
{
	return throttle_clear(c->db, subjects(c, what, email_key).account);
}
