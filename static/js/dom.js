/*
 * Building nodes: el("p", { class: "hint" }, "text", node). Strings become
 * text, never HTML. Children and attributes that are null, undefined or false
 * are left out; an attribute that is a function listens: { onclick: save }.
 */

/** @typedef {Node|string|number|null|undefined|false} Piece */
/** @typedef {Piece|(Piece|(Piece|Piece[])[])[]} Child */
/** @typedef {Record<string, any>} Attributes */

const ADDRESSES = new Set(['href', 'src', 'action', 'formaction']);
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'blob:']);

/* What users type may be an address; one that would run is none. */
function isHarmless(/** @type {string} */ text) {
	try {
		return SCHEMES.has(new URL(text, location.href).protocol) ||
			text.startsWith('data:image/');
	} catch {
		return false;
	}
}

/** @param {Element} node @param {Attributes} attributes */
function decorate(node, attributes) {
	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false)
			continue;
		if (typeof value === 'function')
			node.addEventListener(name.slice(2), value);
		else if (!ADDRESSES.has(name) || isHarmless(String(value)))
			node.setAttribute(name, value === true ? '' : String(value));
	}
}

/** @param {Child[]} children @returns {(Node|string)[]} */
function pieces(children) {
	return /** @type {Piece[]} */ (children.flat(3)).filter((child) => child !== null &&
		child !== undefined && child !== false)
		.map((child) => child instanceof Node ? child : String(child));
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);

	decorate(node, attributes);
	node.append(...pieces(children));
	return node;
}

/**
 * The same for drawings.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
	const node = document.createElementNS('http://www.w3.org/2000/svg', tag);

	decorate(node, attributes);
	node.append(...pieces(children));
	return node;
}

/** @param {Node} parent @param {...Child} children */
export function fill(parent, ...children) {
	/** @type {Element} */ (parent).replaceChildren(...pieces(children));
}

/**
 * The one element of `root` that the selector finds; it must be there.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(root, selector) {
	const found = root.querySelector(selector);

	if (!(found instanceof HTMLElement))
		throw new Error(`nothing is ${selector}`);
	return found;
}

let ids = 0;

/* An id that no other node of the page has. */
export function freshId(/** @type {string} */ name) {
	ids += 1;
	return `${name}-${ids}`;
}

/** @type {Map<string, Promise<void>>} */
const styles = new Map();

/* static/css/NAME.css, once, and a promise of its being there. */
export function style(/** @type {string} */ name) {
	const href = new URL(`../css/${name}.css`, import.meta.url).href;
	const made = styles.get(href) ?? new Promise((resolve, reject) => {
		document.head.append(el('link', { rel: 'stylesheet', href,
			onload: () => resolve(undefined), onerror: reject }));
	});

	styles.set(href, made);
	return made;
}
