/*
 * {"message": "..."}.
 */
#include "core/message.h"

#define T struct message
SCHEMA(message, "Message", FIELD(message));
#undef T
