/*
 * Signing in: by password, with a second factor where the account has one, or
 * by passkey alone. The router knows where to from here, once somebody is in.
 */
/* lang: door.* */
import { post } from '../api.js';
import { door, drawBar, showUnverified, step } from '../door.js';
import { el, fill } from '../dom.js';
import { field, FieldError, form } from '../form.js';
import { rich, t } from '../lang.js';
import * as passkey from '../passkey.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {{mfa_token?: string, methods?: string[]}} Wanted */
/** @typedef {{page: Page, place: HTMLElement}} Spot */

const options = () => post('/auth/passkeys/login/options',
	{ json: {}, anonymous: true });

/** @param {Spot} spot @param {any} answer */
async function enter(spot, answer) {
	if (!await session.begin(answer))
		return showSecond(spot, answer, answer.methods[0]);
	/* Who has left meanwhile stays there. */
	return spot.page.signal.aborted ? drawBar() : spot.page.again();
}

/** @param {Spot} spot @param {Wanted} wanted @param {object} proof */
async function verify(spot, wanted, proof) {
	try {
		await enter(spot, await post('/auth/mfa/verify', { anonymous: true,
			json: /** @type {any} */ ({ mfa_token: wanted.mfa_token,
				...proof }) }));
	} catch (error) {
		const { code, message } = /** @type {any} */ (error);

		if (code === 'mfa_expired')
			showFirst(spot, { message });
		else if (code === 'bad_code')
			throw new FieldError('code', message);
		else
			throw error;
	}
}

/** @param {Spot} spot @param {Wanted} wanted @param {string} method */
function proofForm(spot, wanted, method) {
	if (method === 'passkey')
		return form({ fields: [], action: t('door.use_passkey'),
			submit: async () => verify(spot, wanted, { method,
				credential: await passkey.get(await options(),
					{ signal: spot.page.signal }) }) });
	const isApp = method === 'totp';

	return form({ action: t('door.go_on'),
		fields: field({ name: 'code', label: t(`door.${method}_code`),
			hint: t(`door.${method}_hint`), autofocus: true, dir: 'ltr',
			inputmode: isApp ? 'numeric' : 'text', autocapitalize: 'none',
			autocomplete: isApp ? 'one-time-code' : 'off',
			spellcheck: 'false' }),
		submit: ({ code }) => verify(spot, wanted,
			{ method, code: code.trim() }) });
}

/** @param {Spot} spot @param {Wanted} wanted @param {string} method */
function showSecond(spot, wanted, method) {
	const others = (wanted.methods ?? []).filter((one) => one !== method &&
		(one !== 'passkey' || passkey.isSupported()));

	step(spot.page, spot.place, t('door.second'), t(`door.${method}_text`),
		proofForm(spot, wanted, method),
		el('ul', { class: 'door-ways' },
			others.map((one) => el('li', {}, el('button', {
				class: 'link', type: 'button',
				onclick: () => showSecond(spot, wanted, one),
			}, t(`door.${one}_instead`)))),
			el('li', {}, el('button', { class: 'link', type: 'button',
				onclick: () => showFirst(spot) }, t('door.begin_anew')))));
}

/** @param {Spot} spot */
function passwordForm(spot, email = '') {
	const node = form({
		fields: [
			field({ name: 'email', label: t('door.email'), type: 'email',
				autocomplete: 'username', autocapitalize: 'none',
				spellcheck: 'false', value: email,
				autofocus: email === '' }),
			field({ name: 'password', label: t('door.password'),
				type: 'password', autocomplete: 'current-password',
				autofocus: email !== '' }),
		],
		action: t('door.sign_in'),
		submit: async ({ email: address, password }) => enter(spot,
			await post('/auth/login', { anonymous: true, json: {
				email: address.trim(), password, transport: 'cookie' } })),
		caught: (error) => {
			const input = /** @type {HTMLInputElement} */ (
				node.elements.namedItem('password'));

			if (error.code === 'email_unverified')
				showUnverified(spot.page, spot.place,
					valueOf(node, 'email'));
			else if (error.code === 'bad_credentials')
				input.select();
			return error.code === 'email_unverified';
		},
	});

	return node;
}

/** @param {HTMLFormElement} node @param {string} name */
const valueOf = (node, name) => /** @type {HTMLInputElement} */ (
	node.elements.namedItem(name)).value.trim();

/** @param {Spot} spot */
const passkeyForm = (spot) => form({ fields: [], look: 'quiet',
	action: t('door.use_passkey'),
	submit: async () => enter(spot, await post('/auth/passkeys/login', {
		anonymous: true, json: { transport: 'cookie',
			credential: await passkey.get(await options(),
				{ signal: spot.page.signal }) } })) });

/** @param {Spot} spot @returns {Parameters<typeof door>} */
function first(spot, { email = '', message = '' } = {}) {
	return [t('door.sign_in'), rich('door.new_here', {
		link: el('a', { href: `/sign-up${location.search}` },
			t('door.sign_up_link')) }),
	message && el('p', { class: 'notice', role: 'alert' }, message),
	passwordForm(spot, email),
	passkey.isSupported() && [
		el('p', { class: 'door-or' }, t('door.or')), passkeyForm(spot)],
	el('p', { class: 'hint' }, el('a', { href: '/recover-password' },
		t('door.forgot')))];
}

/** @param {Spot} spot @param {{email?: string, message?: string}} [how] */
const showFirst = (spot, how) =>
	step(spot.page, spot.place, ...first(spot, how));

/** @type {import('../types.js').View} */
export default function signIn(page) {
	const place = el('div', { class: 'door-place' });

	fill(place, door(...first({ page, place })));
	return place;
}
