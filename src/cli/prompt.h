/* A password from the person or the program at standard input. */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <stdbool.h>

enum { PROMPT_MAX = 1024 };

/*
 * At a terminal asks twice, without echo; else takes the first line. Says on
 * stderr why it is false. The caller wipes the text.
 */
bool prompt_password(char text[PROMPT_MAX]);

#endif
