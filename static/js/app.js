/* The start of every page: the language, who is signed in, the view. */
import { closeAll } from './dialog.js';
import { fill } from './dom.js';
import { loadLanguage, t } from './lang.js';
import { draw, go, start } from './router.js';
import * as session from './session.js';
import { failed, speechless } from './states.js';
import { toast } from './toast.js';

const main = /** @type {HTMLElement} */ (document.getElementById('main'));

/* Who is signed in, then the view for them. */
async function enter(/** @type {() => Promise<void>} */ then) {
	try {
		await session.load();
	} catch (error) {
		fill(main, failed(/** @type {Error} */ (error), () => location.reload()));
		return;
	}
	await then();
}

async function begin() {
	try {
		await loadLanguage();
	} catch {
		fill(main, speechless());
		return;
	}
	session.whenEnded(() => {
		closeAll();
		toast(t('session.ended'), { tone: 'bad' });
		draw();
	});
	session.whenElsewhere({
		/* Nothing of the account stays here. */
		left() {
			closeAll();
			go('/sign-in', { replace: true });
		},
		other() {
			closeAll();
			enter(draw);
		},
	});
	await enter(start);
}

begin();
