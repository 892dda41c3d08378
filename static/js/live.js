/*
 * What is read anew every few seconds, as long as somebody looks: not while
 * the page is hidden, and no more once the view is left.
 */

/**
 * @param {{seconds: number, signal: AbortSignal, read: () => Promise<void>,
 *     tell: (error: Error|null) => void}} about
 *     tell: after each reading, with what went wrong or null
 */
export function live({ seconds, signal, read, tell }) {
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let timer;
	let busy = false;

	async function turn() {
		clearTimeout(timer);
		if (busy || signal.aborted || document.hidden)
			return;
		busy = true;
		/** @type {Error|null} */
		let wrong = null;

		try {
			await read();
		} catch (error) {
			wrong = /** @type {Error} */ (error);
		}
		busy = false;
		if (signal.aborted)
			return;
		tell(wrong);
		timer = setTimeout(turn, seconds * 1000);
	}

	signal.addEventListener('abort', () => clearTimeout(timer));
	document.addEventListener('visibilitychange', turn, { signal });
	timer = setTimeout(turn, seconds * 1000);
	return { now: turn };
}

/**
 * As fill() does, but what is still the same stays, and with it the focus.
 * @param {HTMLElement} parent @param {(Element|null|undefined|false)[]} children
 */
export function renew(parent, children) {
	const now = children.filter((child) => child instanceof Element);

	while (parent.children.length > now.length)
		parent.lastElementChild?.remove();
	for (const [i, child] of now.entries()) {
		const old = parent.children[i];
		const focused = old?.contains(document.activeElement);

		if (old === undefined)
			parent.append(child);
		else if (!old.isEqualNode(child))
			old.replaceWith(child);
		if (focused && child.isConnected && child instanceof HTMLElement)
			child.focus();
	}
}
