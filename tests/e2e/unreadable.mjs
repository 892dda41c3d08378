/* What a page says when a call of the API fails, and the way out of it. */
import { alertOf } from './harness.mjs';

/* Loads the page again while that call is answered with a failure. */
export async function unreadable(page, pattern) {
	await page.route(pattern, (route) => route.fulfill({ status: 503,
		contentType: 'application/json', body: '{"detail":"busy"}' }));
	await page.reload();
	await alertOf(page).waitFor();
}

/* And then it works. */
export async function readable(page, pattern) {
	await page.unroute(pattern);
	await page.getByRole('button', { name: 'Try again' }).click();
	await alertOf(page).waitFor({ state: 'detached' });
}
