/*
 * The texts of the languages that Atrium ships are whole: what English says,
 * each of them says, with the same values of the mail.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const folder = path.join(root, 'templates/lang');

function flat(value, name = '') {
	return typeof value === 'string' ? [[name, value]] :
	    Object.entries(value).flatMap(([key, inner]) =>
		flat(inner, name ? `${name}.${key}` : key));
}

const read = (file) => new Map(flat(JSON.parse(
    fs.readFileSync(path.join(folder, file), 'utf8'))));
const tags = (text) => (text.match(/\{\{.*?\}\}/g) ?? []).sort();
const english = read('en.json');
const others = fs.readdirSync(folder).filter((name) => name.endsWith('.json') &&
    name !== 'en.json');

test('there is Russian', () => assert.ok(others.includes('ru.json')));

for (const file of others) {
	const texts = read(file);

	test(`${file} has the texts of en.json, in its order`, () => {
		assert.deepEqual([...texts.keys()], [...english.keys()]);
	});

	test(`${file} has the values of en.json in each`, () => {
		for (const [name, text] of english)
			assert.deepEqual(tags(texts.get(name)), tags(text), name);
	});

	test(`${file} marks what en.json marks`, () => {
		for (const [name, text] of english)
			assert.equal(texts.get(name).split('**').length,
			    text.split('**').length, name);
	});

	test(`${file} is no copy of en.json`, () => {
		for (const [name, text] of english)
			if (name !== 'language.dir')
				assert.notEqual(texts.get(name), text, name);
	});
}

test('ru.json is Russian: letters of Latin only in names', () => {
	for (const [name, text] of read('ru.json'))
		if (name !== 'language.dir')
			assert.match(text.replace(/\{\{.*?\}\}|UTC/g, ''),
			    /^[^A-Za-z]*$/, name);
});

test('every text is used, and no subject is marked', () => {
	const templates = fs.readdirSync(path.join(root, 'templates/mail'))
	    .map((name) => fs.readFileSync(
		path.join(root, 'templates/mail', name), 'utf8')).join('\n');

	for (const [name, text] of english) {
		/* These are taken by their name in C. */
		if (!/^(time|factor_changed\.(authenticator|passkey)_.*|factor_changed\.other)/
		    .test(name))
			assert.ok(templates.includes(`{{> ${name}}}`), name);
		if (name.endsWith('.subject'))
			assert.ok(!text.includes('**'), name);
	}
});
