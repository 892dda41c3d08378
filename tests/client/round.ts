/*
 * What a program does that was written against the generated types: the whole
 * round of a person and of an administrator. Every call is checked by the
 * compiler, every answer by the program.
 */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';

import type { components, paths } from './schema.js';

type User = components['schemas']['UserPublic'];
type Item = components['schemas']['ItemPublic'];
type Failure = components['schemas']['Error'] | components['schemas']['HTTPValidationError'];

const client = (baseUrl: string, token?: string) => createClient<paths>({
	baseUrl,
	...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
});

type Client = ReturnType<typeof client>;

/* What a call answered, which has to be its success. */
function good<T>(r: { data?: T; error?: Failure; response: Response }): T {
	if (r.response.ok && r.data !== undefined)
		return r.data;
	throw new Error(`${r.response.url}: ${r.response.status} ${JSON.stringify(r.error)}`);
}

/* The sentence of a refusal with that status. */
function refused(r: { error?: Failure; response: Response }, status: number): string {
	assert.equal(r.response.status, status, JSON.stringify(r.error));
	if (r.error === undefined)
		throw new Error('a refusal says nothing');
	return typeof r.error.detail === 'string' ? r.error.detail :
	    r.error.detail.map((item) => item.msg).join('; ');
}

/* The reason of a refusal of our own operations, for programs. */
function codeOf(r: { error?: Failure }): string | undefined {
	return r.error !== undefined && 'code' in r.error ? r.error.code : undefined;
}

async function logIn(base: string, username: string, password: string): Promise<Client> {
	const token = good(await client(base).POST('/api/v1/login/access-token', {
		body: { username, password, scope: '' },
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
		bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
	}));

	assert.equal(token.token_type, 'bearer');
	return client(base, token.access_token);
}

async function tryItems(me: Client, owner: User): Promise<void> {
	const made: Item[] = [];

	for (const title of ['first', 'second', 'third'])
		made.unshift(good(await me.POST('/api/v1/items/', { body: { title } })));
	const list = good(await me.GET('/api/v1/items/', {
		params: { query: { skip: 0, limit: 2 } },
	}));
	assert.equal(list.count, 3);
	assert.deepEqual(list.data, made.slice(0, 2));

	const path = { id: made[0]!.id };
	const changed = good(await me.PUT('/api/v1/items/{id}',
	    { params: { path }, body: { description: 'changed' } }));
	assert.deepEqual(changed, { ...made[0], description: 'changed' });
	assert.equal(changed.owner_id, owner.id);
	assert.deepEqual(good(await me.GET('/api/v1/items/{id}', { params: { path } })), changed);
	assert.equal(good(await me.DELETE('/api/v1/items/{id}', { params: { path } })).message,
	    'Item deleted successfully');
	assert.equal(refused(await me.GET('/api/v1/items/{id}', { params: { path } }), 404),
	    'Item not found');
	assert.match(refused(await me.POST('/api/v1/items/', { body: { title: '' } }), 422),
	    /at least 1 character/);
}

/* A session of our own: its tokens, its place in the list, its end. */
async function trySessions(base: string, email: string, password: string): Promise<void> {
	const guest = client(base);
	const begun = good(await guest.POST('/api/v1/auth/login',
	    { body: { email, password, transport: 'bearer', device_name: 'Program' } }));

	assert.equal(begun.mfa_required, false);
	assert.equal(begun.session?.device_name, 'Program');
	const next = good(await guest.POST('/api/v1/auth/refresh',
	    { body: { refresh_token: begun.refresh_token ?? null } }));
	assert.equal(next.session?.id, begun.session?.id);
	const me = client(base, next.access_token);
	const list = good(await me.GET('/api/v1/auth/sessions'));

	assert.deepEqual(list.data.filter(({ current }) => current).map(({ id }) => id),
	    [begun.session?.id]);
	good(await me.PATCH('/api/v1/auth/sessions/{id}', {
		params: { path: { id: list.data[0]!.id } }, body: { device_name: 'Renamed' },
	}));
	good(await me.DELETE('/api/v1/auth/sessions', { params: { query: { others: true } } }));
	assert.equal((await me.POST('/api/v1/auth/logout')).response.status, 204);
	const over = await me.GET('/api/v1/auth/sessions');

	refused(over, 401);
	assert.equal(codeOf(over), 'invalid_token');
	const wrong = await guest.POST('/api/v1/auth/login',
	    { body: { email, password: 'not this one', transport: 'bearer' } });

	refused(wrong, 401);
	assert.equal(codeOf(wrong), 'bad_credentials');
}

