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
 *	page.go(path)            to another view
 *	page.dirty(() => true)   whether something typed would be lost: who goes
 *	                         elsewhere is asked first; a text is what is asked
 *
 * A view that was left changes nothing any more: none of these does then.
 * What it throws becomes a state with a button that tries again; an ApiError
 * of 404 the page of what is not there.
 */
import { confirm } from './dialog.js';
import { el, fill, style } from './dom.js';
import { t } from './lang.js';
import { match } from './routes.js';
import * as places from './scroll.js';
import * as session from './session.js';
import { drawFoot, drawShell } from './shell.js';
import { failed, forbidden, missing, waiting } from './states.js';

/** @typedef {import('./types.js').Route} Route */

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const PATIENCE_MS = 120;

let leaving = new AbortController();
/** @type {() => boolean|string} */
let isDirty = () => false;
/* Which step of the history this view is, counted from the first one. */
let here = 0;

function name(/** @type {string} */ title) {
	document.title = title === '' ? 'Atrium' : `${title} · Atrium`;
}

/**
 * @param {Record<string, string>} params @param {AbortSignal} signal
 * @returns {import('./types.js').Page}
 */
function pageOf(params, signal) {
	return {
		params,
		query: new URLSearchParams(location.search),
		signal,
		title: (text) => signal.aborted ? undefined : name(text),
		search(changes) {
			if (signal.aborted)
				return;
			for (const [key, value] of Object.entries(changes))
				if (value === null || value === undefined || value === '')
					this.query.delete(key);
				else
					this.query.set(key, String(value));
			const text = this.query.toString();

			history.replaceState(history.state, '',
				location.pathname + (text === '' ? '' : `?${text}`));
		},
		again: async () => signal.aborted ? undefined : draw(),
		go: async (path, how) => signal.aborted ? undefined : go(path, how),
		dirty(ask) {
			if (!signal.aborted)
				isDirty = ask;
		},
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

/* Of an address of ours, the path: a link may not send people elsewhere. */
function ours(/** @type {string} */ path) {
	try {
		const { origin, pathname, search } = new URL(path, location.origin);

		return origin === location.origin && match(pathname) !== null
			? pathname + search : null;
	} catch {
		return null;
	}
}

/* True when nothing would be lost, or may be. */
export async function mayLeave() {
	const why = isDirty();

	if (!why)
		return true;
	return confirm({ title: t('unsaved.title'),
		text: typeof why === 'string' ? why : t('unsaved.text'),
		action: t('unsaved.leave'), cancel: t('unsaved.stay'), run() {} });
}

/**
 * @param {Route} route @param {Record<string, string>} params
 * @param {AbortSignal} signal
 */
async function show(route, params, signal) {
	/* By the address of now: after the import it may be another one. */
	const page = pageOf(params, signal);

	if (route.needs !== undefined && !session.may(route.needs))
		return forbidden();
	const [view] = await Promise.all([
		import(`./views/${route.view}.js`),
		route.css === undefined ? undefined : style(route.css),
	]);

	return signal.aborted ? null : view.default(page);
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
	places.hold();
	leaving = new AbortController();
	isDirty = () => false;
	const { signal } = leaving;
	const found = match(location.pathname);
	const route = found?.route;
	const away = route === undefined ? null : detour(route);

	if (away !== null)
		return go(ours(away) ?? '/dashboard', { replace: true });
	name(t(route?.title ?? 'state.missing_title'));
	markPrivate(route?.private === true || route?.needs !== undefined);
	drawShell(route);
	document.body.dataset.layout = route?.layout ??
		(route?.needs === undefined ? 'site' : 'desk');
	main.setAttribute('aria-busy', 'true');
	const timer = setTimeout(() => signal.aborted || fill(main, waiting()),
		first ? 0 : PATIENCE_MS);
	const node = await (found === null ? Promise.resolve(missing())
		: show(found.route, found.params, signal)).catch((error) =>
		signal.aborted ? null : trouble(error));

	clearTimeout(timer);
	if (signal.aborted)
		return undefined;
	fill(main, node);
	drawFoot();
	main.removeAttribute('aria-busy');
	places.restore(main, scroll, signal);
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
	places.keep();
	here += replace ? 0 : 1;
	history[replace ? 'replaceState' : 'pushState']({ scroll: 0, step: here },
		'', path);
	return draw();
}

/*
 * A step back or forward has been made when it is told of: who stays is brought
 * back by as many steps, of which is told, too.
 */
let isAsking = false;

async function stepped(/** @type {PopStateEvent} */ { state }) {
	if (isAsking || state?.step === here)
		return;
	isAsking = true;
	const isLeaving = await mayLeave();

	isAsking = false;
	const { scroll = 0, step = here + 1 } = history.state ?? {};

	if (!isLeaving && step !== here) {
		history.go(here - step);
		return;
	}
	here = step;
	draw({ scroll });
}

/** @param {MouseEvent} event */
async function follow(event) {
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
	if (await mayLeave())
		go(link.pathname + link.search);
}

export function start() {
	places.start(() => history.state?.step === here);
	addEventListener('click', follow);
	here = history.state?.step ?? 0;
	history.replaceState({ scroll: 0, ...history.state, step: here }, '');
	addEventListener('popstate', stepped);
	addEventListener('beforeunload', (event) => {
		if (isDirty())
			event.preventDefault();
	});
	return draw({ first: true, scroll: history.state?.scroll ?? 0 });
}
