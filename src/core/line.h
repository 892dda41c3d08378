/* Texts that name something, and have to look like what they are. */
#ifndef CORE_LINE_H
#define CORE_LINE_H

/*
 * Why valid UTF-8 is no name that fits in a line, or NULL: control characters
 * and line separators nowhere, no blank at either end (databases ignore some).
 */
const char *line_fault(const char *);
/* The same of a code that people compare: and nothing that cannot be seen. */
const char *line_code_fault(const char *);

#endif
