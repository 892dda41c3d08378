/*
 * The reply of routes that have nothing to show but that it is done.
 */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include "core/schema.h"

struct message {
	const char *message;
};

extern const struct schema message;

#endif