/* What the test lends: where the site is, who may all, and the post. */
export interface World {
	base: string;
	admin: { username: string; password: string };
	/* The token in the link of the newest mail to that address. */
	mailed(to: string, subject: RegExp): Promise<string>;
}

export async function person({ base, mailed }: World): Promise<void> {
	const guest = client(base);
	const email = 'round.trip@example.com', first = 'correct horse', second = 'battery staple';
	const user = good(await guest.POST('/api/v1/users/signup',
	    { body: { email, password: first, full_name: 'Ada' } }));
	const me = await logIn(base, email, first), other = await logIn(base, email, first);

	assert.deepEqual(good(await me.GET('/api/v1/users/me')), user);
	assert.deepEqual(good(await me.POST('/api/v1/login/test-token')), user);
	await tryItems(me, user);
	assert.equal(good(await me.PATCH('/api/v1/users/me',
	    { body: { full_name: null } })).full_name, null);
	good(await me.PATCH('/api/v1/users/me/password',
	    { body: { current_password: first, new_password: second } }));
	refused(await other.GET('/api/v1/users/me'), 403);
	good(await me.GET('/api/v1/users/me'));

	good(await guest.POST('/api/v1/password-recovery/{email}', { params: { path: { email } } }));
	const reset = { token: await mailed(email, /Password recovery/), new_password: first };
	good(await guest.POST('/api/v1/reset-password/', { body: reset }));
	assert.equal(refused(await guest.POST('/api/v1/reset-password/', { body: reset }), 400),
	    'Invalid token');
	refused(await me.GET('/api/v1/users/me'), 403);

	await trySessions(base, email, first);
	const again = await logIn(base, email, first);
	good(await again.DELETE('/api/v1/users/me'));
	assert.equal(refused(await again.GET('/api/v1/users/me'), 404), 'User not found');
}

export async function administrator({ base, admin, mailed }: World): Promise<void> {
	const all = await logIn(base, admin.username, admin.password);
	const email = 'made.by.another@example.com';
	const made = good(await all.POST('/api/v1/users/', {
		body: { email, password: 'not told to anybody', is_active: true, is_superuser: false },
	}));
	const path = { user_id: made.id };

	good(await client(base).POST('/api/v1/reset-password/', {
		body: { token: await mailed(email, /New account/), new_password: 'my own choice' },
	}));
	const them = await logIn(base, email, 'my own choice');
	refused(await them.GET('/api/v1/users/'), 403);
	assert.deepEqual(good(await all.GET('/api/v1/users/{user_id}', { params: { path } })), made);
	assert.ok(good(await all.GET('/api/v1/users/')).data.some(({ id }) => id === made.id));
	assert.equal(good(await all.PATCH('/api/v1/users/{user_id}',
	    { params: { path }, body: { is_active: false } })).is_active, false);
	assert.equal(refused(await them.GET('/api/v1/users/me'), 400), 'Inactive user');
	good(await all.DELETE('/api/v1/users/{user_id}', { params: { path } }));
	good(await all.POST('/api/v1/utils/test-email/',
	    { params: { query: { email_to: 'test@example.com' } } }));
	assert.equal(good(await client(base).GET('/api/v1/utils/health-check/')), true);
	assert.match(good(await all.POST('/api/v1/password-recovery-html-content/{email}',
	    { params: { path: { email: admin.username } }, parseAs: 'text' })), / href="http[^"]*\/reset-password\?token=/);
}
