/*
 * Asking for a link to choose a new password. The answer is the same whether
 * or not there is such an account, so this page knows no more than that.
 */
import { post } from '../api.js';
import { door, quoted, step } from '../door.js';
import { el, fill } from '../dom.js';
import { field, FieldError, form } from '../form.js';
import { rich, t } from '../lang.js';

/** @typedef {import('../types.js').Page} Page */

/* The address is a part of the path there, where the server checks nothing. */
function check(/** @type {string} */ email) {
	if (email === '')
		throw new FieldError('email', t('door.email_missing'));
	if (!email.includes('@'))
		throw new FieldError('email', t('door.email_no_at'));
	if (email.includes('/'))
		throw new FieldError('email', t('door.email_slash'));
}

/** @param {Page} page @param {HTMLElement} place @param {string} email */
function showAsked(page, place, email) {
	step(page, place, t('door.asked'),
		rich('door.asked_text', { email: quoted(email) }),
		el('button', { class: 'button', type: 'button', 'data-look': 'quiet',
			onclick: () => step(page, place, ...question(page, place, email)) },
		t('door.ask_again')),
		el('p', { class: 'hint' }, t('door.asked_hint')));
}

/**
 * @param {Page} page @param {HTMLElement} place @param {string} known
 * @returns {Parameters<typeof door>}
 */
function question(page, place, known) {
	return [t('door.recover'), t('door.recover_text'),
		form({ fields: field({ name: 'email', label: t('door.email'),
			type: 'email', autocomplete: 'username', autocapitalize: 'none',
			spellcheck: 'false', autofocus: true, value: known }),
		action: t('door.send_link'),
		submit: async (values) => {
			const email = values.email.trim();

			check(email);
			await post('/password-recovery/{email}',
				{ path: { email }, anonymous: true });
			showAsked(page, place, email);
		} }),
		el('p', { class: 'hint' }, el('a', { href: '/sign-in' },
			t('door.back')))];
}

/** @type {import('../types.js').View} */
export default function recover(page) {
	const place = el('div', { class: 'door-place' });

	fill(place, door(...question(page, place,
		page.query.get('email') ?? '')));
	return place;
}
