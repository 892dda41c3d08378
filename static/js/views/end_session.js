/* The link of the mail about a new device: it ends the session there. */
/* lang: door.* */
import { button, mailedLink } from '../door.js';
import { t } from '../lang.js';

/** @type {import('../types.js').View} */
export default function endSession(page) {
	return mailedLink(page, { path: '/auth/sessions/end', name: 'end_session',
		done: () => button('/recover-password', t('door.choose_new')) });
}
