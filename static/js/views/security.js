/* How somebody gets in: the password, second factors, passkeys. */
import * as api from '../api.js';
import { el } from '../dom.js';
import { FieldError, field, form } from '../form.js';
import { heading } from '../heading.js';
import { t } from '../lang.js';
import * as session from '../session.js';
import { setting } from '../setting.js';
import { toast } from '../toast.js';
import { passkeys } from './security_passkeys.js';
import { authenticator } from './security_totp.js';

/** @typedef {import('../types.js').Page} Page */

/* Two refusals that the API gives no field with. */
/** @type {Record<string, string>} */
const FIELD_OF = {
	'Incorrect password': 'current_password',
	'New password cannot be the same as the current one': 'new_password',
};

/** @param {any} error */
function atItsField(error) {
	const name = FIELD_OF[error.body?.detail];

	return name === undefined ? error : new FieldError(name, error.message);
}

function passwordForm() {
	const node = form({
		label: t('security.password'),
		fields: [
			/* For password managers: whose password this is. */
			el('input', { type: 'email', autocomplete: 'username', hidden: true,
				readonly: true, value: session.mine().user.email,
				'aria-label': t('security.account') }),
			field({ name: 'current_password', type: 'password',
				label: t('security.current_password'), required: true,
				autocomplete: 'current-password' }),
			field({ name: 'new_password', type: 'password',
				label: t('security.new_password'), required: true,
				autocomplete: 'new-password', minlength: 8,
				hint: t('security.new_password_hint') }),
		],
		action: t('security.change_password'),
		submit: async (json) => {
			try {
				await api.patch('/users/me/password',
					{ json: /** @type {any} */ (json) });
			} catch (error) {
				throw atItsField(error);
			}
			node.reset();
			toast(t('security.password_changed'));
		},
	});

	return node;
}

/** @param {Page} page */
export default async function security(page) {
	const [state, keys] = await Promise.all([
		api.get('/auth/mfa', { signal: page.signal }),
		api.get('/auth/passkeys', { signal: page.signal }),
	]);

	return el('div', { class: 'page account' },
		heading({ title: t('security.title'), text: t('security.lead') }),
		setting(t('security.password'), t('security.password_text'),
			passwordForm()),
		authenticator(state, page),
		passkeys(keys.data, page.signal));
}
