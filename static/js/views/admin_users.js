/* Everybody who has an account: found, made, opened. */
import * as api from '../api.js';
import { ask } from '../dialog.js';
import { el } from '../dom.js';
import { field } from '../form.js';
import { button, heading, tag } from '../heading.js';
import { t, when } from '../lang.js';
import { listing } from '../list.js';

/** @typedef {import('../types.js').User} User */

function create() {
	return ask({ title: t('users.new'), action: t('users.create'), fields: [
		field({ name: 'email', type: 'email', label: t('users.email'),
			autocomplete: 'off' }),
		field({ name: 'full_name', label: t('users.name'), optional: true,
			empty: 'omit', autocomplete: 'off' }),
		field({ name: 'password', type: 'password', label: t('users.password'),
			autocomplete: 'new-password', hint: t('users.password_hint') }),
		field({ name: 'is_superuser', type: 'checkbox', value: false,
			label: t('users.is_superuser') }),
	], submit: (json) => api.post('/users/', { json: /** @type {any} */ (json) }) });
}

/* What is not as usual; nothing for most. */
export function userTags(/** @type {User} */ user) {
	return el('span', { class: 'tags' },
		user.is_superuser && tag(t('users.superuser'), 'info'),
		!user.is_active && tag(t('users.blocked'), 'bad'));
}

const COLUMNS = () => [
	{ label: t('users.email'), main: true, cell: (/** @type {User} */ user) =>
		el('a', { href: `/admin/users/${user.id}`, dir: 'auto' }, user.email) },
	{ label: t('users.name'), cell: (/** @type {User} */ user) =>
		el('bdi', {}, user.full_name || '–') },
	{ label: t('users.state'), cell: (/** @type {User} */ user) =>
		user.is_active && !user.is_superuser ? t('users.active')
			: userTags(user) },
	{ label: t('users.since'), cell: (/** @type {User} */ user) =>
		when(user.created_at) },
];

/** @type {import('../types.js').View} */
export default function users(page) {
	const { signal } = page;
	const list = listing({
		page,
		label: t('users.title'),
		columns: COLUMNS(),
		filters: [
			{ name: 'q', label: t('users.find'), type: 'search' },
			{ name: 'is_active', label: t('users.state'), type: 'select',
				options: [['', t('users.any')], ['true', t('users.active')],
					['false', t('users.blocked')]] },
			{ name: 'is_superuser', label: t('users.right'), type: 'select',
				options: [['', t('users.any')], ['true', t('users.superuser')],
					['false', t('users.ordinary')]] },
		],
		/* In the order of the API, which has no other. */
		load: ({ sort, ...query }) => api.get('/users/', { query, signal }),
		empty: { title: t('users.none'), sign: 'people' },
	});

	return el('div', { class: 'page' }, heading({ title: t('users.title'),
		text: t('users.about'), actions: button(t('users.new'), async () => {
			const made = await create();

			if (made)
				await page.go(`/admin/users/${made.id}`);
		}, { sign: 'plus' }) }), list.node);
}
