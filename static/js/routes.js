/*
 * Every address of the application. A new page is a row here, a module in
 * views/ and its texts in lang/; types.d.ts says what the columns mean.
 */

/** @type {import('./types.js').Route[]} */
export const ROUTES = [
	{ path: '/', view: 'home', title: 'home.title', css: 'site' },
	{ path: '/products', view: 'products', title: 'products.title', css: 'site' },
	{ path: '/products/{id}', view: 'product', title: 'products.one', css: 'site' },
	{ path: '/sign-in', view: 'sign_in', title: 'door.sign_in', css: 'door',
		layout: 'door', only: 'visitor' },
	{ path: '/sign-up', view: 'sign_up', title: 'door.sign_up', css: 'door',
		layout: 'door', only: 'visitor' },
	{ path: '/recover-password', view: 'recover', title: 'door.recover',
		css: 'door', layout: 'door', private: true },
	{ path: '/reset-password', view: 'reset', title: 'door.reset', css: 'door',
		layout: 'door', private: true },
	{ path: '/verify-email', view: 'verify_email', title: 'door.verify',
		css: 'door', layout: 'door', private: true },
	{ path: '/end-session', view: 'end_session', title: 'door.end_session',
		css: 'door', layout: 'door', private: true },

	{ path: '/dashboard', view: 'dashboard', title: 'dashboard.title',
		needs: 'user', css: 'desk', section: 'user', icon: 'home' },
	{ path: '/items', view: 'items', title: 'items.title', needs: 'user',
		css: 'items', section: 'user', icon: 'list' },
	{ path: '/kv', view: 'kv_spaces', title: 'kv.title', needs: 'user',
		css: 'kv', section: 'user', icon: 'key' },
	{ path: '/kv/{space}', view: 'kv_keys', title: 'kv.title', needs: 'user',
		css: 'kv' },
	{ path: '/kv/{space}/value', view: 'kv_value', title: 'kv.value',
		needs: 'user', css: 'kv' },
	{ path: '/account', view: 'profile', title: 'profile.title', needs: 'user',
		css: 'account', section: 'user', icon: 'person' },
	{ path: '/account/security', view: 'security', title: 'security.title',
		needs: 'user', css: 'account', section: 'user', icon: 'shield' },
	{ path: '/account/sessions', view: 'sessions', title: 'sessions.title',
		needs: 'user', css: 'account', section: 'user', icon: 'device' },
	{ path: '/account/api-keys', view: 'api_keys', title: 'api_keys.title',
		needs: 'user', css: 'account', section: 'user', icon: 'code' },
	{ path: '/account/privacy', view: 'privacy', title: 'privacy.title',
		needs: 'user', css: 'account', section: 'user', icon: 'box' },

	{ path: '/admin', view: 'admin_overview', title: 'overview.title',
		needs: 'admin', css: 'admin', section: 'admin', icon: 'chart' },
	{ path: '/admin/users', view: 'admin_users', title: 'users.title',
		needs: 'users', css: 'admin', section: 'admin', icon: 'people' },
	{ path: '/admin/users/{id}', view: 'admin_user', title: 'users.one',
		needs: 'users', css: 'admin' },
	{ path: '/admin/roles', view: 'admin_roles', title: 'roles.title',
		needs: 'admin', css: 'admin', section: 'admin', icon: 'shield' },
	{ path: '/admin/products', view: 'admin_products', title: 'stock.title',
		needs: 'products', css: 'admin', section: 'admin', icon: 'tag' },
	{ path: '/admin/products/import', view: 'admin_import', title: 'import.title',
		needs: 'products', css: 'admin' },
	{ path: '/admin/products/{id}', view: 'admin_product', title: 'stock.one',
		needs: 'products', css: 'admin' },
	{ path: '/admin/tasks', view: 'admin_tasks', title: 'tasks.title',
		needs: 'jobs', css: 'admin', section: 'admin', icon: 'clock' },
	{ path: '/admin/tasks/{id}', view: 'admin_task', title: 'tasks.one',
		needs: 'jobs', css: 'admin' },
	{ path: '/admin/mail', view: 'admin_mail', title: 'mail.title',
		needs: 'system', css: 'admin', section: 'admin', icon: 'mail' },
	{ path: '/admin/audit', view: 'admin_audit', title: 'audit.title',
		needs: 'audit', css: 'admin', section: 'admin', icon: 'book' },
	{ path: '/admin/configuration', view: 'admin_config', title: 'config.title',
		needs: 'system', css: 'admin', section: 'admin', icon: 'gear' },
];

/** @param {import('./types.js').Route} route @param {string[]} parts */
function paramsOf(route, parts) {
	const names = route.path.split('/');
	/** @type {Record<string, string>} */
	const params = {};

	if (names.length !== parts.length)
		return null;
	for (const [i, name] of names.entries()) {
		if (name.startsWith('{') && parts[i] !== '')
			params[name.slice(1, -1)] = decodeURIComponent(parts[i]);
		else if (name !== parts[i])
			return null;
	}
	return params;
}

/**
 * The row of an address, literal parts before {names}, and what the names
 * stand for; null when there is none.
 * @param {string} pathname
 */
export function match(pathname) {
	const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
	const parts = path.split('/');

	try {
		const found = ROUTES.map((route) =>
			({ route, params: paramsOf(route, parts) }))
			.filter(({ params }) => params !== null)
			.sort((a, b) => Object.keys(a.params ?? {}).length -
				Object.keys(b.params ?? {}).length)[0];

		return found === undefined ? null
			: { route: found.route, params: found.params ?? {} };
	} catch {
		return null;
	}
}
