/*
 * Building nodes: el("p", { class: "hint" }, "text", node). Strings become
 * text, never HTML; null and false children are left out, null and false
 * attributes too.
 */
export function el(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes))
		if (value !== null && value !== undefined && value !== false)
			node.setAttribute(name, value === true ? '' : value);
	node.append(...children.flat().filter((child) =>
		child !== null && child !== undefined && child !== false));
	return node;
}
