/*
 * What openapi.json says of a reply: that the operation has its status, its
 * content type, and a body as the schema has it, with no member more.
 */
import assert from 'node:assert/strict';

/* A module from npm, or null where `npm ci` did not run. */
export async function optional(name) {
	try {
		return await import(name);
	} catch (err) {
		if (err.code !== 'ERR_MODULE_NOT_FOUND')
			throw err;
		return null;
	}
}

const ajv = await optional('ajv/dist/2020.js');

export const SKIPPED = ajv ? false : 'run `npm ci` first';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FORMATS = {
	uuid: UUID,
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/,
	email: /^[^@\s]+@[^@\s]+\.[^@\s.]+$/u,
	uri: /^https?:\/\/\S+$/,
	password: true,
	binary: true,
};

/*
 * Statuses that every operation may have and none names: they fall under its
 * "default". A 400 only with these words.
 */
const ANYWHERE = [413, 415, 500, 503];
const UNREADABLE = ['There was an error parsing the body', 'The query is malformed'];

/* Group 1 is FastAPI's: its failures have a detail alone. Ours have a code. */
const OURS = [/^\/api\/v1\/(auth|admin|kv|products)\b/,
	/^\/api\/v1\/users\/me\/(preferences|overview|exports?)/, /^\/\.well-known\//];
const isOurs = (r) => OURS.some((path) => path.test(r.path));
/* What nginx says too, which knows no codes. */
const BY_NGINX = [413, 429, 502, 503, 504];

function checkCode(r) {
	const { code } = r.json;

	if (!isOurs(r))
		assert.ok(!('code' in r.json), `${r.what}: a code in group 1: ${r.text}`);
	else if (code !== undefined || !BY_NGINX.includes(r.status))
		assert.match(String(code), /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
		    `${r.what}: the code of ${r.text}`);
}

/*
 * Replies that are no operation's, by name: what matches no row of the table,
 * and the questions about the table itself. What a test asks with `unchecked`
 * (pages, other stacks' doors) or raw bytes does not come here at all.
 */
const EXCEPTIONS = {
	'an unknown or malformed path': (r, op, known) =>
		!known && [400, 404].includes(r.status),
	'a slash in a value, where FastAPI has no such route': (r) =>
		r.status === 404 && /%2f/i.test(r.path.split('?')[0]) &&
		r.text === '{"detail":"Not Found"}',
	'a method that the path has not': (r, op, known) => known && r.status === 405,
	'nginx, which has no worker to ask': (r) => [502, 504].includes(r.status) &&
	    typeof r.json?.detail === 'string',
	'OPTIONS, preflights among them': (r) => r.method === 'OPTIONS' &&
	    [200, 204, 400].includes(r.status),
};

/* Objects with named members have these only. */
function closed(node) {
	if (Array.isArray(node))
		return node.map(closed);
	if (node === null || typeof node !== 'object')
		return node;
	const copy = Object.fromEntries(Object.entries(node)
	    .map(([name, value]) => [name, closed(value)]));

	if (copy.type === 'object' && copy.properties &&
	    !('additionalProperties' in copy))
		copy.additionalProperties = false;
	return copy;
}

const plain = (path) => path.length > 1 ? path.replace(/\/$/, '') : path;

function decoded(path) {
	try {
		return path.split('?')[0].split('/').map((part) => {
			const text = decodeURIComponent(part);

			if (text.includes('\0'))
				throw new URIError('U+0000');
			/* An encoded slash is a character of its segment. */
			return text.replace(/\//g, '_');
		}).join('/');
	} catch {
		return null;
	}
}

/* "/users/{user_id}" as an expression; with fewer names goes before. */
function compilePath([path, item]) {
	const names = path.match(/\{/g)?.length ?? 0;
	const text = plain(path).replace(/[.*+?^$()|[\]\\]/g, '\\$&')
	    .replace(/\{\w+\}/g, '[^/]+');

	return { path, item, names, pattern: new RegExp(`^${text}$`) };
}

const pointer = (...parts) => parts.map((part) =>
	encodeURIComponent(String(part).replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');

/* check(reply) throws; a reply is {what, method, path, status, headers, ...}. */
export function makeContract(doc) {
	const paths = Object.entries(doc.paths).map(compilePath)
	    .sort((a, b) => a.names - b.names);
	const schemas = new ajv.default({ strict: false, allErrors: true,
		formats: FORMATS, logger: { log() {}, error() {}, warn(text) {
			throw new Error(`openapi.json: ${text}`);
		} } });

	schemas.addSchema({ ...closed(doc), $id: 'doc' });

	function find(method, path) {
		const url = decoded(path);
		const known = url === null ? [] :
		    paths.filter((p) => p.pattern.test(plain(url)));
		const verb = method === 'HEAD' ? 'get' : method.toLowerCase();

		return { known: known.length > 0,
			found: known.find((p) => p.item[verb]), verb };
	}

	function isUnlisted(r) {
		return ANYWHERE.includes(r.status) ||
		    (r.status === 400 && UNREADABLE.includes(r.json?.detail));
	}

	function checkBody(r, status, found, verb) {
		const { content } = found.item[verb].responses[status];
		const type = r.headers['content-type']?.split(';')[0];

		if (!content)
			return assert.equal(r.text, '', `${r.what}: a body is not documented`);
		assert.ok(content[type], `${r.what}: type ${type} is not documented`);
		if (r.method === 'HEAD')
			return undefined;
		const check = schemas.getSchema('doc#/' + pointer('paths', found.path, verb,
		    'responses', status, 'content', type, 'schema'));
		const value = type === 'application/json' ? r.json : r.text;

		assert.ok(check, `${r.what}: no schema`);
		if (r.status >= 400 && type === 'application/json')
			checkCode(r);
		return assert.ok(check(value), `${r.what} ${r.status}: not as documented: ` +
		    `${JSON.stringify(check.errors)}: ${r.text.slice(0, 500)}`);
	}

	return { doc, check(r) {
		const { known, found, verb } = find(r.method, r.path);

		if (Object.values(EXCEPTIONS).some((is) => is(r, found, known)))
			return;
		assert.ok(found, `${r.what}: ${r.status} of no operation in openapi.json`);
		const { responses } = found.item[verb];
		const status = responses[r.status] ? r.status :
		    isUnlisted(r) && responses.default ? 'default' : null;

		assert.ok(status, `${r.what}: openapi.json does not have ${r.status}: ` +
		    r.text.slice(0, 300));
		checkBody(r, status, found, verb);
	} };
}

/* Of a running stack; null without the validator. */
export async function loadContract(url) {
	if (!ajv)
		return null;
	const reply = await fetch(`${url}/api/v1/openapi.json`);

	assert.equal(reply.status, 200, 'openapi.json');
	return makeContract(await reply.json());
}
