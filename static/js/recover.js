/*
 * Asking for a link to choose a new password. The answer is the same whether
 * or not there is such an account, so this page knows no more than that.
 */
import * as api from './api.js';
import { FieldError, handle } from './form.js';
import { part, setText, showOnly } from './view.js';

/* The address is a part of the path there, where the server checks nothing. */
function check(email) {
	if (email === '')
		throw new FieldError('email', 'Field required');
	if (!email.includes('@'))
		throw new FieldError('email',
			'An email address must have an @-sign.');
	if (email.includes('/'))
		throw new FieldError('email',
			'An address with a slash cannot be asked for here.');
}

function showAsked(email, message) {
	const view = showOnly('asked', 'Look into your mail');

	setText(view, 'answer', message);
	setText(view, 'email', email);
	part(view, 'again').addEventListener('click', () => showAsk(email));
	view.querySelector('h1').focus();
}

function showAsk(known = '') {
	const form = showOnly('ask', 'Forgot your password?')
		.querySelector('form');

	form.elements.email.value = known;
	handle(form, async (values) => {
		const email = values.email.trim();

		check(email);
		showAsked(email, (await api.recoverPassword(email)).message);
	});
	form.elements.email.focus();
}

showAsk();
