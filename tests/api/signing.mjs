/*
 * Signed in by /auth/login: a client that keeps tokens, or a browser that keeps
 * cookies.
 */
import assert from 'node:assert/strict';

import { api, badCredentials, detail, expect, hex, invalid, signUp } from './client.mjs';
import { sql, sqlCount } from './stack.mjs';

/* Of our own routes: what is refused has a code beside the words. */
export const coded = (status, code, text) => ({ status, json: { ...detail(text), code },
	headers: { 'www-authenticate': status === 401 ? 'Bearer' : undefined } });

/* A 422 of ours says so beside its faults. */
export const ours = (...items) => ({ status: 422,
	json: { ...invalid(...items).json, code: 'invalid' } });

export const invalidToken =
    coded(401, 'invalid_token', 'Could not validate credentials');
export const refreshExpired =
    coded(401, 'refresh_expired', 'The session has ended: sign in again');
export const refreshReused = coded(401, 'refresh_reused',
    'The token was used before: the session has been ended');
export const noSession = coded(404, 'not_found', 'There is no such session');
export const anotherSite =
    coded(403, 'csrf_failed', 'The request comes from another site');
export const noCsrf = coded(403, 'csrf_failed', 'X-CSRF-Token is missing or wrong');
export const badPassword =
    coded(401, 'bad_credentials', 'The address or the password is wrong');
export const wornLink =
    coded(400, 'invalid_token', 'The link has been used or has expired');

export const authLogin = ({ email, password }, fields = {}, more = {}) =>
	api('POST', '/auth/login', { json: { email, password, ...fields }, ...more });

/* {...who, token, refresh_token, session}, beside what is known of it. */
export async function signIn(who, fields = {}, more = {}) {
	const { json } = expect(await authLogin(who, fields, more), {});

	return { ...who, token: json.access_token, refresh_token: json.refresh_token,
		session: json.session };
}

/* A new account, signed in. */
export async function person(fields, more) {
	return signIn(await signUp(fields, more), {}, more);
}

export const refresh = (refresh_token, more = {}) =>
	api('POST', '/auth/refresh', { json: { refresh_token }, ...more });

/* It is answered; the next refresh token. */
export async function rotate(refresh_token, more) {
	return expect(await refresh(refresh_token, more), {}).json.refresh_token;
}

export const sessionsOf = ({ user }) =>
	sqlCount(`SELECT COUNT(*) FROM sessions WHERE user_id = ${hex(user.id)}`);

/* As if the last refresh had been that long ago. */
export const age = (session, seconds) => sql('UPDATE sessions SET rotated_at =' +
    ` rotated_at - INTERVAL ${seconds} SECOND WHERE id = ${hex(session.id)}`);

export const me = (token, more = {}) => api('GET', '/users/me', { token, ...more });

/* The session is no more, whoever asks: group 1 and our own routes. */
export async function assertEnded(token, more) {
	expect(await me(token, more), badCredentials);
	expect(await api('GET', '/auth/sessions', { token, ...more }), invalidToken);
}

/*
 * How many mails of that kind `work` asked for: the rows are of the same
 * transaction as what they tell, and stay after the mail was sent.
 */
export async function mailsAsked(kind, work, on) {
	const count = () => sqlCount(`SELECT COUNT(*) FROM tasks WHERE kind = '${kind}'`, on);
	const before = count();

	await work();
	return count() - before;
}

/* [{name, value, attributes}], in the order of the reply. */
export function setCookies(r) {
	return (r.headers['set-cookie'] ?? []).map((line) => {
		const [first, ...attributes] = line.split('; ');
		const i = first.indexOf('=');

		return { name: first.slice(0, i), value: first.slice(i + 1), attributes };
	});
}

const header = (jar) => Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`).join('; ');

/*
 * What a browser does with cookies: keeps those that a reply sets, sends all.
 * `call` sends the CSRF token too, where there is one.
 */
export function browser(more = {}) {
	const self = { jar: {}, csrf: undefined,
		async call(method, path, options = {}) {
			const r = await api(method, path, { ...more, ...options, headers: {
				...(Object.keys(self.jar).length && { cookie: header(self.jar) }),
				...(self.csrf && { 'x-csrf-token': self.csrf }),
				...more.headers, ...options.headers } });

			for (const { name, value, attributes } of setCookies(r)) {
				self.jar[name] = value;
				if (attributes.includes('Max-Age=0'))
					delete self.jar[name];
			}
			return r;
		} };

	return self;
}

/* One that is signed in: with {jar, csrf, session, reply}. */
export async function signInBrowser(who, fields = {}, more = {}) {
	const tab = browser(more);
	const { email, password } = who;

	tab.reply = expect(await tab.call('POST', '/auth/login',
	    { json: { email, password, transport: 'cookie', ...fields } }), {});
	tab.csrf = tab.reply.json.csrf_token;
	tab.session = tab.reply.json.session;
	assert.ok(tab.csrf, tab.reply.text);
	return tab;
}
