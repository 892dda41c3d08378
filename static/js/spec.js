/* The OpenAPI document as the page walks it: groups of operations, by tag. */

/** @typedef {Record<string, any>} Json */
/**
 * @typedef {{name: string, in: string, schema?: Json, required?: boolean,
 *     description?: string}} Parameter
 */
/**
 * @typedef {{id: string, method: string, path: string, tag: string,
 *     parameters: Parameter[], summary?: string, description?: string,
 *     security?: Json[], requestBody?: Json, responses?: Json}} Operation
 */
/**
 * @typedef {{name: string, description?: string,
 *     operations: Operation[]}} Group
 */

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options',
	'trace'];

/** @param {Json} op @param {string} method @param {string} path */
function idOf(op, method, path) {
	return (op.operationId ?? `${method}${path}`)
		.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
}

/* Those of the path, unless the operation has its own of that name. */
/** @param {Json} op @param {Json} item @returns {Parameter[]} */
function parametersOf(op, item) {
	/** @type {Parameter[]} */
	const own = op.parameters ?? [];
	/** @type {Parameter[]} */
	const shared = item.parameters ?? [];

	return [...shared.filter((p) =>
		!own.some((o) => o.name === p.name && o.in === p.in)), ...own];
}

/** @param {Json} doc @returns {Operation[]} */
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
/** @param {Json} doc @returns {Group[]} */
export function groupsOf(doc) {
	/** @type {Map<string, Group>} */
	const groups = new Map((doc.tags ?? []).map((/** @type {Json} */ tag) =>
		[tag.name, { name: tag.name, description: tag.description,
			operations: [] }]));

	for (const op of operationsOf(doc)) {
		const group = groups.get(op.tag) ?? { name: op.tag, operations: [] };

		groups.set(op.tag, group);
		group.operations.push(op);
	}
	return [...groups.values()].filter((g) => g.operations.length > 0);
}

/** @param {Operation} op @param {Json} doc */
export function isSecured(op, doc) {
	/** @type {Json[]} */
	const rules = op.security ?? doc.security ?? [];

	/* An empty rule among them means that the token may be left out. */
	return rules.length > 0 &&
		rules.every((rule) => Object.keys(rule).length > 0);
}

/* Every word of the filter stands somewhere in the operation's line. */
/** @param {Operation} op @param {string} filter */
export function matches(op, filter) {
	const line = [op.method, op.path, op.summary, op.tag, op.id]
		.join(' ').toLowerCase();

	return filter.toLowerCase().split(/\s+/)
		.every((word) => line.includes(word));
}
