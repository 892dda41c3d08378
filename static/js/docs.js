/*
 * The API reference: /api/v1/openapi.json drawn as groups of operations, with
 * a filter and an address for each operation (#operation-id). A page of its
 * own, which needs none of the application's.
 */
import { el, fill } from './dom.js';
import { loadLanguage, n, number, rich, t } from './lang.js';
import { methodTag, operation } from './operation.js';
import * as session from './session.js';
import { drawFoot, drawShell, standAlone } from './shell.js';
import { groupsOf, matches } from './spec.js';
import { speechless } from './states.js';

/** @typedef {import('./spec.js').Group} Group */
/** @typedef {import('./spec.js').Json} Json */

const SOURCE = '/api/v1/openapi.json';
const PATIENCE_MS = 20000;

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const side = /** @type {HTMLElement} */ (document.getElementById('docs-side'));

const operations = el('div', { id: 'operations' });
const toc = el('nav', { class: 'docs-toc', id: 'toc' });
const found = el('p', { class: 'hint', id: 'found', role: 'status' });
const filter = el('input', { class: 'input', id: 'filter', type: 'search',
	autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'found' });
/* What is typed here goes before the session's, and is kept nowhere. */
const typed = el('input', { class: 'input', id: 'token', type: 'password',
	autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
	'aria-describedby': 'access-state' });

function drawSide() {
	toc.setAttribute('aria-label', t('docs.operations'));
	filter.placeholder = t('docs.filter_hint');
	fill(side, el('div', { class: 'field' },
		el('label', { for: 'filter' }, t('docs.filter')), filter, found), toc);
}

function access() {
	return el('section', { class: 'card form', 'aria-labelledby': 'access-title' },
		el('div', { class: 'docs-part-head' },
			el('h2', { id: 'access-title' }, t('docs.access')),
			el('p', { class: 'hint', id: 'access-state' }, t(
				session.isInside() ? 'docs.inside' : 'docs.outside'))),
		el('div', { class: 'field' },
			el('label', { for: 'token' }, t('docs.token')), typed));
}

/** @param {Json} doc @param {number} count */
function head({ info = {} }, count) {
	const source = el('a', { href: SOURCE }, 'openapi.json');

	return el('div', { class: 'docs-head' },
		el('h1', { id: 'title' }, t('docs.heading',
			{ name: info.title ?? 'Atrium' })),
		el('p', { class: 'hint' }, n('docs.about', count,
			{ version: info.version ?? '' }), ' ', info.description, ' ',
		rich('docs.source', { source })));
}

/** @param {Group} group @param {Json} doc */
function drawGroup({ name, description, operations: all }, doc) {
	return el('section', { class: 'group', 'aria-labelledby': `tag-${name}` },
		el('div', { class: 'group-head' },
			el('h2', { id: `tag-${name}` }, name),
			description && el('p', { class: 'hint' }, description)),
		all.map((op) => operation(op, doc, () => typed.value.trim())));
}

/** @param {Group} group */
function drawTocGroup({ name, operations: all }) {
	return el('section', {},
		el('h2', {}, name),
		el('ul', {}, all.map((op) =>
			el('li', { 'data-for': op.id },
				el('a', { href: `#${op.id}`, title: op.path },
					methodTag(op.method), op.summary ?? op.path)))));
}

/** @param {HTMLElement} root @param {string} rows */
function hideEmpty(root, rows) {
	for (const section of root.children)
		/** @type {HTMLElement} */ (section).hidden =
			section.querySelector(`${rows}:not([hidden])`) === null;
}

/** @param {Group[]} groups */
function applyFilter(groups) {
	const all = groups.flatMap((group) => group.operations);
	const text = filter.value.trim();
	const out = new Set(text === '' ? [] : all
		.filter((op) => !matches(op, text)).map(({ id }) => id));
	const shown = all.length - out.size;

	for (const node of operations.querySelectorAll('.op'))
		/** @type {HTMLElement} */ (node).hidden = out.has(node.id);
	for (const row of toc.querySelectorAll('li'))
		row.hidden = out.has(row.dataset.for ?? '');
	hideEmpty(operations, '.op');
	hideEmpty(toc, 'li');
	found.textContent = text === '' ? '' : shown === 0 ? t('docs.none')
		: t('docs.found', { shown: number(shown), all: number(all.length) });
}

/** @param {string} id */
function markCurrent(id) {
	for (const link of toc.querySelectorAll('a'))
		if (link.hash === `#${id}`)
			link.setAttribute('aria-current', 'true');
		else
			link.removeAttribute('aria-current');
}

/* Opens what the address names, also when a filter had hidden it. */
/** @param {Group[]} groups */
function follow(groups) {
	const id = location.hash.slice(1);
	const node = document.getElementById(id);

	if (!(node instanceof HTMLDetailsElement) || !node.matches('.op'))
		return;
	if (node.hidden) {
		filter.value = '';
		applyFilter(groups);
	}
	node.open = true;
	markCurrent(id);
	node.scrollIntoView({ block: 'start' });
	node.querySelector('summary')?.focus({ preventScroll: true });
}

/* An opened operation is worth an address, but not a step of the history. */
/** @param {Event} event */
function keepAddress({ target }) {
	if (!(target instanceof HTMLDetailsElement) || !target.matches('.op') ||
	    !target.open)
		return;
	history.replaceState(null, '', `#${target.id}`);
	markCurrent(target.id);
}

/** @param {Json} doc */
function draw(doc) {
	const groups = groupsOf(doc);
	const count = groups.flatMap((group) => group.operations).length;

	fill(toc, groups.map(drawTocGroup));
	fill(operations, groups.map((group) => drawGroup(group, doc)));
	fill(main, head(doc, count), access(), operations);
	filter.addEventListener('input', () => applyFilter(groups));
	operations.addEventListener('toggle', keepAddress, true);
	addEventListener('hashchange', () => follow(groups));
	follow(groups);
}

function drawTrouble() {
	fill(main, el('div', { class: 'state' },
		el('h1', { tabindex: '-1' }, t('docs.failed')),
		el('p', { role: 'alert' }, t('docs.failed_text')),
		el('div', { class: 'actions' },
			el('button', { class: 'button', type: 'button', onclick: load },
				t('state.retry')))));
}

function drawWaiting() {
	fill(main, el('div', { class: 'docs-head' }, el('h1', {}, t('docs.title'))),
		el('div', { class: 'waiting' },
			el('p', { class: 'visually-hidden' }, t('state.waiting')),
			['short', 'block', 'block'].map((size) =>
				el('span', { class: 'skeleton', 'data-size': size }))));
}

async function read() {
	const response = await fetch(SOURCE, {
		headers: { accept: 'application/json' },
		signal: AbortSignal.timeout(PATIENCE_MS),
	});

	if (!response.ok)
		throw new Error(`status ${response.status}`);
	return response.json();
}

async function load() {
	let doc;

	drawWaiting();
	try {
		doc = await read();
	} catch {
		drawTrouble();
		return;
	}
	draw(doc);
}

async function enter() {
	try {
		await session.load();
	} catch {
		/* Then it is read as a visitor reads it. */
	}
	drawShell(undefined);
}

async function begin() {
	try {
		await loadLanguage();
	} catch {
		fill(main, speechless());
		return;
	}
	document.title = `${t('docs.title')} · Atrium`;
	standAlone();
	session.whenEnded(() => drawShell(undefined));
	session.whenElsewhere({ left: () => drawShell(undefined), other: enter });
	drawSide();
	await enter();
	await load();
	drawFoot();
}

begin();
