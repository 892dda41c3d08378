/* What somebody else has changed since it was read: nothing goes over it. */
import { confirm } from './dialog.js';
import { t } from './lang.js';

/** @typedef {import('./types.js').Page} Page */

export const isStale = (/** @type {any} */ error) => error.status === 412;

/* Said; the newer state is one step away, and drops what was typed. */
export async function askNewer(/** @type {Page} */ page) {
	/* Drawn once the dialog is closed: behind it nothing takes the focus. */
	if (await confirm({ title: t('stale.title'), text: t('stale.text'),
		action: t('stale.show_newer'), cancel: t('stale.keep_mine'), run() {} }))
		page.again();
}

/* For `caught` of a form whose requests have `match`. */
export const staleIn = (/** @type {Page} */ page) =>
	(/** @type {any} */ error) => {
		if (isStale(error))
			askNewer(page);
		return isStale(error);
	};
