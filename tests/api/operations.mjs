/*
 * Every operation of the contract, once: the table that the tests of paths,
 * methods, callers, bodies and openapi.json go through.
 * `id` is the operationId; `who` anyone, user or superuser; `takes` json or
 * form when there is a body; `url` its path with names of nobody and nothing.
 */
import { newEmail } from './client.mjs';

const UUID = '11111111-2222-4333-8444-555555555555';
const FILL = { '{user_id}': () => UUID, '{id}': () => UUID, '{email}': newEmail };

const OPERATIONS_TABLE = [
	['POST', '/login/access-token', 'login-login_access_token', 'anyone', 'form'],
	['POST', '/login/test-token', 'login-test_token', 'user'],
	['POST', '/password-recovery/{email}', 'login-recover_password', 'anyone'],
	['POST', '/reset-password/', 'login-reset_password', 'anyone', 'json'],
	['POST', '/password-recovery-html-content/{email}',
		'login-recover_password_html_content', 'superuser'],
	['GET', '/users/', 'users-read_users', 'superuser'],
	['POST', '/users/', 'users-create_user', 'superuser', 'json'],
	['PATCH', '/users/me', 'users-update_user_me', 'user', 'json'],
	['PATCH', '/users/me/password', 'users-update_password_me', 'user', 'json'],
	['GET', '/users/me', 'users-read_user_me', 'user'],
	['DELETE', '/users/me', 'users-delete_user_me', 'user'],
	['POST', '/users/signup', 'users-register_user', 'anyone', 'json'],
	['GET', '/users/{user_id}', 'users-read_user_by_id', 'user'],
	['PATCH', '/users/{user_id}', 'users-update_user', 'superuser', 'json'],
	['DELETE', '/users/{user_id}', 'users-delete_user', 'superuser'],
	['GET', '/items/', 'items-read_items', 'user'],
	['POST', '/items/', 'items-create_item', 'user', 'json'],
	['GET', '/items/{id}', 'items-read_item', 'user'],
	['PUT', '/items/{id}', 'items-update_item', 'user', 'json'],
	['DELETE', '/items/{id}', 'items-delete_item', 'user'],
	['POST', '/utils/test-email/', 'utils-test_email', 'superuser'],
	['GET', '/utils/health-check/', 'utils-health_check', 'anyone'],
];

export const OPERATIONS = OPERATIONS_TABLE.map(([method, path, id, who, takes]) => ({
	method, path, id, who, takes,
	get url() {
		return path.replace(/\{\w+\}/g, (name) => FILL[name]());
	},
	name: `${method} ${path}`,
}));

export const GUARDED = OPERATIONS.filter((op) => op.who !== 'anyone');
export const ADMINISTERED = OPERATIONS.filter((op) => op.who === 'superuser');
export const WITH_JSON = OPERATIONS.filter((op) => op.takes === 'json');
