/*
 * How long a refusal takes does not tell an unknown address from a wrong
 * password. (That an account is blocked its 429 tells.) Times are compared with
 * each other alone, as medians of pairs that were taken side by side.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, expect, newEmail, newPassword, signUp, target } from './client.mjs';
import { ownStack } from './stack.mjs';

const APART_MS = 5;
const ROUNDS = 60, ROUNDS_MAX = 480;

/* Hashes of the usual cost. Where other programs keep all cores busy, spare
 * time alone would be too little to measure anything. */
const own = ownStack({ LOGIN_ACCOUNT_FAILURES: 1000000, HASH_IDLE: 'false' },
    ['--workers', '1']);
const more = { on: await target(own.url), stack: own };

after(() => own.stop());

const DOORS = {
	'/auth/login': (email, password) =>
		api('POST', '/auth/login', { ...more, json: { email, password } }),
	'/login/access-token': (username, password) =>
		api('POST', '/login/access-token', { ...more, form: { username, password } }),
};
const KINDS = { unknown: newEmail(), wrong: null };

before(async () => {
	KINDS.wrong = (await signUp({}, more)).email;
});

function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const half = sorted.length >> 1;

	return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/* One request of each kind, each time another one first: {kind: ms}. */
async function round(door, turn) {
	const names = Object.keys(KINDS), taken = {};

	for (let i = 0; i < names.length; i++) {
		const name = names[(i + turn) % names.length];
		const began = performance.now();
		const { status } = await door(KINDS[name], newPassword());

		taken[name] = performance.now() - began;
		assert.ok(status === 400 || status === 401, `${name}: ${status}`);
	}
	return taken;
}

/* How far the two kinds are apart: {"a - b": ms}. */
function apart(rounds) {
	return { 'unknown - wrong':
		median(rounds.map((taken) => taken.unknown - taken.wrong)) };
}

const isClose = (differences) =>
	Object.values(differences).every((ms) => Math.abs(ms) < APART_MS);

for (const [path, door] of Object.entries(DOORS))
	test(`${path}: refusals take the same time`, async () => {
		const rounds = [];

		for (let i = 0; i < 5; i++)
			await round(door, i);
		/* A machine that is busy needs more of them until it is clear. */
		do {
			for (let i = 0; i < ROUNDS; i++)
				rounds.push(await round(door, i));
		} while (!isClose(apart(rounds)) && rounds.length < ROUNDS_MAX);
		const differences = apart(rounds);
		const medians = Object.keys(KINDS).map((name) =>
			`${name}: ${median(rounds.map((taken) => taken[name])).toFixed(2)} ms`);

		assert.ok(isClose(differences), `after ${rounds.length} rounds: ` +
		    `${JSON.stringify(differences)}; ${medians.join(', ')}`);
	});
