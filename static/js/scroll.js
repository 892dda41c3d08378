/*
 * Where each step of the history was scrolled to: kept in its entry while one
 * scrolls, and found again once there is enough to scroll in.
 */

const STILL_MS = 100;
const HANDS = ['wheel', 'touchmove', 'pointerdown', 'keydown'];

/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;
let isHeld = false;
/* A step back or forward has been made before its view is drawn. */
let isHere = () => true;

export function keep() {
	clearTimeout(timer);
	if (!isHeld && isHere())
		history.replaceState({ ...history.state, scroll: scrollY }, '');
}

/* From here to restore() the place is that of another view. */
export function hold() {
	clearTimeout(timer);
	isHeld = true;
}

/**
 * At once, and again when what `main` reads at first is there; but not once
 * somebody has moved.
 * @param {HTMLElement} main @param {number} scroll @param {AbortSignal} signal
 */
export function restore(main, scroll, signal) {
	const isReading = () => main.querySelector('[aria-busy=true]') !== null;
	const over = new AbortController();
	const watch = new MutationObserver(() => {
		if (isReading())
			return;
		scrollTo(0, scroll);
		end();
	});

	function end() {
		isHeld = false;
		drop();
	}

	function drop() {
		watch.disconnect();
		over.abort();
	}

	scrollTo(0, scroll);
	if (scroll === 0 || !isReading()) {
		isHeld = false;
		return;
	}
	watch.observe(main, { subtree: true, childList: true,
		attributeFilter: ['aria-busy'] });
	for (const name of HANDS)
		addEventListener(name, end, { signal: over.signal, passive: true });
	signal.addEventListener('abort', drop, { once: true });
}

/** @param {typeof isHere} isOurs whether the entry is that of the view */
export function start(isOurs) {
	isHere = isOurs;
	history.scrollRestoration = 'manual';
	addEventListener('pagehide', keep);
	addEventListener('scroll', () => {
		clearTimeout(timer);
		timer = setTimeout(keep, STILL_MS);
	}, { passive: true });
}
