/*
 * What a new password must be, wherever one is set: neither common, nor the
 * address, nor the name; and of several kinds of characters, if so configured.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	account, api, expect, fault, invalid, newEmail, newPassword, superuser, target, unique,
} from './client.mjs';
import { mailTo, tokenOf } from './mail.mjs';
import { ownStack, setting } from './stack.mjs';

const COMMON = 'The password is one of the most common ones';
const ABOUT = 'The password must not be the address or the name';
const refused = (field, why) => invalid(fault('value_error', ['body', field],
    `Value error, ${why}`, null, { error: {} }));

const world = shared(async () => {
	const name = `Wilhelmine${unique()}`;
	const who = await account({ email: `friederike.${unique()}@example.com`, full_name: name });

	expect(await api('POST', `/password-recovery/${who.email}`), {});
	return { ...who, name, full_name: name, admin: await superuser(),
		link: tokenOf(await mailTo(who.email), setting('FRONTEND_HOST')) };
});

/* Where a password is set, of whose account: [name, member, request]. */
const fresh = (w) => ({ email: `friederike.${unique()}@example.com`, full_name: w.name });
const PLACES = [
	['signing up', 'password', (w, of) => ((json) => ['POST', '/users/signup',
		{ json: { ...json, password: of(json) } }])(fresh(w))],
	['an account made by an administrator', 'password', (w, of) => ((json) =>
		['POST', '/users/', { token: w.admin.token,
			json: { ...json, password: of(json) } }])(fresh(w))],
	['an account changed by an administrator', 'password', (w, of) =>
		['PATCH', `/users/${w.user.id}`, { token: w.admin.token,
			json: { password: of(w) } }]],
	['the own password', 'new_password', (w, of) => ['PATCH', '/users/me/password',
		{ token: w.token, json: { current_password: w.password, new_password: of(w) } }]],
	['the link of a mail', 'new_password', (w, of) =>
		['POST', '/reset-password/', { json: { token: w.link, new_password: of(w) } }]],
];

for (const [name, field, set] of PLACES)
	cases(name, world, [
		['a common one', () => 'qwertyuiop', COMMON],
		['a common one in capitals', () => 'Password1', COMMON],
		['the address', ({ email }) => email, ABOUT],
		['the address before the @', ({ email }) => email.split('@')[0].toUpperCase(), ABOUT],
		['the name', (of) => of.full_name, ABOUT],
		['the name, backwards', (of) => [...of.full_name].reverse().join(''), ABOUT],
	].map(([title, of, why]) => [title, (w) => set(w, of), refused(field, why)]));

test('what was refused changed nothing', async () => {
	const { email, password, link } = await world();
	const new_password = newPassword();

	expect(await api('POST', '/login/access-token',
	    { form: { username: email, password } }), {});
	expect(await api('POST', '/reset-password/', { json: { token: link, new_password } }), {});
	expect(await api('POST', '/login/access-token',
	    { form: { username: email, password: new_password } }), {});
});

const own = ownStack({ PASSWORD_CLASSES: 3, PASSWORD_COMMON: 'true' }, ['--workers', '1']);
const more = { on: await target(own.url) };

after(() => own.stop());

test('kinds of characters, where the settings ask for them', async () => {
	const signUp = (password) => api('POST', '/users/signup',
	    { ...more, json: { email: newEmail(), password } });
	const kinds = refused('password', 'The password needs characters of 3 kinds: ' +
	    'lower case, upper case, digits, others');

	for (const password of ['hushhushhush', 'hushhush1234', 'HUSHHUSH1234', 'hush-hush-hush'])
		expect(await signUp(password), kinds);
	for (const password of ['Hushhush1234', 'Hush-hush-hush', 'hush-hush-1', 'Password1'])
		assert.equal(expect(await signUp(password), {}).json.is_active, true);
});
