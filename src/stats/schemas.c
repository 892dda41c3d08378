/*
 * The views of what is counted.
 */
#include "stats/model.h"

#define COUNTER(column, member)                                   \
	{                                                         \
		.name = column, .offset = offsetof(T, of.member), \
		.type = FIELD_INT                                 \
	}
#define T struct traffic_minute
SCHEMA(traffic_minute, "TrafficMinute", FIELD(at),
    COUNTER("requests", requests), COUNTER("client_errors", client_errors),
    COUNTER("server_errors", server_errors), COUNTER("under_1", took[0]),
    COUNTER("under_2", took[1]), COUNTER("under_4", took[2]),
    COUNTER("under_8", took[3]), COUNTER("under_16", took[4]),
    COUNTER("under_32", took[5]), COUNTER("under_64", took[6]),
    COUNTER("under_128", took[7]), COUNTER("under_256", took[8]),
    COUNTER("under_512", took[9]), COUNTER("under_1024", took[10]),
    COUNTER("under_2048", took[11]), COUNTER("under_4096", took[12]),
    COUNTER("longer", took[13]));
#undef T

#define T struct users_shown
SCHEMA(users_shown, "StatsUsers", FIELD(total), FIELD(active),
    {.name = "new",
	.offset = offsetof(T, fresh),
	.type = FIELD_INT,
	.doc = "Made in the last seven days"});
#undef T

#define T struct products_shown
SCHEMA(products_shown, "StatsProducts", FIELD(total), FIELD(active),
    FIELD(out_of_stock, .doc = "Of the active ones"));
#undef T

#define KEPT .doc = "In the last TASK_KEEP_MINUTES"
#define DEAD .doc = "They have had the last attempt"

#define T struct tasks_shown
SCHEMA(tasks_shown, "StatsTasks",
    FIELD(queued, .doc = "Or waiting for another attempt"), FIELD(running),
    FIELD(done, KEPT), FIELD(dead, DEAD), FIELD(cancelled));
#undef T

#define T struct mail_shown
SCHEMA(mail_shown, "StatsMail",
    FIELD(queued, .doc = "Or being sent, or waiting for another attempt"),
    FIELD(sent, KEPT), FIELD(failed, DEAD));
#undef T

#define T struct minute_shown
SCHEMA(minute_shown, "StatsMinute", FIELD(at, .doc = "When it began"),
    FIELD(requests), FIELD(client_errors, .doc = "Answers 4xx"),
    FIELD(server_errors, .doc = "Answers 5xx"),
    FIELD(p50_ms, .doc = "Within which half of them was answered"),
    FIELD(p95_ms, .doc = "And 95 of a hundred; 4096: that or longer"),
    FIELD(tasks_done), FIELD(tasks_failed, .doc = "For good: they are dead"),
    FIELD(mails_sent));
#undef T

#define T struct stats
SCHEMA(stats, "Stats", FIELD(users, .view = &users_shown),
    FIELD(sessions, .doc = "That have not expired"),
    FIELD(products, .view = &products_shown), FIELD(items),
    FIELD(spaces, .doc = "Key-value spaces that have a name"),
    FIELD(tasks, .view = &tasks_shown), FIELD(mail, .view = &mail_shown),
    FIELD(database_bytes, .doc = "Of all tables and indexes"),
    FIELD(migrations, .doc = "That were applied"), FIELD(version),
    FIELD(commit), FIELD(uptime_s, .doc = "Of the worker that answered"),
    FIELD(minutes, .view = &minute_shown,
	.doc = "The last 60, the one that it is now at the end"));
#undef T
