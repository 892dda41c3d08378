/*
 * What readiness asks of the database.
 */
#include "db/db.h"
#include "service/model.h"

enum err
service_applied(struct db *db, struct applied *a)
{
	return db_one(db, &applied, a,
	    SQL0("SELECT COUNT(*) AS applied FROM schema_migrations"
		 " WHERE state = 'applied'"));
}
