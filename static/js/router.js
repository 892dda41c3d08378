/*
 * Which view stands in <main>: by the address, with its title, its focus, its
 * place in the history and where it was scrolled to. A view is a module with a
 * default function that is given a page and answers with a node:
 *
 *	page.params   what {names} of the address stand for
 *	page.query    what is behind its "?"
 *	page.search({ q: "x" })  changes that, without drawing anew
 *	page.signal   aborted when the view is left: give it to each get()
 *	page.title(text)         when the title depends on what was read
 *	page.again()             draws the view anew
 *
 * What it throws becomes a state with a button that tries again; an ApiError
 * of 404 the page of what is not there.
 */
import { el, fill, style } from './dom.js';
import { t } from './lang.js';
import { match } from './routes.js';
import * as session from './session.js';
import { drawShell } from './shell.js';
import { failed, forbidden, missing, waiting } from './states.js';

/** @typedef {import('./types.js').Route} Route */

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const PATIENCE_MS = 120;

let leaving = new AbortController();

function name(/** @type {string} */ title) {
	document.title = title === '' ? 'Atrium' : `${title} · Atrium`;
}

/** @param {Route} route @param {Record<string, string>} params */
function pageOf(route, params) {
	return {
		params,
		query: new URLSearchParams(location.search),
		signal: leaving.signal,
		title: name,
		/** @param {Record<string, any>} changes */
		search(changes) {
			for (const [key, value] of Object.entries(changes))
				if (value === null || value === undefined || value === '')
					this.query.delete(key);
				else
					this.query.set(key, String(value));
			const text = this.query.toString();

			history.replaceState(history.state, '',
				location.pathname + (text === '' ? '' : `?${text}`));
		},
		again: () => draw(),
	};
}

function markPrivate(/** @type {boolean} */ on) {
	document.head.querySelector('meta[name=robots]')?.remove();
	if (on)
		document.head.append(el('meta', { name: 'robots', content: 'noindex' }));
}

/* Where else to, before the view is even read. */
/** @param {Route} route */
function detour(route) {
	if (route.only === 'visitor' && session.isInside())
		return new URLSearchParams(location.search).get('to') ?? '/dashboard';
	if (route.needs !== undefined && !session.isInside())
		return `/sign-in?to=${encodeURIComponent(location.pathname +
			location.search)}`;
	return null;
}

/* An address of ours only: a link may not send people elsewhere. */
function isOurs(/** @type {string} */ path) {
	return /^\/(?![/\\])/.test(path) &&
		match(new URL(path, location.origin).pathname) !== null;
}

/** @param {Route} route @param {Record<string, string>} params */
async function show(route, params) {
	if (route.needs !== undefined && !session.may(route.needs))
		return forbidden();
	const [view] = await Promise.all([
		import(`./views/${route.view}.js`),
		route.css === undefined ? undefined : style(route.css),
	]);

	return view.default(pageOf(route, params));
}

/** @param {any} error */
function trouble(error) {
	if (error?.name === 'ApiError' && error.status === 404) {
		name(t('state.missing_title'));
		return missing();
	}
	if (error?.name === 'ApiError' && error.status === 403)
		return forbidden();
	if (error?.name === 'ApiError')
		return failed(error, () => draw());
	/* A module that did not load is not asked for again by this page. */
	console.error(error);
	return failed(error, () => location.reload());
}

function focus() {
	const heading = main.querySelector('h1');

	if (main.querySelector('[autofocus]') instanceof HTMLElement)
		return /** @type {HTMLElement} */ (main.querySelector('[autofocus]'))
			.focus();
	heading?.setAttribute('tabindex', '-1');
	return (heading ?? main).focus({ preventScroll: true });
}

/**
 * Draws the view of the address.
 * @param {{first?: boolean, scroll?: number}} [how]
 * @returns {Promise<void>}
 */
export async function draw({ first = false, scroll = 0 } = {}) {
	leaving.abort();
	leaving = new AbortController();
	const { signal } = leaving;
	const found = match(location.pathname);
	const route = found?.route;
	const away = route === undefined ? null : detour(route);

	if (away !== null)
		return go(isOurs(away) ? away : '/dashboard', { replace: true });
	name(t(route?.title ?? 'state.missing_title'));
	markPrivate(route?.private === true || route?.needs !== undefined);
	drawShell(route);
	document.body.dataset.layout = route?.layout ??
		(route?.needs === undefined ? 'site' : 'desk');
	main.setAttribute('aria-busy', 'true');
	const timer = setTimeout(() => fill(main, waiting()), first ? 0 : PATIENCE_MS);
	const node = await (found === null ? Promise.resolve(missing())
		: show(found.route, found.params)).catch(trouble);

	clearTimeout(timer);
	if (signal.aborted)
		return undefined;
	fill(main, node);
	main.removeAttribute('aria-busy');
	scrollTo(0, scroll);
	if (!first || main.querySelector('[autofocus]'))
		focus();
	return undefined;
}

/**
 * To another address as a step of the history, or instead of this one.
 * @param {string} path @param {{replace?: boolean}} [how]
 * @returns {Promise<void>}
 */
export function go(path, { replace = false } = {}) {
	history.replaceState({ scroll: scrollY }, '');
	history[replace ? 'replaceState' : 'pushState']({ scroll: 0 }, '', path);
	return draw();
}

/** @param {MouseEvent} event */
function follow(event) {
	const link = event.target instanceof Element
		? event.target.closest('a[href]') : null;

	if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented ||
	    event.button !== 0 || event.metaKey || event.ctrlKey ||
	    event.shiftKey || event.altKey || link.target !== '' ||
	    link.hasAttribute('download') || link.origin !== location.origin ||
	    match(link.pathname) === null)
		return;
	event.preventDefault();
	/* A place in this view, which stays as it is. */
	if (link.pathname === location.pathname && link.hash !== '' &&
	    link.search === location.search) {
		const target = document.getElementById(link.hash.slice(1));

		target?.scrollIntoView();
		target?.focus();
		return;
	}
	go(link.pathname + link.search);
}

export function start() {
	history.scrollRestoration = 'manual';
	addEventListener('click', follow);
	addEventListener('popstate', ({ state }) =>
		draw({ scroll: state?.scroll ?? 0 }));
	addEventListener('pagehide', () =>
		history.replaceState({ scroll: scrollY }, ''));
	return draw({ first: true, scroll: history.state?.scroll ?? 0 });
}
