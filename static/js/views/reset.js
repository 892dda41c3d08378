/* Choosing a password with the token of a mailed link. */
import { post } from '../api.js';
import { button, door, drawBar, forgetToken, step, takeToken }
	from '../door.js';
import { el, fill } from '../dom.js';
import { field, FieldError, form } from '../form.js';
import { t } from '../lang.js';
import * as session from '../session.js';

/** @returns {Parameters<typeof door>} */
const worn = () => [t('door.worn'), t('door.reset_worn_text'),
	button('/recover-password', t('door.new_link')),
	el('p', { class: 'hint' }, t('door.worn_hint'))];

/* A fault of the token has no field to stand beside. */
/** @param {import('../api.js').ApiError} error */
const isWorn = ({ status, faults = [] }) => status === 400 ||
	faults.some(({ loc = [] }) => loc.at(-1) === 'token');

const fields = () => [
	field({ name: 'new_password', label: t('door.new_password'),
		type: 'password', autocomplete: 'new-password', autofocus: true,
		hint: t('door.password_hint') }),
	field({ name: 'again', label: t('door.same_again'), type: 'password',
		autocomplete: 'new-password' }),
];

/** @type {import('../types.js').View} */
export default function reset(page) {
	const token = takeToken(page);
	const place = el('div', { class: 'door-place' });

	if (token === '') {
		page.title(t('door.worn'));
		fill(place, door(...worn()));
		return place;
	}
	fill(place, door(t('door.reset'), t('door.reset_text'), form({
		fields: fields(),
		action: t('door.set_password'),
		submit: async ({ new_password, again }) => {
			if (new_password !== again)
				throw new FieldError('again', t('door.differ'));
			await post('/reset-password/',
				{ json: { token, new_password }, anonymous: true });
			forgetToken();
			/* A session of before has ended with the old password. */
			session.drop();
			drawBar();
			step(page, place, t('door.reset_done'), t('door.reset_done_text'),
				button('/sign-in', t('door.sign_in')));
		},
		caught: (error) => {
			if (isWorn(error)) {
				forgetToken();
				step(page, place, ...worn());
			}
			return isWorn(error);
		},
	})));
	return place;
}
