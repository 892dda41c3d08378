/*
 * The views of exports.
 */
#include "privacy/model.h"

#define T struct export
SCHEMA(export_row, "ExportRow", FIELD(id), FIELD(user_id), FIELD(state),
    FIELD(size), FIELD(created_at), FIELD(expires_at));
#undef T

#define T struct export_request
SCHEMA(export_request, "ExportRequest",
    FIELD(password, .flags = REQUIRED | SECRET, .min = 1, .max = 1024,
	.format = FORMAT_PASSWORD));
#undef T

#define T struct export_path
SCHEMA(export_path, "ExportPath", FIELD(job_id, .from = FROM_PATH));
#undef T

#define T struct export_job
SCHEMA(export_job, "ExportJob", FIELD(id),
    FIELD(state, .pattern = "^(queued|ready|expired)$"),
    FIELD(size, .flags = NULLABLE, .doc = "Bytes of the file"),
    FIELD(created_at), FIELD(expires_at));
#undef T

#define T struct export_ref
SCHEMA(export_ref, "ExportRef", FIELD(export_id, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T

const struct schema export_document = {
    .name = "AccountExport", .doc = "Everything that is kept of an account"};
