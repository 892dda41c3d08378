/* Where the account is signed in, and the end of that. */
import * as api from '../api.js';
import { el } from '../dom.js';
import { agentName } from '../agent.js';
import { ask, confirm } from '../dialog.js';
import { field } from '../form.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { n, rich, t, when } from '../lang.js';
import { listing } from '../list.js';
import { go } from '../router.js';
import * as session from '../session.js';
import { row } from '../setting.js';
import { toast } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['Session']} Session */

/* lang: sessions.* */
const titleOf = (/** @type {Session} */ s) =>
	s.device_name || agentName(s.user_agent);

/** @param {Session} s */
function rename(s) {
	return ask({ title: t('sessions.rename_title'),
		fields: field({ name: 'device_name', label: t('sessions.device_name'),
			value: s.device_name ?? '', hint: t('sessions.device_name_hint'),
			autocomplete: 'off', required: true }),
		action: t('action.save'),
		submit: (values) => api.patch('/auth/sessions/{id}', {
			path: { id: s.id },
			json: { device_name: values.device_name.trim() } }) });
}

/** @param {Session} s */
function end(s) {
	return confirm({
		title: t(s.current ? 'sessions.end_this_title' : 'sessions.end_title'),
		text: s.current ? t('sessions.end_this_text')
			: rich('sessions.end_text', { device: el('bdi', {}, titleOf(s)) }),
		action: t(s.current ? 'door.sign_out' : 'sessions.end'),
		run: () => api.del('/auth/sessions/{id}', { path: { id: s.id } }) });
}

async function leave() {
	session.drop();
	await go('/sign-in');
	toast(t('session.signed_out'));
}

/**
 * @param {Session} s
 * @param {{reload: () => Promise<void>, top: () => void}} list
 */
function sessionRow(s, list) {
	const name = titleOf(s);
	const button = (/** @type {string} */ key, /** @type {() => void} */ run) =>
		el('button', { class: 'button', 'data-look': 'quiet',
			'data-size': 'small', type: 'button', onclick: run,
			'aria-label': t(`sessions.${key}_what`, { device: name }) },
		t(`sessions.${key}`));

	return row({ sign: icon('device'), title: el('bdi', {}, name),
		tags: s.current && el('span', { class: 'tag', 'data-tone': 'good' },
			t('sessions.current')),
		facts: [
			s.device_name && agentName(s.user_agent),
			s.ip,
			!s.current && rich('sessions.seen', { when: when(s.last_seen_at) }),
			rich('sessions.since', { when: when(s.created_at) }),
		],
		acts: [
			button('rename', async () => {
				if (await rename(s) === undefined)
					return;
				toast(t('sessions.renamed'));
				await list.reload();
				list.top();
			}),
			button(s.current ? 'sign_out' : 'end', async () => {
				if (!await end(s))
					return;
				if (s.current) {
					await leave();
					return;
				}
				toast(t('sessions.ended'));
				await list.reload();
				list.top();
			}),
		] });
}

/** @param {() => Promise<void>} done */
function endOthers(done) {
	return el('button', { class: 'button', 'data-look': 'danger-quiet',
		type: 'button', hidden: true, onclick: async () => {
			let revoked = 0;

			if (!await confirm({ title: t('sessions.others_title'),
				text: t('sessions.others_text'),
				action: t('sessions.others'),
				run: async () => {
					({ revoked } = await api.del('/auth/sessions',
						{ query: { others: true } }));
				} }))
				return;
			toast(n('sessions.others_ended', revoked));
			await done();
		} }, t('sessions.others'));
}

/** @param {Page} page */
export default function sessions(page) {
	const top = () => {
		const h1 = /** @type {HTMLElement} */ (node.querySelector('h1'));

		h1.setAttribute('tabindex', '-1');
		h1.focus();
	};
	const others = endOthers(async () => {
		await list.reload();
		top();
	});
	const list = listing({ page, label: t('sessions.title'), feed: true,
		load: async () => {
			const answer = await api.get('/auth/sessions',
				{ signal: page.signal });

			others.hidden = answer.data.length < 2;
			return { data: answer.data, next: null };
		},
		draw: (/** @type {Session[]} */ rows) => el('ul', { class: 'rows' },
			[...rows].sort((a, b) => Number(b.current) - Number(a.current))
				.map((s) => sessionRow(s, { reload: () => list.reload(),
					top }))),
		empty: { title: t('sessions.none'), sign: 'device' } });
	const node = el('div', { class: 'page account' },
		heading({ title: t('sessions.title'), text: t('sessions.lead'),
			actions: others }),
		list.node);

	return node;
}
