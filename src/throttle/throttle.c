/*
 * Guessing gets slow. Failures are counted for the account that they are
 * about, existing or not, and for the address that they come from, and for
 * both together: that counter stops a guesser early, the account's own only
 * many of them, and not for long, so that nobody is locked out from afar. The
 * counters are rows, so all workers see them; they forget with time.
 */
#include <string.h>

#include "core/crypto.h"
#include "http/ctx.h"
#include "throttle/model.h"

enum {
	HOUR_S = 3600,
	DAY_S = 24 * HOUR_S,
	GUESSERS = 10,
	MAILS = 5,
	CODES = 5,
	EXPORTS = 3
};

/* The counters of one matter; those without a name do not count. */
struct counters {
	struct throttle_rule both, account, address;
};

static struct counters
counters(const struct config *config, enum throttled what)
{
	int64_t account = config->LOGIN_ACCOUNT_FAILURES;
	int64_t address = config->LOGIN_ADDRESS_FAILURES;

	switch (what) {
	case THROTTLE_LOGIN:
		return (struct counters){
		    .both = {"login", account, 300, 360, HOUR_S},
		    .account = {"login account", account * GUESSERS, 30, 360,
			HOUR_S},
		    .address = {"login address", address, 300, 36, HOUR_S}};
	case THROTTLE_PASSWORD:
		return (struct counters){
		    .account = {"password", account, 300, 360, HOUR_S}};
	case THROTTLE_MFA:
		return (struct counters){
		    .account = {"mfa", CODES, 300, 360, HOUR_S}};
	case THROTTLE_EXPORT:
		return (struct counters){
		    .account = {"export", EXPORTS, HOUR_S, 8 * HOUR_S, DAY_S}};
	case THROTTLE_RECOVERY:
		break;
	}
	return (struct counters){
	    .account = {"recovery", MAILS, HOUR_S, 2 * HOUR_S, DAY_S},
	    .address = {"recovery address", address, 300, 36, HOUR_S}};
}

/*
 * Keyed digests: the table names neither people nor their machines, nor can
 * whoever reads it try them all.
 */
static const char *
digest(struct arena *mem, const struct config *config, const char *name,
    const char *one, const char *other)
{
	uint8_t sum[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	const char *text = arena_printf(mem, "%s %s %zu %s %s",
	    config->SECRET_KEY, name, strlen(one), one, other);

	crypto_sha256(text, strlen(text), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}

const char *
throttle_account(struct arena *mem, const struct config *config,
    enum throttled what, const char *account)
{
	return digest(
	    mem, config, counters(config, what).account.name, account, "");
}

/* The machine itself: a person there, or a proxy that names no client. */
static bool
is_loopback(const char *address)
{
	return *address == '\0' || strncmp(address, "127.", 4) == 0 ||
	       strcmp(address, "::") == 0; /* of ::1 the first half */
}

static struct throttle_subjects
subjects(struct ctx *c, enum throttled what, const char *account)
{
	struct counters n = counters(c->config, what);
	const char *address = ctx_address(c);
	struct throttle_subjects s = {
	    .account = throttle_account(c->mem, c->config, what, account)};

	s.item[0].rule = n.account;
	s.item[0].subject = s.account;
	if (n.both.name != NULL) {
		s.item[1].rule = n.both;
		s.item[1].subject =
		    digest(c->mem, c->config, n.both.name, account, address);
	}
	if (n.address.name != NULL && !is_loopback(address)) {
		s.item[2].rule = n.address;
		s.item[2].subject =
		    digest(c->mem, c->config, n.address.name, address, "");
	}
	return s;
}

static enum err
refuse_for_now(struct ctx *c, enum throttled what, int64_t wait_us)
{
	bool asks = what == THROTTLE_RECOVERY || what == THROTTLE_EXPORT;

	c->retry_s = (wait_us + 999999) / 1000000;
	return fail_code(c, ERR_TOO_MANY, "too_many",
	    "Too many %s. Try again in %lld second%s.",
	    asks ? "requests" : "failed attempts", (long long)c->retry_s,
	    c->retry_s == 1 ? "" : "s");
}

enum err
throttle_look(
    struct ctx *c, enum throttled what, const char *account, bool *by_address)
{
	struct throttle_subjects s = subjects(c, what, account);
	const char *address = s.item[THROTTLE_SUBJECTS - 1].subject;
	struct timestamp now = time_now();
	const struct throttle *row;
	struct list rows;
	int64_t wait = 0;
	enum err err;

	*by_address = false;
	err = throttle_find(c->db, &s, now, &rows);
	if (err)
		return err;
	row = rows.rows;
	for (size_t i = 0; i < rows.n; i++) {
		if (row[i].blocked_until.us <= now.us)
			continue;
		if (row[i].blocked_until.us - now.us > wait)
			wait = row[i].blocked_until.us - now.us;
		if (address != NULL && strcmp(row[i].subject, address) == 0)
			*by_address = true;
	}
	return wait == 0 ? OK : refuse_for_now(c, what, wait);
}

enum err
throttle_check(struct ctx *c, enum throttled what, const char *account)
{
	bool by_address;

	return throttle_look(c, what, account, &by_address);
}

enum err
throttle_count(struct ctx *c, enum throttled what, const char *account)
{
	struct throttle_subjects s = subjects(c, what, account);
	struct timestamp now = time_now();
	enum err err = OK;

	for (int i = 0; i < THROTTLE_SUBJECTS && err == OK; i++)
		if (s.item[i].subject != NULL)
			err = throttle_add(
			    c->db, &s.item[i], i < 2 ? s.account : NULL, now);
	return err;
}

enum err
throttle_forgive(struct ctx *c, enum throttled what, const char *account)
{
	return throttle_clear(
	    c->db, throttle_account(c->mem, c->config, what, account));
}
