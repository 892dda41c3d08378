/* The program's table of contents: every domain, NULL-ended. */
#ifndef APP_H
#define APP_H

struct domain;

extern const struct domain *const app_domains[];

#endif
