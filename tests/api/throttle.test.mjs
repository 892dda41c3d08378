/*
 * Guessing: a delay after failures in a row, for an account and for an address,
 * told as 429. On a stack of its own, where three failures are enough.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import {
	SECRET, account, api, detail, expect, logIn, newEmail, newPassword, signUp,
	target,
} from './client.mjs';
import { ownStack, sleep, sql, workerPids } from './stack.mjs';

const ACCOUNT = 3, ADDRESS = 8;
/* Who is blocked waits for a hash too: short ones, as the first delays are. */
const own = ownStack({ LOGIN_ACCOUNT_FAILURES: ACCOUNT, LOGIN_ADDRESS_FAILURES: ADDRESS,
	ARGON2_MEMORY_KIB: 128, ARGON2_PASSES: 1, HASH_IDLE: 'false' }, ['--workers', '3']);
const more = { on: await target(own.url), stack: own };

after(() => own.stop());

const wrong = { status: 400, json: detail('Incorrect email or password') };
/* nginx takes the word of a proxy on its own machine for who the client is. */
const from = (address) => ({ headers: { 'x-forwarded-for': address } });
const HOME = from('192.0.2.7');
const attempt = (email, word, where = HOME) =>
	logIn(email, word, { more: { ...more, ...where } });
const forget = () => sql('DELETE FROM throttle', own);
const words = (n) => `${n} second${n === 1 ? '' : 's'}`;

/* A refusal that names a time of at most so many seconds; returns it. */
function refused(r, most, what = 'failed attempts') {
	expect(r, { status: 429, headers: { 'retry-after': /^[1-9]\d*$/ } });
	const seconds = Number(r.headers['retry-after']);

	assert.deepEqual(r.json, detail(`Too many ${what}. Try again in ${words(seconds)}.`));
	assert.ok(seconds <= most, `${seconds} s, at most ${most}`);
	return seconds;
}

async function fail(email, times) {
	for (let i = 0; i < times; i++)
		expect(await attempt(email, `${SECRET}-not`), wrong);
}

/* Each row of the table goes on where the one before it was. */
const over = (seconds) => sql(`UPDATE throttle SET blocked_until = blocked_until -
    INTERVAL ${seconds} SECOND, expires_at = expires_at - INTERVAL ${seconds} SECOND`, own);

for (const [name, make] of [
	['an account', () => signUp({}, more)],
	['an address that nobody has', async () => ({ email: newEmail(), unknown: true })],
])
	test(`${name}: a delay after ${ACCOUNT} failures in a row, twice as long each time`,
	    async () => {
		forget();
		const { email, password = newPassword(), unknown } = await make();

		await fail(email, ACCOUNT);
		for (const [most, least] of [[1, 1], [2, 1], [4, 3], [8, 6]]) {
			const seconds = refused(await attempt(email, `${SECRET}-not`), most);

			assert.ok(seconds >= least, `${seconds} s, at least ${least}`);
			/* The right password has to wait too, and in any case. */
			refused(await attempt(email, password), most);
			refused(await attempt(email.toUpperCase(), password), most);
			/* What is refused does not count. */
			over(most);
			expect(await attempt(email, `${SECRET}-not`), wrong);
		}
		over(16);
		expect(await attempt(email, password), unknown ? wrong : {});
		forget();
	});

test('the delay passes by itself, and the right password starts anew', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	await fail(email, ACCOUNT);
	refused(await attempt(email, password), 1);
	await sleep(1100);
	expect(await attempt(email, password), {});
	await fail(email, ACCOUNT - 1);
	expect(await attempt(email, password), {});
	await fail(email, ACCOUNT);
	refused(await attempt(email, password), 1);
	forget();
});

test('the delay ends growing, and an hour forgets', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	await fail(email, ACCOUNT);
	for (const failures of [ACCOUNT + 8, ACCOUNT + 60, 1000000]) {
		sql(`UPDATE throttle SET failures = ${failures}, blocked_until = NULL`, own);
		expect(await attempt(email, `${SECRET}-not`), wrong);
		assert.ok(refused(await attempt(email, password), 300) >= 256);
	}
	over(3600);
	await fail(email, ACCOUNT - 1);
	expect(await attempt(email, password), {});
	forget();
});

test("one account's delay is not another's", async () => {
	forget();
	const [one, two] = [await account({}, more), await account({}, more)];

	await fail(one.email, ACCOUNT);
	refused(await attempt(one.email, one.password), 1);
	expect(await attempt(two.email, two.password), {});
	expect(await api('GET', '/users/me', { ...more, token: one.token }), { json: one.user });
	forget();
});

test(`an address that fails ${ADDRESS} times waits, whatever the account`, async () => {
	forget();
	const { email, password } = await signUp({}, more);

	for (let i = 0; i < ADDRESS; i++)
		await fail(newEmail(), 1);
	refused(await attempt(newEmail(), SECRET), 1);
	refused(await attempt(email, password), 1);
	over(1);
	expect(await attempt(email, password), {});
	/* A success is no excuse for the failures of an address. */
	await fail(newEmail(), 1);
	refused(await attempt(email, password), 2);
	forget();
});

