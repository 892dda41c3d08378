/*
 * What a route table may not say: found at start, before the first request.
 */
#include <stdio.h>
#include <string.h>

#include "core/search.h"
#include "http/router.h"

struct check {
	const struct domain *domain;
	const struct route *route;
	int faults;
};

static void
say(struct check *k, const char *what)
{
	fprintf(stderr, "route %s.%s (%s): %s\n", k->domain->name,
	    k->route->name != NULL ? k->route->name : "?",
	    k->route->path != NULL ? k->route->path : "?", what);
	k->faults++;
}

/* Whether the path holds {name}. */
static bool
path_names(const char *path, const char *name)
{
	size_t n = strlen(name);

	while ((path = strchr(path, '{')) != NULL) {
		path++;
		if (strncmp(path, name, n) == 0 && path[n] == '}')
			return true;
	}
	return false;
}

static void
check_segment(struct check *k, const char *segment, size_t n)
{
	const struct field *f;
	char name[64];

	if (n == 0 || memchr(segment, '%', n) != NULL) {
		say(k, "an empty or escaped segment");
		return;
	}
	if (segment[0] != '{') {
		if (memchr(segment, '{', n) != NULL)
			say(k, "a {name} must be a whole segment");
		return;
	}
	if (n < 3 || n - 2 >= sizeof(name) || segment[n - 1] != '}') {
		say(k, "a malformed {name}");
		return;
	}
	memcpy(name, segment + 1, n - 2);
	name[n - 2] = '\0';
	f = k->route->in != NULL ? schema_field(k->route->in, name) : NULL;
	if (f == NULL || f->from != FROM_PATH)
		say(k, "a {name} is not a FROM_PATH field of its input");
}

static void
check_path(struct check *k)
{
	const struct schema *in = k->route->in;
	const char *p = k->route->path;
	size_t i, n, segments = 0, names = 0;

	if (p == NULL || p[0] != '/') {
		say(k, "the path does not begin with /");
		return;
	}
	while (*p == '/' && (p[1] != '\0' || segments == 0)) {
		p++;
		n = strcspn(p, "/");
		check_segment(k, p, n);
		names += *p == '{';
		segments++;
		p += n;
	}
	if (segments + 2 > PATH_SEGMENTS || names > PATH_PARAMS ||
	    strlen(k->route->path) + sizeof(API_PREFIX) > PATH_TEXT)
		say(k, "the path is too long");
	for (i = 0; in != NULL && i < in->nfields; i++)
		if (in->fields[i].from == FROM_PATH &&
		    !path_names(k->route->path, in->fields[i].name))
			say(k, "a FROM_PATH field is not in the path");
}

/* What a request may ask for besides its input. */
static void
check_options(struct check *k)
{
	const struct route *r = k->route;
	bool changes = r->method != GET && r->method != POST;

	if (r->match != MATCH_HONOURED && !changes)
		say(k, "If-Match is required where nothing is changed");
	if (r->idempotent == NOT_IDEMPOTENT)
		return;
	if (r->method != POST || r->tx != TX_WRITE)
		say(k, "an Idempotency-Key is for a POST that writes");
	if (r->guard != NULL &&
	    (r->guard->scheme == NULL || r->guard->optional))
		say(k, "an Idempotency-Key needs a user");
	if (r->type != NULL)
		say(k, "what is kept for an Idempotency-Key must be JSON");
}

static void
check_search(struct check *k)
{
	const struct route *r = k->route;
	const char *why;

	if (r->search == NULL)
		return;
	if (r->method != GET)
		say(k, "a search is not a GET");
	why = search_wrong(r->search, r->in);
	if (why != NULL)
		say(k, why);
}

static void
check_route(struct check *k)
{
	const struct route *r = k->route;

	if (r->guard == NULL)
		say(k, "no guard");
	if (r->handle == NULL || r->name == NULL || r->doc == NULL)
		say(k, "no handler, name or doc");
	if (r->method == GET && r->tx == TX_WRITE)
		say(k, "a GET must not write");
	if (r->method == GET && schema_has(r->in, FROM_BODY))
		say(k, "a GET takes no body");
	if (r->out == NULL && r->status != 204 && r->type == NULL)
		say(k, "no output view");
	if (r->work != NULL && r->lane == LANE_MAIN)
		say(k, "slow work belongs in a lane of its own");
	check_options(k);
	check_search(k);
	check_path(k);
}

/* Whether two paths match the same requests: {names} are all alike. */
static bool
same_shape(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (*a == '{' && *b == '{') {
			a += strcspn(a, "}");
			b += strcspn(b, "}");
		}
		if (*a != *b)
			break;
		a++;
		b++;
	}
	return strcmp(*a == '/' ? a + 1 : a, *b == '/' ? b + 1 : b) == 0;
}

static void
check_pair(struct check *k, const struct domain *d, const struct route *other)
{
	const struct route *r = k->route;
	char a[PATH_TEXT], b[PATH_TEXT];

	if (r == other || r->path == NULL || other->path == NULL)
		return;
	if (r->method == other->method &&
	    same_shape(route_path(k->domain, r, a), route_path(d, other, b)))
		say(k, "the same method and path twice");
	if (strcmp(d->name, k->domain->name) == 0 && r->name != NULL &&
	    other->name != NULL && strcmp(r->name, other->name) == 0)
		say(k, "the same operationId twice");
}

static void
check_pairs(struct check *k, const struct domain *const *domains)
{
	size_t i;

	for (; *domains != NULL; domains++)
		for (i = 0; i < (*domains)->nroutes; i++)
			check_pair(k, *domains, &(*domains)->routes[i]);
}

bool
router_check(const struct domain *const *domains)
{
	const struct domain *const *d;
	struct check k = {0};
	size_t i;

	for (d = domains; *d != NULL; d++)
		for (i = 0; i < (*d)->nroutes; i++) {
			k.domain = *d;
			k.route = &(*d)->routes[i];
			check_route(&k);
			check_pairs(&k, domains);
		}
	return k.faults == 0;
}
