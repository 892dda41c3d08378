/*
 * Views of the service's own state.
 */
#include "service/model.h"

#define T struct health
SCHEMA(health, "Health", FIELD(status));
#undef T

#define T struct checks
SCHEMA(checks, "Checks", FIELD(db), FIELD(migrations));
#undef T

#define T struct readiness
SCHEMA(readiness, "Readiness", FIELD(status), FIELD(checks, .view = &checks));
#undef T

#define T struct version
SCHEMA(
    version, "Version", FIELD(name), FIELD(version), FIELD(commit), FIELD(api));
#undef T

#define T struct alive
BARE_SCHEMA(alive, "Alive", FIELD(alive));
#undef T

#define T struct applied
SCHEMA(applied, "Applied", FIELD(applied));
#undef T

#define T struct test_address
SCHEMA(test_address, "TestAddress",
    FIELD(email_to, .from = FROM_QUERY, .flags = REQUIRED,
	.format = FORMAT_EMAIL));
#undef T

#define T struct test_ref
SCHEMA(test_ref, "TestRef", FIELD(email, .flags = REQUIRED));
#undef T

#define T struct test_mail
SCHEMA(test_mail, "TestMail", FIELD(project_name), FIELD(email), FIELD(link));
#undef T

const struct schema openapi_document = {
    .name = "OpenAPI", .doc = "An OpenAPI 3.1 document"};
