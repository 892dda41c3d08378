/*
 * What is Redis' alone: servers that are not as they should be.
 */
#ifndef STORE_REDIS_H
#define STORE_REDIS_H

#include "fixture.h"

extern CU_TestInfo redis_tests[];
extern CU_TestInfo redis_hostile_tests[];

#endif
