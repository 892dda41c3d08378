/*
 * The program's table of contents: every domain, every kind of task and
 * every permission, each list NULL-ended.
 */
#ifndef APP_H
#define APP_H

struct config;
struct domain;
struct permission;
struct task_kind;

/* The first is for development alone; app_domains_of() leaves it out. */
extern const struct domain *const app_domains[];
const struct domain *const *app_domains_of(const struct config *);

extern const struct task_kind *const app_tasks[];
extern const struct permission *const app_permissions[];

#endif