test('who guesses from one address does not lock out the owner at another', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	await fail(email, ACCOUNT);
	refused(await attempt(email, password), 1);
	expect(await attempt(email, password, from('198.51.100.1')), {});
	forget();
	/* Many guessers are another matter, but not for long. */
	for (let i = 0; i < ACCOUNT * 10; i++)
		expect(await attempt(email, `${SECRET}-not`, from(`198.51.100.${i}`)), wrong);
	refused(await attempt(email, password), 1);
	sql('UPDATE throttle SET failures = 1000000, blocked_until = NULL', own);
	expect(await attempt(email, `${SECRET}-not`, from('203.0.113.1')), wrong);
	refused(await attempt(email, password, from('203.0.113.2')), 30);
	forget();
});

test('the machine itself is no address: a proxy may stand there', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	for (let i = 0; i < ADDRESS + 1; i++)
		expect(await attempt(newEmail(), SECRET, {}), wrong);
	expect(await attempt(email, password, {}), {});
	forget();
});

test('of IPv6 the network counts, of an address mapped into it the address', async () => {
	for (const [group, others] of [
		[['2001:db8::1', '2001:db8::ffff:2'], ['2001:db8:0:1::1']],
		[['::ffff:192.0.2.9', '192.0.2.9'], ['::ffff:192.0.2.10']],
	]) {
		forget();
		const { email, password } = await signUp({}, more);

		for (let i = 0; i < ACCOUNT; i++)
			expect(await attempt(email, SECRET, from(group[i % 2])), wrong);
		for (const address of group)
			refused(await attempt(email, password, from(address)), 1);
		for (const address of others)
			expect(await attempt(email, password, from(address)), {});
	}
	forget();
});

test('time forgets failures one by one', async () => {
	forget();
	const { email, password } = await signUp({}, more);
	const pass = (seconds) => sql('UPDATE throttle SET updated_at = updated_at -' +
	    ` INTERVAL ${seconds} SECOND`, own);

	await fail(email, ACCOUNT - 1);
	pass(720);
	await fail(email, ACCOUNT - 1);
	expect(await attempt(email, password), {});
	forget();
});

test('who succeeds is never limited', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	for (let i = 0; i < 60; i++)
		expect(await attempt(email, password), {});
	assert.deepEqual(sql('SELECT COUNT(*) FROM throttle', own), [['0']]);
});

test('input that is refused is no failure', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	for (let i = 0; i < ADDRESS + 1; i++)
		expect(await attempt(email, ''), { status: 422 });
	expect(await attempt(email, password), {});
});

test('all workers count the same failures', async () => {
	forget();
	const { email, password } = await signUp({}, more);

	assert.equal(workerPids(own.socket).length, 3);
	const replies = await Promise.all(Array.from({ length: 30 }, () =>
		attempt(email, `${SECRET}-not`)));
	const let400 = replies.filter((r) => r.status === 400).length;

	/* Those that were under way together are counted together. */
	assert.ok(replies.every((r) => [400, 429].includes(r.status)));
	assert.equal(Number(sql('SELECT ROUND(MAX(failures)) FROM throttle', own)[0][0]), let400);
	over(-60);
	for (let i = 0; i < 12; i++)
		refused(await attempt(email, password), 400);
	forget();
});

test('what is kept names nobody', async () => {
	forget();
	const email = newEmail();

	await fail(email, 1);
	const rows = sql('SELECT * FROM throttle', own).map((row) => row.join(' '));

	assert.equal(rows.length, 3);
	for (const text of rows)
		assert.ok(!text.includes(email) && !text.includes('192.0.2.7'), text);
	forget();
});

test('guessing the current password is counted apart from the sign-ins', async () => {
	forget();
	const { token, email, password } = await account({}, more);
	const change = (current_password) => api('PATCH', '/users/me/password', { ...more,
		token, json: { current_password, new_password: `${SECRET}-next` } });

	for (let i = 0; i < ACCOUNT; i++)
		expect(await change(`${SECRET}-not`),
		    { status: 400, json: detail('Incorrect password') });
	refused(await change(`${SECRET}-not`), 1);
	refused(await change(password), 1);
	expect(await attempt(email, password), {});
	expect(await api('GET', '/users/me', { ...more, token }), {});
	over(1);
	expect(await change(password), {});
	expect(await attempt(email, `${SECRET}-next`), {});
	forget();
});

test('recovery mails are limited too, whether the address is known or not', async () => {
	const { email } = await signUp({}, more);

	for (const address of [email, newEmail()]) {
		forget();
		for (let i = 0; i < 5; i++)
			expect(await api('POST', `/password-recovery/${address}`, more), {});
		refused(await api('POST', `/password-recovery/${address}`, more), 1, 'requests');
		refused(await api('POST', `/password-recovery/${address.toUpperCase()}`, more), 1,
		    'requests');
	}
	forget();
});
