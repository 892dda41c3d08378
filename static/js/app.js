/* The start of every page: the language, who is signed in, the view. */
import { fill } from './dom.js';
import { loadLanguage, t } from './lang.js';
import { draw, go, start } from './router.js';
import * as session from './session.js';
import { failed } from './states.js';
import { toast } from './toast.js';

async function begin() {
	await loadLanguage();
	session.whenEnded(() => {
		toast(t('session.ended'), { tone: 'bad' });
		draw();
	});
	addEventListener('storage', ({ key, newValue }) => {
		/* Signed out in another tab: nothing of the account stays here. */
		if (key === 'signed-in' && newValue === null && session.isInside()) {
			session.drop();
			go('/sign-in', { replace: true });
		}
	});
	try {
		await session.load();
	} catch (error) {
		const main = /** @type {HTMLElement} */ (document.getElementById('main'));

		fill(main, failed(/** @type {Error} */ (error), () => location.reload()));
		return;
	}
	await start();
}

begin();
