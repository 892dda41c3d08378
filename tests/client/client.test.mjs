/*
 * openapi-typescript makes types of the document that the stack serves, tsc
 * checks a program against them, and the program does its round.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { before } from 'node:test';
import { fileURLToPath } from 'node:url';

import { mailsTo } from '../api/mail.mjs';
import { eventually, setting, stack } from '../api/stack.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');
/* Below the checkout, where the packages are found. */
const dir = path.join(root, 'build/client');
const bin = (name) => path.join(root, 'node_modules/.bin', name);

/* The contract's; ours have the tags below, and no name of these. */
const OPERATIONS = [
	'login-login_access_token', 'login-test_token', 'login-recover_password',
	'login-reset_password', 'login-recover_password_html_content',
	'users-read_users', 'users-create_user', 'users-read_user_me', 'users-delete_user_me',
	'users-update_user_me', 'users-update_password_me', 'users-register_user',
	'users-read_user_by_id', 'users-update_user', 'users-delete_user',
	'utils-test_email', 'utils-health_check',
	'items-read_items', 'items-create_item', 'items-read_item', 'items-update_item',
	'items-delete_item',
];

function run(command, ...args) {
	const r = spawnSync(command, args, { cwd: dir, encoding: 'utf8' });

	assert.equal(r.status, 0, `${path.basename(command)}: ${r.stdout}${r.stderr}`);
}

const OPTIONS = {
	strict: true,
	exactOptionalPropertyTypes: true,
	noUncheckedIndexedAccess: true,
	skipLibCheck: true,
	target: 'es2022',
	module: 'nodenext',
	lib: ['es2022', 'dom', 'dom.iterable'],
	types: [],
};

function compile(...files) {
	fs.writeFileSync(path.join(dir, 'tsconfig.json'),
	    JSON.stringify({ compilerOptions: OPTIONS, files }));
	run(bin('tsc'), '-p', '.');
}

let document;

before(async () => {
	fs.mkdirSync(dir, { recursive: true });
	for (const name of ['round.ts', 'wrong.ts'])
		fs.copyFileSync(path.join(here, name), path.join(dir, name));
	fs.writeFileSync(path.join(dir, 'node.d.ts'),
	    "declare module 'node:assert/strict' {\n\tconst assert: any;\n" +
	    '\texport default assert;\n}\n');
	fs.writeFileSync(path.join(dir, 'package.json'), '{"type":"module"}');
	const text = await (await fetch(`${stack.url}/api/v1/openapi.json`)).text();

	document = JSON.parse(text);
	fs.writeFileSync(path.join(dir, 'openapi.json'), text);
	run(bin('openapi-typescript'), 'openapi.json', '-o', 'schema.d.ts');
});

test('operations are named {tag}-{function}', () => {
	const names = Object.values(document.paths).flatMap((item) => Object.values(item))
	    .filter(({ tags }) => tags[0] !== 'service').map(({ operationId }) => operationId);

	assert.deepEqual(OPERATIONS.filter((name) => !names.includes(name)), []);
	assert.equal(new Set(names).size, names.length);
	for (const name of names.filter((one) => !OPERATIONS.includes(one)))
		assert.match(name, /^(auth|admin|users|products|kv)-[a-z]+(_[a-z]+)*$/);
});

test('a program against the generated types compiles', () => {
	compile('round.ts', 'node.d.ts');
	assert.ok(fs.existsSync(path.join(dir, 'round.js')));
});

test('mistakes do not', () => compile('wrong.ts'));

const world = {
	base: stack.url,
	admin: { username: setting('FIRST_SUPERUSER'),
		password: setting('FIRST_SUPERUSER_PASSWORD') },
	async mailed(to, subject) {
		const newest = () => mailsTo(to).filter(({ headers }) =>
			subject.test(headers.subject)).pop();

		await eventually(`a mail to ${to}`, newest);
		const { links } = newest();

		return new URL(links.find((link) => link.includes('token='))).searchParams.get('token');
	},
};

for (const who of ['person', 'administrator'])
	test(`the round of ${who === 'person' ? 'a person' : 'an administrator'}`, async () => {
		const round = await import(path.join(dir, 'round.js'));

		await round[who](world);
	});
