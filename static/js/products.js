/*
 * Products as who is signed in sees them. Visitors may read them, too: a
 * session that has to be renewed is taken for a visitor's there, and no error.
 * What has no stock although staff asked is asked for once more.
 */
import { get } from './api.js';
import * as session from './session.js';

/** @typedef {import('./types.js').Schemas['ProductPublic']} Product */

const FOR_STAFF_ONLY = [404, 422];

/**
 * @template T
 * @param {() => Promise<T>} ask @param {(answer: T) => boolean} isWhole
 * @param {AbortSignal} signal
 */
async function asOneself(ask, isWhole, signal) {
	if (!session.may('products'))
		return ask();
	try {
		const answer = await ask();

		if (isWhole(answer))
			return answer;
	} catch (error) {
		if (!FOR_STAFF_ONLY.includes(/** @type {any} */ (error).status))
			throw error;
	}
	/* Not for visitors: it renews the session, or finds that it is over. */
	await get('/users/me', { signal });
	return ask();
}

const isWhole = (/** @type {Product|undefined} */ product) =>
	product !== undefined && 'stock' in product;

/** @param {Record<string, any>} query @param {AbortSignal} signal */
export const readProducts = (query, signal) => asOneself(
	() => get('/products/', { query, signal, anonymous: !session.isInside() }),
	({ data }) => isWhole(data[0]), signal);

/** @param {string} id @param {AbortSignal} signal */
export const readProduct = (id, signal) => asOneself(
	() => get('/products/{id}', { path: { id }, signal,
		anonymous: !session.isInside() }), isWhole, signal);
