/* The signed-in user's own account. */
import * as api from './api.js';
import { handle, sayDone } from './form.js';
import { bindItems } from './items.js';
import { clone, part, setText } from './view.js';

const ENDED = 'Your session has ended. Please sign in again.';

function dateOf(time) {
	const date = new Date(time ?? NaN);

	if (Number.isNaN(date.getTime()))
		return '';
	return `Member since ${new Intl.DateTimeFormat(
		document.documentElement.lang,
		{ dateStyle: "long" }).format(date)}`;
}

/* The first letter as a reader counts letters, so that no emoji is cut. */
function letterOf(text) {
	const [first] = new Intl.Segmenter().segment(text);

	return first ? first.segment.toLocaleUpperCase() : '';
}

function fill(root, user) {
	const name = user.full_name?.trim() || user.email;

	setText(root, 'name', name);
	setText(root, 'mark', letterOf(name));
	setText(root, 'email', user.email);
	part(root, 'second').hidden = name === user.email;
	setText(root, 'since', dateOf(user.created_at));
	part(root, 'admin').hidden = !user.is_superuser;

	const profile = root.querySelector('#profile');

	profile.elements.full_name.value = user.full_name ?? '';
	profile.elements.email.value = user.email;
	root.querySelector('#password').elements.username.value = user.email;
}

/* Only what differs: a PATCH leaves alone what it does not name. */
function changesOf(user, values) {
	const name = values.full_name.trim() || null;

	return {
		...(name === (user.full_name ?? null) ? {} : { full_name: name }),
		...(values.email === user.email ? {} : { email: values.email }),
	};
}

function bindProfile(root, user, caught) {
	const form = root.querySelector('#profile');
	let current = user;

	handle(form, async (values) => {
		const changes = changesOf(current, values);

		if (Object.keys(changes).length === 0)
			return sayDone(form, 'Nothing has changed.');
		current = await api.updateMe(changes);
		fill(root, current);
		return sayDone(form, 'Saved.');
	}, caught);
}

function bindPassword(root, caught) {
	const form = root.querySelector('#password');

	handle(form, async ({ current_password, new_password }) => {
		await api.updatePassword({ current_password, new_password });
		form.elements.current_password.value = '';
		form.elements.new_password.value = '';
		sayDone(form, 'Your password has been changed.');
	}, caught);
}

function bindDelete(root, leave, caught) {
	const dialog = root.querySelector('#delete-dialog');
	const form = dialog.querySelector('form');

	root.querySelector('#delete').addEventListener('click', () => {
		part(form, 'message').textContent = '';
		dialog.showModal();
	});
	part(dialog, 'cancel').addEventListener('click', () => dialog.close());
	handle(form, async () => {
		await api.deleteMe();
		dialog.close();
		leave('Your account has been deleted.');
	}, caught);
}

function showTrouble(main, error, retry) {
	main.replaceChildren(clone('trouble'));
	setText(main, 'message', error.message);
	part(main, 'retry').addEventListener('click', retry);
	main.querySelector('h1').focus();
}

function showParts(root, user, leave) {
	const caught = (error) => {
		if (error.ended)
			leave(ENDED);
		return Boolean(error.ended);
	};

	root.replaceChildren(clone('account-parts'));
	fill(root, user);
	bindProfile(root, user, caught);
	bindPassword(root, caught);
	bindDelete(root, leave, caught);
	bindItems(root, user, caught);
	root.querySelector('h1').focus();
}

export async function showAccount(main, { leave }) {
	main.replaceChildren(clone('account'));
	const root = main.firstElementChild;

	try {
		const user = await api.readMe();

		if (root.isConnected)
			showParts(root, user, leave);
	} catch (error) {
		if (!root.isConnected)
			return;
		if (error.ended)
			leave(ENDED);
		else
			showTrouble(main, error,
				() => showAccount(main, { leave }));
	}
}
