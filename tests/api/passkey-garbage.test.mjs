/*
 * What is no passkey, at registration and at sign-in: refused, each time with
 * the same words.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { authenticator, base64url } from './authenticator.mjs';
import { account, api, expect, unique } from './client.mjs';
import { holder, loginOptions, options, ORIGIN, present, refusedLogin as refused,
	sessions, signInWith } from './passkeys.mjs';

/* Each value of a document in turn, as something else. */
function* mutations(value, put = (v) => v) {
	for (const other of [null, true, 0, -1, 1e99, '', '=', 'A', 'AA==', '\u0001', 'é😀',
		[], {}, [value], 'A'.repeat(3000), unique()])
		yield put(other);
	if (value === null || typeof value !== 'object')
		return;
	for (const name of Object.keys(value)) {
		const { [name]: gone, ...rest } = value;

		yield put(rest);
		yield* mutations(gone, (v) => put({ ...value, [name]: v }));
	}
}

/* Members that say nothing of the credential: whatever they hold is fine. */
const IDLE = ['authenticatorAttachment', 'clientExtensionResults'];

function withoutIdle(credential) {
	return Object.fromEntries(Object.entries(credential)
	    .filter(([name]) => !IDLE.includes(name)));
}

test('garbage is refused in one way', async () => {
	const { user, device, token } = await holder();
	const before = sessions(user);
	let n = 0;

	for (const credential of mutations(withoutIdle(device.get(await loginOptions())))) {
		const r = await present(credential);

		/* A user handle may be left out. */
		if (r.status === 200) {
			assert.ok(!credential.response.userHandle, JSON.stringify(credential));
			continue;
		}
		expect(r, refused);
		expect(await api('POST', '/auth/passkeys', { token,
			json: { credential, name: 'x' } }), { status: 400 });
		n++;
	}
	assert.ok(n > 100, String(n));
	assert.ok(sessions(user) - before <= 1);
});

test('so is garbage at registration', async () => {
	const { token } = await account();
	const { transports, ...response } = authenticator(ORIGIN)
	    .create(await options(token)).response;
	let n = 0;

	assert.deepEqual(transports, ['internal']);
	for (const mutant of mutations(response)) {
		const credential = { ...withoutIdle(authenticator(ORIGIN)
		    .create(await options(token))), response: mutant };
		const r = expect(await api('POST', '/auth/passkeys',
		    { token, json: { credential, name: 'x' } }), { status: 400 });

		assert.equal(r.json.code, 'bad_credential');
		n++;
	}
	assert.ok(n > 40, String(n));
	expect(await api('GET', '/auth/passkeys', { token }),
	    { json: { data: [], count: 0 } });
});

test('a changed bit anywhere is refused', async () => {
	const { device } = await holder();

	for (const name of ['clientDataJSON', 'authenticatorData', 'signature',
		'userHandle']) {
		const length = Buffer.from(
		    device.get(await loginOptions()).response[name], 'base64url').length;

		for (let i = 0; i < length; i++) {
			const credential = device.get(await loginOptions());
			const bytes = Buffer.from(credential.response[name], 'base64url');

			/* One signature is not as long as another. */
			bytes[Math.min(i, bytes.length - 1)] ^= 1 << i % 8;
			credential.response[name] = base64url(bytes);
			expect(await present(credential), refused);
		}
	}
	expect(await signInWith(device), {});
});

test('so is a new credential that was cut, and a changed one never more than that',
	async () => {
		const { token } = await account();
		const whole = Buffer.from(authenticator(ORIGIN).create(await options(token))
		    .response.attestationObject, 'base64url');
		const spoil = async (change) => {
			const credential = authenticator(ORIGIN).create(await options(token));

			credential.response.attestationObject = base64url(change(
			    Buffer.from(credential.response.attestationObject, 'base64url')));
			return api('POST', '/auth/passkeys',
			    { token, json: { credential, name: 'x' } });
		};

		for (let n = 0; n < whole.length; n++) {
			const r = await spoil((bytes) => bytes.subarray(0, n));

			expect(r, { status: 400 });
			assert.equal(r.json.code, 'bad_credential');
		}
		/* Nothing is signed: bits of the model or of the counter may change. */
		for (let i = 0; i < whole.length; i++) {
			const r = await spoil((bytes) => {
				bytes[i] ^= 1 << i % 8;
				return bytes;
			});

			assert.ok([201, 400].includes(r.status), `${i}: ${r.status} ${r.text}`);
			if (r.status === 201)
				expect(await api('DELETE', `/auth/passkeys/${r.json.id}`,
				    { token }), { status: 204 });
		}
	});
