/*
 * What somebody has besides a password, in one statement.
 */
#include "auth/model.h"
#include "db/db.h"

#define T struct factors
SCHEMA(factors_row, "Factors", FIELD(totp), FIELD(recovery_codes_left),
    FIELD(passkeys));
#undef T

enum err
factors_of(struct db *db, struct uuid user_id, struct factors *out)
{
	return db_one(db, &factors_row, out,
	    SQL("SELECT EXISTS (SELECT 1 FROM totp WHERE user_id = ?"
		" AND confirmed_at IS NOT NULL) AS totp,"
		" (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?)"
		" AS recovery_codes_left,"
		" (SELECT COUNT(*) FROM passkeys WHERE user_id = ?)"
		" AS passkeys",
		ARG(user_id), ARG(user_id), ARG(user_id)));
}
