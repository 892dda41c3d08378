/*
 * What the views of the door share: their head, the end of a sign-in, and the
 * pages of mailed links. There nothing happens until the button is pressed, for
 * programs open the links in mails, too; the token leaves the address bar and
 * the history at once and is then known to this module alone.
 */
import { post } from './api.js';
import { el, fill, freshId, one } from './dom.js';
import { form } from './form.js';
import { rich, t } from './lang.js';
import { match } from './routes.js';
import * as session from './session.js';
import { drawShell } from './shell.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {import('./types.js').Page} Page */

/** @param {string} title @param {Child} text @param {...Child} body */
export function door(title, text, ...body) {
	const id = freshId('door');

	return el('section', { class: 'door', 'aria-labelledby': id },
		el('div', { class: 'door-head' },
			el('h1', { id }, title), text && el('p', {}, text)), ...body);
}

/**
 * In place of what stands there now, with the focus on its heading.
 * @param {Page} page @param {Node} place @param {Parameters<typeof door>} what
 */
export function step(page, place, ...what) {
	const next = door(...what);
	const heading = one(next, 'h1');

	page.title(what[0]);
	fill(place, next);
	heading.tabIndex = -1;
	const first = next.querySelector('[autofocus]');

	(first instanceof HTMLElement ? first : heading).focus();
}

/** @param {string} href @param {string} text @param {string} [look] */
export const button = (href, text, look) =>
	el('a', { class: 'button', href, 'data-look': look }, text);

/* What a person wrote, in a sentence of ours. */
export const quoted = (/** @type {string} */ text) =>
	el('bdi', { class: 'quoted' }, text);

/**
 * An account that nobody may use before its address is confirmed; the server
 * has just sent the link.
 * @param {Page} page @param {Node} place @param {string} email
 */
export function showUnverified(page, place, email) {
	step(page, place, t('door.confirm_first'),
		rich('door.confirm_first_text', { email: quoted(email) }),
		el('a', { class: 'button', href: '/sign-in' }, t('door.sign_in')),
		el('p', { class: 'hint' }, t('door.confirm_hint')));
}

/** @type {Map<string, string>} */
const tokens = new Map();

/* The view may be drawn anew, in another language for example. */
export function takeToken(/** @type {Page} */ page) {
	const token = page.query.get('token');

	if (token !== null) {
		tokens.set(location.pathname, token);
		page.search({ token: null });
	}
	return tokens.get(location.pathname) ?? '';
}

export const forgetToken = () => tokens.delete(location.pathname);

/* The bar above tells who is signed in. */
export const drawBar = () => drawShell(match(location.pathname)?.route);

/**
 * @typedef {{path: '/auth/email/verify'|'/auth/sessions/end', name: string,
 *     done: () => Promise<Child>|Child}} Link
 *     name: of the texts; done: what stands under them when it worked
 */

/**
 * @param {Page} page @param {Link} link
 * @param {string} token @param {Node} place
 */
function submitter(page, { path, name, done }, token, place) {
	return async () => {
		await post(path, { json: { token }, anonymous: true });
		forgetToken();
		step(page, place, t(`door.${name}_done`), t(`door.${name}_done_text`),
			await done());
	};
}

export const home = () => session.isInside()
	? button('/dashboard', t('door.to_dashboard'))
	: button('/sign-in', t('door.sign_in'));

/** @param {Page} page @param {Link} link */
export function mailedLink(page, link) {
	const token = takeToken(page);
	const { name } = link;
	const place = el('div', { class: 'door-place' });
	/** @type {Parameters<typeof door>} */
	const worn = [t('door.worn'), t(`door.${name}_worn_text`), home(),
		el('p', { class: 'hint' }, t('door.worn_hint'))];

	if (token === '') {
		page.title(worn[0]);
		fill(place, door(...worn));
		return place;
	}
	const ask = form({ fields: [], action: t(`door.${name}_action`),
		submit: submitter(page, link, token, place),
		/* A fault of the token has no field to stand beside. */
		caught: ({ status }) => {
			const isWorn = status === 400 || status === 422;

			if (isWorn) {
				forgetToken();
				step(page, place, ...worn);
			}
			return isWorn;
		} });

	one(ask, 'button').setAttribute('autofocus', '');
	fill(place, door(t(`door.${name}`), t(`door.${name}_text`), ask));
	return place;
}
