/*
 * Instances of Tarantool for the cases of store_tarantool*.c, in the folder of
 * the run, one at a time.
 */
#ifndef STORE_TARANTOOL_H
#define STORE_TARANTOOL_H

#include "core/config.h"
#include "fixture.h"

extern CU_TestInfo tarantool_tests[];
extern CU_TestInfo tarantool_hostile_tests[];

/* store_tarantool_instance.c */

/* A path of a socket and a free port, the same for all of a run. */
const char *instance_socket(void);
int instance_port(void);
/* KV_URL, where %d is the port and %s the path; a time limit of 2 s. */
struct config settings(const char *url);
/*
 * Starts one in an empty folder, with these members of box.cfg{} (SOCKET and
 * PORT are where to listen) and of the options of atrium.lua's start(), which
 * is not loaded when they are NULL. Comes back when it takes connections.
 */
void instance(const char *box, const char *options);
/* Kills it (KILL) and starts it again on what it kept. */
void instance_again(const char *box, const char *options);
void instance_end(void);

#endif
