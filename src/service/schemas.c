/*
 * Views of the service's own state.
 */
#include "service/model.h"

#include "core/config.h"

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
SCHEMA(test_ref, "TestRef", FIELD(email, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T

#define T struct test_mail
SCHEMA(test_mail, "TestMail", FIELD(project_name), FIELD(email), FIELD(link));
#undef T

#define T struct setting
SCHEMA(setting_public, "Setting", FIELD(name),
    FIELD(value, .flags = NULLABLE, .doc = "As text; null of a secret"),
    FIELD(secret), FIELD(is_set, .doc = "It is not empty"),
    FIELD(is_default, .doc = "It is as it would be without being set"),
    FIELD(origin, .doc = "environment, file or default"),
    FIELD(place, .flags = NULLABLE, .doc = "File and line"), FIELD(doc));
#undef T

const struct schema openapi_document = {
    .name = "OpenAPI", .doc = "An OpenAPI 3.1 document"};
