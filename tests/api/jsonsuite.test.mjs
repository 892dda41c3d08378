/*
 * JSONTestSuite through a real endpoint: what must be refused is refused as
 * JSON, what must be accepted passes as the value of an ignored member, and
 * nothing makes a 5xx.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { account, api } from './client.mjs';
import { stack } from './stack.mjs';

const data = process.env.ATRIUM_TEST_DATA ?? path.join(stack.root, '../shared/data');
const folder = path.join(data, 'jsontestsuite/test_parsing');
const present = fs.existsSync(folder);
const skip = present ? false : `no JSONTestSuite in ${folder}`;
const files = present ? fs.readdirSync(folder).filter((f) => f.endsWith('.json')) : [];

/* Stricter than the suite, on purpose. */
const REFUSED = new Set([
	'y_object_duplicated_key.json', // repeated members
	'y_object_duplicated_key_and_value.json',
	'y_object_escaped_null_in_key.json', // U+0000 in a member's name
]);
/* Zero bytes are not bad JSON but no body. */
const EMPTY = 'n_structure_no_data.json';

const read = (name) => fs.readFileSync(path.join(folder, name));
const wrap = (bytes) => Buffer.concat([Buffer.from('{"x":'), bytes, Buffer.from('}')]);
const send = (token, body) =>
	api('PATCH', '/users/me', { token, body, type: 'application/json' });

function isRefusal(r) {
	return r.status === 422 ? r.json.detail[0].type === 'json_invalid' :
	    r.status === 400 && r.json.detail === 'There was an error parsing the body';
}

test('JSONTestSuite is whole', { skip }, () => {
	assert.equal(files.filter((f) => f[0] === 'y').length, 95);
	assert.equal(files.filter((f) => f[0] === 'n').length, 188);
	assert.equal(files.filter((f) => f[0] === 'i').length, 35);
});

for (const [start, what] of [['n', 'is refused'], ['y', 'is accepted'], ['i', 'is answered']])
	for (const name of files.filter((f) => f.startsWith(`${start}_`)))
		test(`${name} ${REFUSED.has(name) ? 'is refused' : what}`, async () => {
			const { token } = await shared();
			const whole = await send(token, read(name));
			const r = await send(token, wrap(read(name)));

			assert.ok(whole.status < 500, `${whole.status} ${whole.text}`);
			assert.ok(r.status < 500, `${r.status} ${r.text}`);
			if (start === 'n' && name !== EMPTY)
				assert.ok(isRefusal(whole), `${whole.status} ${whole.text}`);
			if (name === EMPTY)
				assert.equal(whole.json.detail[0].type, 'missing');
			if (start === 'y' && REFUSED.has(name))
				assert.ok(isRefusal(r), `${r.status} ${r.text}`);
			else if (start === 'y')
				assert.equal(r.status, 200, r.text);
		});

let made;

function shared() {
	made ??= account();
	return made;
}
