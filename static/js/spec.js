/* The OpenAPI document as the page walks it: groups of operations, by tag. */
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options',
	'trace'];

function idOf(op, method, path) {
	return (op.operationId ?? `${method}${path}`)
		.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
}

/* Those of the path, unless the operation has its own of that name. */
function parametersOf(op, item) {
	const own = op.parameters ?? [];

	return [...(item.parameters ?? []).filter((p) =>
		!own.some((o) => o.name === p.name && o.in === p.in)), ...own];
}

export function operationsOf(doc) {
	return Object.entries(doc.paths ?? {}).flatMap(([path, item]) =>
		METHODS.filter((method) => item[method]).map((method) => ({
			...item[method],
			id: idOf(item[method], method, path),
			method,
			path,
			parameters: parametersOf(item[method], item),
			tag: item[method].tags?.[0] ?? 'other',
		})));
}

/* In the order of the document's tags, then as the paths come. */
export function groupsOf(doc) {
	const groups = new Map((doc.tags ?? []).map(({ name, description }) =>
		[name, { name, description, operations: [] }]));

	for (const op of operationsOf(doc)) {
		if (!groups.has(op.tag))
			groups.set(op.tag, { name: op.tag, operations: [] });
		groups.get(op.tag).operations.push(op);
	}
	return [...groups.values()].filter((g) => g.operations.length > 0);
}

export function isSecured(op, doc) {
	const rules = op.security ?? doc.security ?? [];

	/* An empty rule among them means that the token may be left out. */
	return rules.length > 0 &&
		rules.every((rule) => Object.keys(rule).length > 0);
}

/* Every word of the filter stands somewhere in the operation's line. */
export function matches(op, filter) {
	const line = [op.method, op.path, op.summary, op.tag, op.id]
		.join(' ').toLowerCase();

	return filter.toLowerCase().split(/\s+/)
		.every((word) => line.includes(word));
}
