/* The link of the mail that asks whether an address is its owner's. */
/* lang: door.* */
import { home, mailedLink } from '../door.js';
import * as session from '../session.js';

/** @type {import('../types.js').View} */
export default function verifyEmail(page) {
	return mailedLink(page, { path: '/auth/email/verify', name: 'verify',
		done: async () => {
			/* It is confirmed, whatever becomes of this. */
			if (session.isInside())
				await session.reload().catch(() => {});
			return home();
		} });
}
