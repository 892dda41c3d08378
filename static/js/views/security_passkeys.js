/* The passkeys of the account: listed, added, named, removed. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { agentName } from '../agent.js';
import { ask, confirm, open } from '../dialog.js';
import { field, form } from '../form.js';
import { icon } from '../icon.js';
import { rich, t, when } from '../lang.js';
import { create, isSupported } from '../passkey.js';
import * as session from '../session.js';
import { row, setting } from '../setting.js';
import { sayFailure, toast } from '../toast.js';

/** @typedef {import('../types.js').Schemas['Passkey']} Passkey */

/* lang: security.* */
const nameField = (/** @type {string} */ value) => field({ name: 'name', value,
	label: t('security.passkey_name'), hint: t('security.passkey_name_hint'),
	autocomplete: 'off', required: true });

/* The password is asked for when the server wants it once more. */
/** @param {HTMLElement} place @param {string|undefined} password */
async function optionsOf(place, password) {
	try {
		return await api.post('/auth/passkeys/options', { json: { password } });
	} catch (error) {
		if (!(error instanceof api.ApiError) ||
		    error.code !== 'password_required')
			throw error;
		fill(place, field({ name: 'password', type: 'password',
			label: t('security.your_password'),
			hint: t('security.password_again'), required: true,
			autocomplete: 'current-password' }));
		place.querySelector('input')?.focus();
		return null;
	}
}

/** @returns {Promise<Passkey|undefined>} */
function add(/** @type {AbortSignal} */ signal) {
	const place = el('div', { class: 'setting-flow' });
	const leaving = new AbortController();
	let isSaving = false;
	const dialog = open({ title: t('security.add_title'),
		isHeld: () => isSaving, body: [
		el('p', { class: 'dialog-text' }, t('security.add_text')),
		form({ fields: [nameField(agentName(navigator.userAgent)), place],
			action: t('security.add'),
			submit: async ({ name, password }) => {
				const options = await optionsOf(place, password);

				if (options === null)
					return;
				const credential = await create(options,
					{ signal: leaving.signal });

				isSaving = true;
				dialog.close(await api.post('/auth/passkeys',
					{ json: { credential, name: name.trim() } }));
			},
			caught: (error) => {
				const isLeft = leaving.signal.aborted;

				/* After a step back nobody sees the form that says it. */
				if (isLeft && isSaving) {
					sayFailure(error);
					dialog.close();
				}
				isSaving = false;
				/* Once it is closed it has nothing to say any more. */
				return isLeft;
			},
			more: el('button', { class: 'button', 'data-look': 'quiet',
				type: 'button', onclick: () => dialog.leave() },
			t('action.cancel')) }),
	] });

	dialog.node.addEventListener('close', () => leaving.abort());
	signal.addEventListener('abort', () => leaving.abort());
	return dialog.closed;
}

/** @param {Passkey} key */
function rename(key) {
	return ask({ title: t('security.rename_title'), fields: nameField(key.name),
		action: t('action.save'), submit: ({ name }) =>
			api.patch('/auth/passkeys/{id}', { path: { id: key.id },
				json: { name: name.trim() } }) });
}

/** @param {Passkey} key */
function remove(key) {
	return confirm({ title: t('security.remove_title'),
		text: rich('security.remove_text', { name: el('bdi', {}, key.name) }),
		action: t('security.remove'), run: () => api.del('/auth/passkeys/{id}',
			{ path: { id: key.id } }) });
}

/** @param {Passkey} key @param {() => void} onRename
 *  @param {() => void} onRemove */
function keyRow(key, onRename, onRemove) {
	const button = (/** @type {string} */ what, /** @type {() => void} */ run) =>
		el('button', { class: 'button', 'data-look': 'quiet',
			'data-size': 'small', type: 'button', onclick: run,
			'aria-label': t(`security.${what}_what`, { name: key.name }) },
		t(`security.${what}`));

	return row({ sign: icon('key'), title: el('bdi', {}, key.name), facts: [
		rich('security.added', { when: when(key.created_at) }),
		key.last_used_at === null ? t('security.unused')
			: rich('security.used', { when: when(key.last_used_at) }),
	], acts: [button('rename', onRename), button('remove', onRemove)] });
}

/** @param {Passkey[]} first @param {AbortSignal} signal */
export function passkeys(first, signal) {
	const rows = el('ul', { class: 'rows' });
	const none = el('p', {}, t('security.no_passkeys'));
	const button = el('button', { class: 'button', 'data-look': 'quiet',
		type: 'button' }, icon('plus'), t('security.add'));
	let keys = first;

	function draw() {
		session.mine().counts.passkeys = keys.length;
		none.hidden = keys.length > 0;
		rows.hidden = keys.length === 0;
		fill(rows, keys.map((key) => keyRow(key, async () => {
			const renamed = await rename(key);

			if (renamed === undefined)
				return;
			keys = keys.map((k) => k.id === key.id ? renamed : k);
			draw();
			button.focus();
			toast(t('security.passkey_renamed'));
		}, async () => {
			if (!await remove(key))
				return;
			keys = keys.filter((k) => k.id !== key.id);
			draw();
			button.focus();
			toast(t('security.passkey_removed'));
		})));
	}

	button.addEventListener('click', async () => {
		const made = await add(signal);

		if (made === undefined)
			return;
		keys = [...keys, made];
		draw();
		button.focus();
		toast(t('security.passkey_added'));
	});
	draw();
	return setting(t('security.passkeys'), t('security.passkeys_text'), none, rows,
		isSupported() ? el('div', { class: 'actions' }, button)
			: el('p', { class: 'notice' }, t('security.passkeys_unsupported')));
}
