/* Who somebody is to Atrium: name, address, language, theme, mails. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { field, form, valuesOf } from '../form.js';
import { heading } from '../heading.js';
import { date, language, languages, rich, t } from '../lang.js';
import { mayLeave } from '../router.js';
import { match } from '../routes.js';
import * as session from '../session.js';
import { setting } from '../setting.js';
import { chooseLanguage, chooseTheme, drawFoot, drawShell }
	from '../shell.js';
import { theme } from '../theme.js';
import { sayFailure, toast } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */

/* The account as the server has it now, and the bar that shows it. */
function adopt(/** @type {import('../types.js').User} */ user) {
	session.mine().user = user;
	drawShell(match(location.pathname)?.route);
}

function nameForm() {
	return form({
		label: t('profile.name_title'),
		fields: field({ name: 'full_name', label: t('profile.name'),
			value: session.mine().user.full_name, optional: true,
			autocomplete: 'name' }),
		action: t('action.save'),
		submit: async (values) => {
			adopt(await api.patch('/users/me', { json: {
				full_name: values.full_name.trim() || null } }));
			toast(t('profile.name_saved'));
		},
	});
}

function nameSetting() {
	const { created_at: since } = session.mine().user;

	return setting(t('profile.name_title'), [t('profile.name_text'),
		since && ` ${t('profile.since', { date: date(since, false) })}`],
	nameForm());
}

/* ---- the address: another one counts once its link was followed */

function resend() {
	const button = el('button', { class: 'button', 'data-look': 'quiet',
		'data-size': 'small', type: 'button' }, t('profile.send_again'));

	button.addEventListener('click', async () => {
		if (button.hasAttribute('aria-busy'))
			return;
		button.setAttribute('aria-busy', 'true');
		try {
			await api.post('/auth/email/verify-request', { json: {} });
			toast(t('profile.sent', { email: session.mine().user.email }));
		} catch (error) {
			sayFailure(error);
		}
		button.removeAttribute('aria-busy');
	});
	return button;
}

function address() {
	const { user, email_verified: verified } = session.mine();

	return el('div', { class: 'address' },
		el('p', { class: 'address-line' }, el('strong', { dir: 'auto' }, user.email),
			el('span', { class: 'tag', 'data-tone': verified ? 'good' : 'warn' },
				t(verified ? 'profile.confirmed' : 'profile.unconfirmed'))),
		!verified && el('p', { class: 'hint' }, t('profile.unconfirmed_text')),
		!verified && el('div', { class: 'actions' }, resend()));
}

function emailForm() {
	const sent = el('p', { class: 'notice', 'data-tone': 'good', role: 'status' });
	const node = form({
		label: t('profile.email_title'),
		fields: field({ name: 'new_email', type: 'email', label:
			t('profile.new_email'), autocomplete: 'email', required: true,
		hint: t('profile.new_email_hint') }),
		action: t('profile.change_email'), look: 'quiet',
		submit: async ({ new_email: email }) => {
			fill(sent);
			await api.post('/auth/email/verify-request',
				{ json: { new_email: email.trim() } });
			node.reset();
			fill(sent, rich('profile.sent_new',
				{ email: el('bdi', {}, email.trim()) }));
		},
	});

	node.append(sent);
	return node;
}

/* ---- how the pages look, and what is mailed */
/* lang: theme.* */

function languageField() {
	const place = field({ name: 'locale', type: 'select', value: language(),
		label: t('profile.language'), options: [[language(), t('language.name')]],
		onchange: async (/** @type {Event} */ { target }) => {
			const select = /** @type {HTMLSelectElement} */ (target);

			if (await mayLeave())
				await chooseLanguage(select.value);
			select.value = language();
			/** @type {HTMLElement|null} */
			(document.querySelector('main [name=locale]'))?.focus();
		} });

	languages().then((all) => {
		const select = /** @type {HTMLSelectElement} */
			(place.querySelector('select'));

		fill(select, all.map(({ tag, name }) => el('option',
			{ value: tag, lang: tag, selected: tag === language() }, name)));
	}, () => null);
	return place;
}

/** @param {AbortSignal} signal */
function themeField(signal) {
	const place = field({ name: 'theme', type: 'select', value: theme(),
		label: t('profile.theme'),
		options: ['system', 'light', 'dark'].map((name) =>
			/** @type {const} */ ([name, t(`theme.${name}`)])),
		onchange: async (/** @type {Event} */ { target }) => {
			await chooseTheme(/** @type {HTMLSelectElement} */ (target).value);
			drawFoot();
		} });

	/* It can be chosen at the foot of the page, too. */
	addEventListener('themechange', () => {
		/** @type {HTMLSelectElement} */
		(place.querySelector('select')).value = theme();
	}, { signal });
	return place;
}

function mailField() {
	return field({ name: 'notify_new_login', type: 'checkbox',
		label: t('profile.notify'), hint: t('profile.notify_hint'),
		value: session.mine().preferences.notify_new_login,
		onchange: async (/** @type {Event} */ event) => {
			const box = /** @type {HTMLInputElement} */ (event.target);

			box.disabled = true;
			try {
				session.mine().preferences = await api.patch(
					'/users/me/preferences',
					{ json: { notify_new_login: box.checked } });
				toast(t(box.checked ? 'profile.notify_on'
					: 'profile.notify_off'));
			} catch (error) {
				box.checked = !box.checked;
				sayFailure(error);
			}
			box.disabled = false;
			box.focus();
		} });
}

/* What was typed, and neither saved nor sent. */
/** @param {HTMLElement} node */
function isTyped(node) {
	const { full_name: name, new_email: email } = Object.assign({},
		...[...node.querySelectorAll('form')].map(valuesOf));

	return email.trim() !== '' ||
		name.trim() !== (session.mine().user.full_name ?? '');
}

/** @param {Page} page */
export default function profile(page) {
	const node = el('div', { class: 'page account' },
		heading({ title: t('profile.title'), text: t('profile.lead') }),
		nameSetting(),
		setting(t('profile.email_title'), t('profile.email_text'),
			address(), emailForm()),
		setting(t('profile.look_title'), t('profile.look_text'),
			el('div', { class: 'fields-row' }, languageField(),
				themeField(page.signal))),
		setting(t('profile.mail_title'), t('profile.mail_text'), mailField()));

	page.dirty(() => isTyped(node));
	return node;
}
