/*
 * What stands around every view: the bar, the side bar of who is signed in,
 * the foot with language and theme. Drawn anew with each view.
 */
import * as api from './api.js';
import { el, fill } from './dom.js';
import { icon } from './icon.js';
import { language, languages, setLanguage, t } from './lang.js';
import { draw, go, mayLeave } from './router.js';
import { ROUTES } from './routes.js';
import * as session from './session.js';
import { failureText } from './states.js';
import { setTheme, theme } from './theme.js';
import { toast } from './toast.js';

/** @typedef {import('./types.js').Route} Route */

const place = (/** @type {string} */ id) =>
	/** @type {HTMLElement} */ (document.getElementById(id));

/* A page that is no view is loaded anew where a view would be drawn. */
let steps = { draw: () => draw(), go: (/** @type {string} */ path) => go(path) };

export function standAlone() {
	steps = {
		draw: async () => location.reload(),
		go: async (path) => location.assign(path),
	};
}

async function leave() {
	if (!await mayLeave())
		return;
	try {
		await session.signOut();
	} catch (error) {
		toast(/** @type {Error} */ (error).message, { tone: 'bad' });
		return;
	}
	await steps.go('/sign-in');
	toast(t('session.signed_out'));
}

/** @param {string} href @param {string} text @param {string} [sign] */
function link(href, text, sign) {
	const path = location.pathname;
	const isHere = path === href || (href !== '/account' && href !== '/admin' &&
		href !== '/' && path.startsWith(`${href}/`));

	return el('a', { class: 'nav-link', href,
		'aria-current': isHere ? 'page' : null }, sign && icon(sign),
	el('span', {}, text));
}

/** @param {'user'|'admin'} name */
function section(name) {
	const rows = ROUTES.filter((route) => route.section === name &&
		session.may(route.needs ?? 'user'));

	return rows.length > 0 && el('section', { 'aria-label':
		t(name === 'admin' ? 'shell.admin' : 'shell.user') },
		name === 'admin' && el('p', { class: 'side-title', 'aria-hidden': 'true' },
			t('shell.admin')),
		el('ul', {}, rows.map(({ path, title, icon: sign }) =>
			el('li', {}, link(path, t(title), sign)))));
}

function siteLinks() {
	return [link('/products', t('products.title')),
		link('/docs', t('shell.docs'))];
}

function initial() {
	const { full_name: name, email } = session.mine().user;

	return [...(name || email)][0].toLocaleUpperCase(language());
}

/* Everything that is not beside the view on a narrow screen. */
function menu() {
	const dialog = el('dialog', { class: 'menu', id: 'menu',
		'aria-label': t('shell.menu') });
	const close = () => dialog.close();

	fill(dialog, el('div', { class: 'menu-head' },
		el('span', { class: 'brand' }, t('shell.menu')),
		el('button', { class: 'icon-button', type: 'button', onclick: close,
			'aria-label': t('action.close') }, icon('close'))),
	el('nav', { 'aria-label': t('shell.menu'), onclick: close },
		el('div', { class: 'menu-site' }, siteLinks()),
		session.isInside() ? [section('user'), section('admin')]
			: [link('/sign-in', t('door.sign_in')),
				link('/sign-up', t('door.sign_up'))],
		session.isInside() && signOutButton()));
	dialog.addEventListener('click', ({ target }) => {
		if (target === dialog)
			close();
	});
	return dialog;
}

function signOutButton() {
	return el('button', { class: 'nav-link', type: 'button', onclick: leave },
		icon('out'), el('span', {}, t('door.sign_out')));
}

function drawBar() {
	const inside = session.isInside();
	const dialog = menu();

	fill(place('bar-links'), siteLinks());
	fill(place('bar-acts'),
		!inside && el('a', { class: 'nav-link bar-wide', href: '/sign-in' },
			el('span', {}, t('door.sign_in'))),
		!inside && el('a', { class: 'button bar-wide', 'data-size': 'small',
			href: '/sign-up' }, t('door.sign_up')),
		inside && el('a', { class: 'bar-me', href: '/dashboard',
			title: session.mine().user.email },
		el('span', { class: 'mark', 'aria-hidden': 'true' }, initial()),
		el('span', { class: 'visually-hidden' }, t('dashboard.title'))),
		el('button', { class: 'icon-button bar-menu', type: 'button',
			'aria-haspopup': 'dialog', 'aria-label': t('shell.menu'),
			onclick: () => dialog.showModal() }, icon('menu')), dialog);
}

/** @param {Route|undefined} route */
function drawSide(route) {
	const side = place('side');

	side.hidden = !session.isInside() || route?.needs === undefined;
	side.setAttribute('aria-label', t('shell.account'));
	if (side.hidden)
		fill(side);
	else
		fill(side, section('user'), section('admin'), signOutButton());
}

/** @param {Record<string, string>} change */
async function send(change) {
	if (!session.isInside())
		return;
	try {
		session.mine().preferences = await api.patch('/users/me/preferences',
			{ json: change });
	} catch (error) {
		toast(/** @type {Error} */ (error).message, { tone: 'bad' });
	}
}

let remembered = Promise.resolve();

/* Kept with the account when there is one; the last choice is the last sent. */
/** @param {Record<string, string>} change */
function remember(change) {
	remembered = remembered.then(() => send(change));
	return remembered;
}

export async function chooseLanguage(/** @type {string} */ tag) {
	try {
		await setLanguage(tag);
	} catch (error) {
		toast(failureText(/** @type {Error} */ (error)), { tone: 'bad' });
		return;
	}
	await remember({ locale: language() });
	await steps.draw();
}

export async function chooseTheme(/** @type {string} */ name) {
	setTheme(name);
	await remember({ theme: name });
}

function themeChooser() {
	return el('select', { class: 'select-quiet', 'aria-label': t('shell.theme'),
		onchange: (/** @type {Event} */ { target }) => chooseTheme(
			/** @type {HTMLSelectElement} */ (target).value) },
	['system', 'light', 'dark'].map((name) =>
		el('option', { value: name, selected: name === theme() },
			t(`theme.${name}`))));
}

function languageChooser() {
	const chooser = el('select', { class: 'select-quiet',
		'aria-label': t('shell.language'),
		onchange: async () => {
			if (await mayLeave())
				await chooseLanguage(chooser.value);
			chooser.value = language();
		} },
	el('option', { value: language(), selected: true },
		t('language.name')));

	/* The others, once, when somebody is about to look at them. */
	/** @type {Promise<void>|undefined} */
	let widened;
	const widen = () => widened ??= languages().then((all) =>
		chooser.append(...all.filter(({ tag }) => tag !== language())
			.map(({ tag, name }) => el('option', { value: tag }, name))))
		.catch(() => {
			widened = undefined;
		});

	chooser.addEventListener('pointerenter', widen);
	chooser.addEventListener('focus', widen);
	return chooser;
}

/* After the view: what is there already would move. */
export function drawFoot() {
	fill(place('foot'), el('p', { class: 'foot-about' }, t('shell.foot')),
		el('div', { class: 'foot-choice' }, icon('globe'), languageChooser()),
		el('div', { class: 'foot-choice' }, icon('sun'), themeChooser()));
}

export function drawShell(/** @type {Route|undefined} */ route) {
	place('skip').textContent = t('shell.skip');
	place('bar-links').parentElement?.setAttribute('aria-label', t('shell.site'));
	drawBar();
	drawSide(route);
}
