/* How far a long piece of work is, with a button that ends it. */
import { el, fill } from '../dom.js';
import { t } from '../lang.js';

export class Progress {
	#bar = el('progress', { max: 1, value: 0 });
	#text = el('p', { class: 'hint', role: 'status' });

	/** @param {string} label @param {() => void} stop */
	constructor(label, stop) {
		this.#bar.setAttribute('aria-label', label);
		this.node = el('div', { class: 'kv-progress' }, this.#bar, this.#text,
			el('div', { class: 'actions' }, el('button', { class: 'button',
				'data-look': 'quiet', type: 'button', onclick: stop },
			t('kv.stop'))));
	}

	/** @param {number} done @param {number} all @param {string} text */
	show(done, all, text) {
		this.#bar.max = Math.max(all, 1);
		this.#bar.value = done;
		fill(this.#text, text);
	}
}
