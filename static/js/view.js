/*
 * A view is a <template> of the page, filled with textContent only: what users
 * type is never parsed as HTML.
 */
export function clone(id) {
	return document.getElementById(id).content.cloneNode(true);
}

export function part(root, name) {
	return root.querySelector(`[data-${name}]`);
}

export function setText(root, name, text) {
	for (const place of root.querySelectorAll(`[data-${name}]`))
		place.textContent = text;
}

/* The view instead of what stands in <main>, with its title. */
export function showOnly(id, title) {
	const main = document.getElementById('main');

	document.title = `${title} · Atrium`;
	main.replaceChildren(clone(id));
	scrollTo(0, 0);
	return main;
}
