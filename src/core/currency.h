/* The currencies that prices can be in. */
#ifndef CORE_CURRENCY_H
#define CORE_CURRENCY_H

#include <stdbool.h>

/*
 * A code of ISO 4217 in capitals whose amounts have minor units: no metals, no
 * units of account, no codes for tests.
 */
bool currency_known(const char *);

#endif
