/* The pieces of config.h's two functions: for their files and the tests. */
#ifndef CORE_CONFIG_PART_H
#define CORE_CONFIG_PART_H

#include "core/buf.h"
#include "core/config.h"
#include "core/env_file.h"

/* config.c */

/*
 * config_load() from a given file and environment ("KEY=value", NULL-ended).
 * NULL when there are complaints: the faults, one a line.
 */
const struct config *config_read(struct arena *, const struct env_file *,
    char *const *environment, struct buf *complaints);

/* config_check.c */

/* Complaints about settings that are not safe where they are used. */
void config_check(const struct config *, struct buf *complaints);
/*
 * The name of a setting that `name` may be a slip of, or NULL. Case and an
 * ATRIUM_ in front do not count.
 */
const char *config_nearest(const char *name);
/*
 * A value for people to see: a secret, and the password in a secret URL, are
 * ********, and none is empty.
 */
const char *
config_show(struct arena *, const struct field *, const char *value);

#endif
