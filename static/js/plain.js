/*
 * Pages that stand by themselves, 404.html and its like: they are in English,
 * and with this in the language of whoever reads them.
 */
/* lang: plain.* */
import { loadLanguage, t } from './lang.js';

await loadLanguage();
for (const node of document.querySelectorAll('[data-text]'))
	node.textContent = t(/** @type {HTMLElement} */ (node).dataset.text ?? '');
document.title = `${document.querySelector('h1')?.textContent} · Atrium`;
