/*
 * The API reference: /api/v1/openapi.json drawn as groups of operations, with
 * a filter and an address for each operation (#operation-id).
 */
import { el } from './dom.js';
import * as session from './session.js';
import { groupsOf, matches } from './spec.js';
import { methodTag, operation } from './operation.js';

const SOURCE = '/api/v1/openapi.json';

const place = document.getElementById('operations');
const toc = document.getElementById('toc');
const filter = document.getElementById('filter');
const found = document.getElementById('found');
const typed = document.getElementById('token');

/* What is typed here goes before the session's, and is kept nowhere. */
function bearer() {
	return typed.value.trim() || session.token();
}

function drawAccess() {
	document.getElementById('access').hidden = false;
	document.getElementById('access-state').textContent = session.token()
		? 'You are signed in: requests use your session unless you put another token here.'
		: 'Sign in on the first page, or put a token here to try what needs one. It is not stored.';
}

function drawHead(doc, count) {
	const { title = 'API', version = '', description } = doc.info ?? {};

	document.title = `API reference · ${title}`;
	document.getElementById('title').textContent = `${title} API`;
	document.getElementById('about').prepend(
		`Version ${version}, ${count} operations. `,
		description ? `${description} ` : '');
}

function drawGroup({ name, description, operations }, doc) {
	return el('section', { class: 'group', 'aria-labelledby': `tag-${name}` },
		el('div', { class: 'group-head' },
			el('h2', { id: `tag-${name}` }, name),
			description && el('p', { class: 'hint' }, description)),
		operations.map((op) => operation(op, doc, bearer)));
}

function drawTocGroup({ name, operations }) {
	return el('section', {},
		el('h2', {}, name),
		el('ul', {}, operations.map((op) =>
			el('li', { 'data-for': op.id },
				el('a', { href: `#${op.id}`, title: op.path },
					methodTag(op.method),
					op.summary ?? op.path)))));
}

function hideEmpty(root, rows) {
	for (const section of root.children)
		section.hidden = [...section.querySelectorAll(rows)]
			.every((row) => row.hidden);
}

function applyFilter(groups) {
	const all = groups.flatMap((g) => g.operations);
	const text = filter.value.trim();
	let shown = 0;

	for (const op of all) {
		const out = text !== '' && !matches(op, text);

		document.getElementById(op.id).hidden = out;
		toc.querySelector(`[data-for="${op.id}"]`).hidden = out;
		shown += out ? 0 : 1;
	}
	hideEmpty(place, '.op');
	hideEmpty(toc, 'li');
	found.textContent = text === '' ? ''
		: shown === 0 ? 'Nothing matches. Try fewer words.'
		: `${shown} of ${all.length} operations`;
}

function markCurrent(id) {
	for (const link of toc.querySelectorAll('a'))
		if (link.hash === `#${id}`)
			link.setAttribute('aria-current', 'true');
		else
			link.removeAttribute('aria-current');
}

/* Opens what the address names, also when a filter had hidden it. */
function follow(groups) {
	const id = location.hash.slice(1);
	const node = document.getElementById(id);

	if (!node?.classList.contains('op'))
		return;
	if (node.hidden) {
		filter.value = '';
		applyFilter(groups);
	}
	node.open = true;
	markCurrent(id);
	node.scrollIntoView({ block: 'start' });
	node.querySelector('summary').focus({ preventScroll: true });
}

/* An opened operation is worth an address, but not a step of the history. */
function keepAddress({ target }) {
	if (!target.classList.contains('op') || !target.open)
		return;
	history.replaceState(null, '', `#${target.id}`);
	markCurrent(target.id);
}

function draw(doc) {
	const groups = groupsOf(doc);

	drawHead(doc, groups.flatMap((g) => g.operations).length);
	drawAccess();
	toc.replaceChildren(...groups.map(drawTocGroup));
	place.replaceChildren(...groups.map((g) => drawGroup(g, doc)));
	filter.addEventListener('input', () => applyFilter(groups));
	place.addEventListener('toggle', keepAddress, true);
	addEventListener('hashchange', () => follow(groups));
	follow(groups);
}

function drawTrouble() {
	const retry = el('button', { class: 'button', type: 'button' },
		'Try again');

	retry.addEventListener('click', load);
	place.replaceChildren(el('div', { class: 'state' },
		el('h2', {}, 'The reference could not be loaded'),
		el('p', { role: 'alert' },
			'Atrium did not answer. Please try again in a moment.'),
		el('div', { class: 'actions' }, retry)));
}

async function read() {
	const response = await fetch(SOURCE, {
		headers: { accept: 'application/json' },
		signal: AbortSignal.timeout(20000),
	});

	if (!response.ok)
		throw new Error(`status ${response.status}`);
	return response.json();
}

async function load() {
	let doc;

	try {
		doc = await read();
	} catch {
		drawTrouble();
		return;
	}
	draw(doc);
}

load();
