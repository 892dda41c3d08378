/* Signing in and signing up. */
import * as api from './api.js';
import { handle } from './form.js';
import { clone, part } from './view.js';

function open(main, id) {
	main.append(clone(id));
	return main.querySelector('form');
}

export function showSignIn(main, { go, notice }) {
	const form = open(main, 'sign-in');
	const place = part(main, 'notice');

	if (notice) {
		place.textContent = notice;
		place.hidden = false;
	}
	handle(form, async ({ username, password }) => {
		try {
			await api.signIn(username, password);
		} catch (error) {
			if (error.status === 400)
				form.elements.password.select();
			throw error;
		}
		go('#/account');
	});
	form.elements.username.focus();
}

export function showSignUp(main, { go }) {
	const form = open(main, 'sign-up');

	handle(form, async ({ full_name, email, password }) => {
		const name = full_name.trim();
		const user = await api.signUp({
			email,
			password,
			...(name === '' ? {} : { full_name: name }),
		});

		await api.signIn(user.email, password);
		go('#/account');
	});
	form.elements.full_name.focus();
}
