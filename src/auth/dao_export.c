/*
 * Second factors and devices as their owner takes them away: without what
 * would help somebody else to sign in.
 */
#include "auth/model.h"
#include "db/db.h"

#define T struct passkey_told
SCHEMA(passkey_told, "PasskeyTold", FIELD(id), FIELD(name), FIELD(created_at),
    FIELD(last_used_at, .flags = NULLABLE));
#undef T

#define T struct totp_told
SCHEMA(totp_told, "TotpTold", FIELD(created_at),
    FIELD(confirmed_at, .flags = NULLABLE));
#undef T

#define T struct device_told
SCHEMA(device_told, "DeviceTold", FIELD(seen_at));
#undef T

enum err
passkeys_told(struct db *db, struct uuid user_id, struct list *out)
{
	return db_all(db, &passkey_told, out,
	    SQL("SELECT id, name, created_at, last_used_at FROM passkeys"
		" WHERE user_id = ? ORDER BY id LIMIT 1000",
		ARG(user_id)));
}

enum err
totps_told(struct db *db, struct uuid user_id, struct list *out)
{
	return db_all(db, &totp_told, out,
	    SQL("SELECT created_at, confirmed_at FROM totp WHERE user_id = ?",
		ARG(user_id)));
}

enum err
devices_told(struct db *db, struct uuid user_id, struct list *out)
{
	return db_all(db, &device_told, out,
	    SQL("SELECT seen_at FROM devices WHERE user_id = ?"
		" ORDER BY seen_at LIMIT 1000",
		ARG(user_id)));
}
