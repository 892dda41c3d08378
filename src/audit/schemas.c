/*
 * The views of the audit trail.
 */
#include "audit/model.h"

#define T struct audit_entry
SCHEMA(audit_row, "AuditEntry", FIELD(id), FIELD(at),
    FIELD(actor_id, .flags = NULLABLE, .doc = "Who did it"),
    FIELD(actor_ip, .flags = NULLABLE),
    FIELD(action, .doc = "operationId, or \"cli.\" and a command"),
    FIELD(object_type, .flags = NULLABLE), FIELD(object_id, .flags = NULLABLE),
    FIELD(diff, .flags = NULLABLE,
	.doc = "{field: [before, after]}, without secrets"),
    FIELD(request_id, .flags = NULLABLE));
SCHEMA(audit_action, "AuditAction", FIELD(action));
SCHEMA(audit_id, "AuditId", FIELD(id));
#undef T

#define T struct audit_query
SCHEMA(audit_query, "AuditQuery",
    FIELD(actor, .from = FROM_QUERY, .doc = "Id of a user"),
    FIELD(action, .from = FROM_QUERY, .min = 1, .max = 64,
	.pattern = "^[A-Za-z0-9._-]*[*]?$",
	.doc = "An action, or the beginning of some and *"),
    FIELD(object, .from = FROM_QUERY, .max = 97,
	.pattern = "^[a-z0-9_]{1,32}(:.{1,64})?$",
	.doc = "A type (\"item\"), or type and id (\"item:...\")"),
    FIELD(from, .from = FROM_QUERY, .doc = "Not before this moment"),
    FIELD(to, .from = FROM_QUERY, .doc = "Before this moment"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 100, .preset = "50"),
    FIELD(cursor, .from = FROM_QUERY, .max = 64,
	.doc = "The \"next\" of an answer to the same filters"));
#undef T

#define T struct audit_page
SCHEMA(audit_public, "AuditPublic", FIELD(data, .view = &audit_row),
    FIELD(next, .flags = NULLABLE));
#undef T
