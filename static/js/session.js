/*
 * Where the access token lives. It is kept in sessionStorage for now: it ends
 * with the tab, and is out of reach of other sites. Cookie sessions, which
 * scripts cannot read at all, come with the session work; then this file is
 * the only one to change.
 */
const KEY = 'access_token';

export function token() {
	return sessionStorage.getItem(KEY);
}

export function keep(value) {
	sessionStorage.setItem(KEY, value);
}

/* On this device only: no route ends a session on the server yet. */
export function forget() {
	sessionStorage.removeItem(KEY);
}
