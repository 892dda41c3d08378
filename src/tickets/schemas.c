/*
 * The view of tickets.
 */
#include "tickets/model.h"

#define T struct ticket
SCHEMA(ticket_row, "TicketRow", FIELD(digest), FIELD(purpose),
    FIELD(user_id, .flags = NULLABLE), FIELD(data, .flags = NULLABLE),
    FIELD(created_at), FIELD(expires_at));
#undef T
