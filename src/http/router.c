/*
 * The route tables compiled into a tree of path segments, once at start.
 */
#include "http/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "http/form.h"

const char *const method_names[METHODS] = {
    [GET] = "GET",
    [POST] = "POST",
    [PUT] = "PUT",
    [PATCH] = "PATCH",
    [DELETE] = "DELETE",
};

const struct guard anyone = {.scheme = NULL};

const char *
route_path(const struct domain *d, const struct route *r, char *out)
{
	snprintf(out, PATH_TEXT, "%s%s", d->root ? "" : API_PREFIX, r->path);
	return out;
}

struct endpoint {
	const struct route *route;
	const struct domain *domain;
	char *names[PATH_PARAMS];
	size_t nnames;
};

struct node {
	char *segment;       /* NULL for a {name} */
	struct node **child; /* literals, sorted by segment */
	size_t nchildren;
	struct node *param;
	struct endpoint *at[METHODS];
};

struct router {
	struct node root;
};

static void *
allocate(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL)
		log_fatal("out of memory");
	return p;
}

static char *
copy(const char *s, size_t n)
{
	char *p = allocate(n + 1);

	memcpy(p, s, n);
	return p;
}

/* Where `segment` stands among the children, or would. */
static size_t
child_index(const struct node *node, const char *segment, bool *found)
{
	size_t low = 0, high = node->nchildren;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(segment, node->child[mid]->segment);

		if (order == 0) {
			*found = true;
			return mid;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static struct node *
add_child(struct node *node, const char *segment, size_t n)
{
	char *name = copy(segment, n);
	bool found;
	size_t i = child_index(node, name, &found);
	struct node **grown;

	if (found) {
		free(name);
		return node->child[i];
	}
	grown = allocate((node->nchildren + 1) * sizeof(struct node *));
	if (i > 0)
		memcpy(grown, node->child, i * sizeof(struct node *));
	if (i < node->nchildren)
		memcpy(grown + i + 1, node->child + i,
		    (node->nchildren - i) * sizeof(struct node *));
	free(node->child);
	node->child = grown;
	node->nchildren++;
	grown[i] = allocate(sizeof(struct node));
	grown[i]->segment = name;
	return grown[i];
}

/* Walks (and makes) the nodes of a path; {names} go to the endpoint. */
static struct node *
add_path(struct node *node, const char *path, struct endpoint *e)
{
	size_t n;

	while (*path == '/') {
		path++;
		n = strcspn(path, "/");
		if (n == 0)
			break;
		if (path[0] == '{') {
			e->names[e->nnames++] = copy(path + 1, n - 2);
			if (node->param == NULL)
				node->param = allocate(sizeof(*node));
			node = node->param;
		} else {
			node = add_child(node, path, n);
		}
		path += n;
	}
	return node;
}

static void
add_route(struct router *router, const struct domain *d, const struct route *r)
{
	struct endpoint *e = allocate(sizeof(*e));
	char path[PATH_TEXT];
	struct node *node;

	e->route = r;
	e->domain = d;
	node = add_path(&router->root, route_path(d, r, path), e);
	node->at[r->method] = e;
}

struct router *
router_new(const struct domain *const *domains)
{
	struct router *router = allocate(sizeof(*router));
	size_t i;

	for (; *domains != NULL; domains++)
		for (i = 0; i < (*domains)->nroutes; i++)
			add_route(router, *domains, &(*domains)->routes[i]);
	return router;
}

static void
clear_node(struct node *node)
{
	size_t i, j;

	for (i = 0; i < METHODS; i++) {
		if (node->at[i] == NULL)
			continue;
		for (j = 0; j < node->at[i]->nnames; j++)
			free(node->at[i]->names[j]);
		free(node->at[i]);
	}
	for (i = 0; i < node->nchildren; i++) {
		clear_node(node->child[i]);
		free(node->child[i]);
	}
	if (node->param != NULL)
		clear_node(node->param);
	free(node->param);
	free(node->child);
	free(node->segment);
}

void
router_free(struct router *router)
{
	if (router == NULL)
		return;
	clear_node(&router->root);
	free(router);
}

struct walk {
	const char *segment[PATH_SEGMENTS];
	size_t nsegments;
	const char *value[PATH_PARAMS];
	enum method method;
	struct match *match;
};

/* Clients of FastAPI expect a 404 for a "%2F" in a value. */
static bool
slashed(const struct walk *w, size_t nvalues)
{
	while (nvalues > 0)
		if (strchr(w->value[--nvalues], '/') != NULL)
			return true;
	return false;
}

static bool
arrive(struct walk *w, const struct node *node, size_t nvalues)
{
	bool slash = slashed(w, nvalues);
	const struct endpoint *e;
	size_t i;

	for (i = 0; i < METHODS; i++) {
		e = node->at[i];
		if (e == NULL || (slash && !e->domain->coded))
			continue;
		w->match->allowed |= 1U << i;
		w->match->domain = e->domain;
	}
	if (w->method >= METHODS || (w->match->allowed & 1U << w->method) == 0)
		return false;
	e = node->at[w->method];
	w->match->route = e->route;
	w->match->domain = e->domain;
	w->match->nparams = e->nnames;
	for (i = 0; i < nvalues; i++)
		w->match->param[i] = (struct pair){
		    e->names[i], w->value[i], strlen(w->value[i])};
	return true;
}

/* Literals first; bounded by the nodes that share the path's length. */
static bool
visit(struct walk *w, const struct node *node, size_t depth, size_t nvalues)
{
	bool found;
	size_t i;

	if (depth == w->nsegments)
		return arrive(w, node, nvalues);
	i = child_index(node, w->segment[depth], &found);
	if (found && visit(w, node->child[i], depth + 1, nvalues))
		return true;
	if (node->param == NULL || nvalues == PATH_PARAMS)
		return false;
	w->value[nvalues] = w->segment[depth];
	return visit(w, node->param, depth + 1, nvalues + 1);
}

void
router_match(const struct router *router, struct arena *mem, enum method method,
    const char *path, struct match *match)
{
	struct walk w = {.method = method, .match = match};
	size_t n;

	memset(match, 0, sizeof(*match));
	while (*path == '/') {
		path++;
		if (*path == '\0' && w.nsegments > 0)
			break;
		n = strcspn(path, "/");
		if (n == 0 || w.nsegments == PATH_SEGMENTS)
			return;
		w.segment[w.nsegments++] = form_segment(mem, path, n);
		path += n;
	}
	if (w.nsegments > 0)
		visit(&w, &router->root, 0, 0);
}
