/* The authenticator: set up, its recovery codes, switched off. */
import * as api from '../api.js';
import { el, fill, one } from '../dom.js';
import { copyable, copyButton, download } from '../copy.js';
import { ask, open } from '../dialog.js';
import { field } from '../form.js';
import { icon } from '../icon.js';
import { date, n, t } from '../lang.js';
import * as session from '../session.js';
import { setting } from '../setting.js';
import { toast } from '../toast.js';

/** @typedef {import('../types.js').Schemas} Schemas */
/** @typedef {import('../dom.js').Child} Child */
/** @typedef {import('../types.js').Page} Page */

/* lang: security.* */
const FEW_CODES = 3;

const passwordField = () => field({ name: 'password', type: 'password',
	label: t('security.your_password'), autocomplete: 'current-password',
	required: true });

/** @param {string} label @param {Child} [hint] */
const codeField = (label, hint) => field({ name: 'code', label, hint,
	inputmode: 'text', autocomplete: 'one-time-code', spellcheck: 'false',
	autocapitalize: 'off', required: true, class: 'input code-input' });

/* A picture by its address: what draws is no script's business. */
function picture(/** @type {string} */ svg) {
	return el('img', { class: 'qr', width: 208, height: 208,
		alt: t('security.qr_alt'),
		src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
}

/* In fours, as it is easier to type. */
const spaced = (/** @type {string} */ secret) =>
	secret.replace(/(.{4})(?=.)/g, '$1 ');

/** @param {Schemas['TotpCreated']} made @returns {Promise<any>} */
function confirmCode(made) {
	return ask({ title: t('security.scan_title'), text: [
		made.qr_svg !== null && el('p', {}, t('security.scan_text')),
		made.qr_svg !== null && picture(made.qr_svg),
		el('p', { class: 'hint' }, t('security.type_text')),
		copyable(spaced(made.secret)),
	], fields: codeField(t('security.code'), t('security.code_hint')),
	action: t('security.turn_on'),
	submit: ({ code }) => api.post('/auth/mfa/totp/confirm',
		{ json: { code: code.replace(/\s/g, '') } }) });
}

/** @returns {Promise<Schemas['RecoveryCodes']|undefined>} */
async function setUp() {
	const made = await ask({ title: t('security.set_up_title'),
		text: el('p', {}, t('security.set_up_text')), fields: passwordField(),
		action: t('security.go_on'),
		submit: ({ password }) => api.post('/auth/mfa/totp',
			{ json: { password } }) });

	return made && confirmCode(made);
}

/** @returns {Promise<Schemas['RecoveryCodes']|undefined>} */
function renew() {
	return ask({ title: t('security.renew_title'),
		text: el('p', {}, t('security.renew_text')),
		fields: codeField(t('security.code'), t('security.code_hint')),
		action: t('security.renew'),
		submit: ({ code }) => api.post('/auth/mfa/recovery-codes',
			{ json: { code: code.replace(/\s/g, '') } }) });
}

/** @returns {Promise<boolean|undefined>} */
function switchOff() {
	return ask({ title: t('security.off_title'), look: 'danger',
		text: el('p', {}, t('security.off_text')),
		fields: [passwordField(), codeField(t('security.code'),
			t('security.off_code_hint'))],
		action: t('security.turn_off'),
		submit: async ({ password, code }) => {
			await api.del('/auth/mfa/totp', { json: { password, code } });
			return true;
		} });
}

/** @param {string[]} codes */
function asText(codes) {
	return `${[t('security.codes_of', { email: session.mine().user.email }),
		date(new Date().toISOString()), '', ...codes].join('\n')}\n`;
}

const SMALL = { class: 'button', 'data-look': 'quiet', 'data-size': 'small',
	type: 'button' };

/* The page is what is printed. */
const printButton = () => el('button', { ...SMALL, onclick: () => print() },
	t('security.codes_print'));

/** @param {string[]} codes @param {() => void} done @param {Child} [more] */
function codesNode(codes, done, more) {
	return el('div', { class: 'codes' },
		el('h3', { tabindex: '-1' }, t('security.codes_title')),
		el('p', {}, t('security.codes_text')),
		el('p', { class: 'codes-of' },
			t('security.codes_of', { email: session.mine().user.email })),
		el('ol', { class: 'codes-list' },
			codes.map((code) => el('li', {}, el('code', {}, code)))),
		el('div', { class: 'actions' },
			copyButton(() => asText(codes), t('security.codes_copy')),
			el('button', { ...SMALL, onclick: () => download(
				'atrium-recovery-codes.txt', asText(codes), 'text/plain') },
			icon('download'), t('security.codes_download')), more),
		el('div', { class: 'actions' }, el('button', { class: 'button',
			type: 'button', onclick: done }, t('security.codes_kept'))));
}

/* The view was left meanwhile. Only who has kept them closes this. */
/** @param {string[]} codes @param {string} title */
function showApart(codes, title) {
	const dialog = open({ title, isHeld: () => true,
		body: codesNode(codes, () => dialog.close()) });

	one(dialog.node, '.dialog-head button').remove();
	one(dialog.node, 'h3').focus();
}

/** @param {{totp: boolean, recovery_codes_left: number}} state
 *  @param {{on: () => void, off: () => void, renew: () => void}} acts */
function stateNode({ totp, recovery_codes_left: left }, acts) {
	const button = (/** @type {string} */ key, /** @type {() => void} */ run,
	    look = 'quiet') => el('button', { class: 'button', type: 'button',
		'data-look': look, onclick: run }, t(`security.${key}`));

	if (!totp)
		return [el('p', {}, t('security.totp_off')),
			el('div', { class: 'actions' }, button('set_up', acts.on, ''))];
	return [
		el('p', { class: 'state-line' }, el('span', { class: 'tag',
			'data-tone': 'good' }, t('security.on')), t('security.totp_on')),
		el('p', { class: 'state-line' }, el('span', { class: 'tag',
			'data-tone': left < FEW_CODES ? 'warn' : 'info' },
		n('security.codes_left', left)),
		t(left < FEW_CODES ? 'security.codes_few' : 'security.codes_what')),
		el('div', { class: 'actions' }, button('renew', acts.renew),
			button('turn_off', acts.off, 'danger-quiet')),
	];
}

/** @param {{totp: boolean, recovery_codes_left: number}} first
 *  @param {Page} page */
export function authenticator(first, page) {
	const body = el('div', { class: 'setting-flow' });
	const { id } = session.mine().user;
	let state = first;

	/* Where one goes on after a dialog that changed what it stood on. */
	const focus = (/** @type {string} */ selector) =>
		/** @type {HTMLElement|null} */ (body.querySelector(selector))?.focus();
	const know = (/** @type {boolean} */ totp, /** @type {number} */ left) => {
		state = { totp, recovery_codes_left: left };
		Object.assign(session.mine(), state);
	};

	/** @param {Schemas['RecoveryCodes']|undefined} answer
	 *  @param {string} said */
	function showCodes(answer, said) {
		/* Nobody else sees them, who signed in meanwhile. */
		if (answer === undefined || session.known()?.user.id !== id)
			return;
		const codes = answer.recovery_codes;

		know(true, codes.length);
		if (page.signal.aborted) {
			showApart(codes, t(said));
			return;
		}
		page.dirty(() => t('security.codes_text'));
		fill(body, codesNode(codes, () => {
			page.dirty(() => false);
			draw();
			focus('button');
		}, printButton()));
		focus('h3');
		toast(t(said));
	}

	function draw() {
		fill(body, stateNode(state, {
			on: async () => showCodes(await setUp(), 'security.turned_on'),
			renew: async () => showCodes(await renew(), 'security.renewed'),
			off: async () => {
				if (!await switchOff())
					return;
				know(false, 0);
				draw();
				focus('button');
				toast(t('security.turned_off'));
			},
		}));
	}

	draw();
	return setting(t('security.totp'), t('security.totp_text'), body);
}
