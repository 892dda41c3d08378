/* A new account, and in with it. */
import { post } from '../api.js';
import { door, showUnverified } from '../door.js';
import { el, fill } from '../dom.js';
import { field, FieldError, form } from '../form.js';
import { rich, t } from '../lang.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */

const fields = () => [
	field({ name: 'full_name', label: t('door.full_name'), optional: true,
		autocomplete: 'name', autofocus: true, empty: 'omit' }),
	field({ name: 'email', label: t('door.email'), type: 'email',
		autocomplete: 'username', autocapitalize: 'none',
		spellcheck: 'false' }),
	field({ name: 'password', label: t('door.password'), type: 'password',
		autocomplete: 'new-password', hint: t('door.password_hint') }),
];

/** @param {any} values */
async function create(values) {
	try {
		return await post('/users/signup', { json: values, anonymous: true });
	} catch (error) {
		const { status, message } = /** @type {any} */ (error);

		throw status === 400 ? new FieldError('email', message) : error;
	}
}

/** @type {import('../types.js').View} */
export default function signUp(page) {
	const place = el('div', { class: 'door-place' });
	/* What there is an account of, though the sign-in after it has failed. */
	let typed = '', email = '';
	const submit = async (/** @type {any} */ values) => {
		if (email === '' || values.email.trim() !== typed) {
			typed = values.email.trim();
			email = '';
			({ email } = await create({ ...values, email: typed,
				full_name: values.full_name?.trim() || undefined }));
		}
		try {
			await session.begin(await post('/auth/login', { anonymous: true,
				json: { email, password: values.password,
					transport: 'cookie' } }));
		} catch (error) {
			if (/** @type {any} */ (error).code !== 'email_unverified')
				throw error;
			showUnverified(page, place, email);
			return;
		}
		page.again();
	};

	fill(place, door(t('door.sign_up_title'), rich('door.have_one', {
		link: el('a', { href: `/sign-in${location.search}` },
			t('door.sign_in')) }),
	form({ fields: fields(), action: t('door.sign_up'), submit })));
	return place;
}
