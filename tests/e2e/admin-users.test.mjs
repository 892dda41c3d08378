/* Administration: users and roles. */
import assert from 'node:assert/strict';
import {
	HOSTILE, administrator, alertOf, api, base, browse, canSignIn, descriptionOf,
	enter, everyLook, makeUser, newAddress, ready, tokenOf,
} from './harness.mjs';

const admin = administrator();
const field = (page, name) => page.getByLabel(name, { exact: true });
const press = (page, name) => page.getByRole('button', { name, exact: true })
	.click();

const isOnTop = (page) => page.waitForFunction(() =>
	document.activeElement.tagName === 'H1');

async function open(page, user) {
	await page.goto(`${base}/admin/users/${user.id}`);
	await ready(page);
}

browse('a user is made, changed, blocked and deleted', { statuses: [409, 422] },
	async (page) => {
		const email = newAddress('grace');

		await enter(page, admin, '/admin/users');
		await press(page, 'New user');
		await press(page, 'Create user');
		await page.locator('.field-error').first().waitFor();
		assert.match(await descriptionOf(field(page, 'E-mail')), /email/i);
		await field(page, 'E-mail').fill(email);
		await field(page, 'Password').fill('correct horse battery');
		await press(page, 'Create user');
		await page.getByRole('heading', { name: email }).waitFor();
		await ready(page);
		const user = { email, password: 'correct horse battery' };

		assert.ok(await canSignIn(user));
		await field(page, 'Full name (optional)').fill('Grace Hopper');
		await page.getByLabel('May sign in').uncheck();
		await page.getByRole('form', { name: 'Account' })
			.getByRole('button', { name: 'Save changes' }).click();
		await page.getByText('The account is saved.').waitFor();
		await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
		assert.equal(await canSignIn(user), false);
		await press(page, 'Delete user');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Keep user' }).click();
		await press(page, 'Delete user');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Delete user' }).click();
		await page.waitForURL('**/admin/users');
		await page.getByText('The user is deleted.').waitFor();
	});

browse('a user is found by words, and by state', {}, async (page) => {
	const name = `Zerlina${Date.now()}`;
	const user = await makeUser({ full_name: `${name} Vale` });

	await enter(page, admin, '/admin/users');
	await page.getByLabel('E-mail or name').fill(name);
	await page.getByRole('link', { name: user.email }).waitFor();
	await page.getByText('1–1 of 1').first().waitFor();
	assert.match(page.url(), new RegExp(`q=${name}`));
	await page.getByLabel('State').selectOption('false');
	await page.getByText('Nothing matches').waitFor();
	await page.reload();
	await page.getByText('Nothing matches').waitFor();
	await page.getByLabel('State').selectOption('');
	await page.getByRole('link', { name: user.email }).click();
	await page.getByRole('heading', { name: `${name} Vale` }).waitFor();
	await page.goBack();
	await page.getByRole('link', { name: user.email }).waitFor();
	assert.equal(await page.getByLabel('E-mail or name').inputValue(), name);
});

browse('sessions are ended, failures forgotten, roles given', {},
	async (page) => {
		const user = await makeUser();
		const token = await tokenOf(user);

		await enter(page, admin, '/admin/roles');
		const role = `desk-${Date.now()}`;

		await press(page, 'New role');
		await field(page, 'Name').fill(role);
		await page.getByRole('checkbox', { name: 'products' }).check();
		await press(page, 'Create role');
		await page.getByText('The role is made.').waitFor();
		await open(page, user);
		await page.getByRole('checkbox', { name: role }).check();
		await page.getByRole('form', { name: 'Roles' })
			.getByRole('button', { name: 'Save changes' }).click();
		await page.getByText('The roles are saved.').waitFor();
		const seen = await api('GET', '/users/me/overview', { token });

		assert.deepEqual(seen.permissions, ['products']);
		await press(page, 'Unlock sign-in');
		await page.getByText('Failed attempts are forgotten.').waitFor();
		await press(page, 'Sign out everywhere');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Sign out everywhere' }).click();
		await page.getByText('All sessions have ended.').waitFor();
		await page.getByText('Not signed in anywhere').waitFor();
		await page.getByRole('link', { name: 'What this account did' }).click();
		await page.waitForURL(`**/admin/audit?actor=${user.id}`);
		await page.locator('.entry', { hasText: 'auth-log_in' }).waitFor();
	});

browse('a role is changed, kept while somebody has it, and deleted',
	{ statuses: [409] }, async (page) => {
		const name = `kept-${Date.now()}`;
		const token = await tokenOf(admin);
		const user = await makeUser();

		await api('PUT', `/admin/roles/${name}`,
			{ token, json: { permissions: ['items'] } });
		await api('PUT', `/admin/users/${user.id}/roles`,
			{ token, json: { roles: [name] } });
		await enter(page, admin, '/admin/roles');
		await press(page, `Edit ${name}`);
		await page.getByRole('checkbox', { name: 'audit' }).check();
		await press(page, 'Save changes');
		await page.getByText('The role is saved.').waitFor();
		await isOnTop(page);
		await press(page, `Delete ${name}`);
		await press(page, 'Delete role');
		await alertOf(page).filter({ hasText: /./ }).waitFor();
		await page.keyboard.press('Escape');
		await api('PUT', `/admin/users/${user.id}/roles`,
			{ token, json: { roles: [] } });
		await press(page, `Delete ${name}`);
		await press(page, 'Delete role');
		await page.getByText('The role is deleted.').waitFor();
		await page.getByRole('button', { name: `Edit ${name}` })
			.waitFor({ state: 'detached' });
		await isOnTop(page);
	});

browse('what is typed in one form of an account outlives the others', {},
	async (page) => {
		const token = await tokenOf(admin);
		const user = await makeUser({ full_name: 'Ada' });
		const [role, other] = ['kept', 'theirs'].map((name) =>
			`${name}-${Date.now()}`);
		const name = field(page, 'Full name (optional)');
		const tick = (of) => page.getByRole('checkbox', { name: of, exact: true });
		const save = async (part, text) => {
			await page.getByRole('form', { name: part, exact: true })
				.getByRole('button', { name: 'Save changes' }).click();
			await page.getByText(text).last().waitFor();
			await page.locator(`form:not([data-busy])[aria-label=${part}]`)
				.waitFor();
		};
		const give = (roles) => api('PUT', `/admin/users/${user.id}/roles`,
			{ token, json: { roles } });

		for (const one of [role, other])
			await api('PUT', `/admin/roles/${one}`,
				{ token, json: { permissions: [] } });
		await enter(page, admin, `/admin/users/${user.id}`);
		await tick(role).check();
		await give([other]);
		await name.fill('Ada Lovelace');
		await field(page, 'New password (optional)').fill('battery horse correct');
		await tick('Administrator: may do everything').check();
		await save('Account', 'The account is saved.');
		await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
		assert.equal(await field(page, 'New password (optional)').inputValue(), '');
		for (const one of [role, other, 'admin'])
			assert.equal(await tick(one).isChecked(), true, one);
		await name.fill('Ada King');
		await press(page, 'Sign out everywhere');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Sign out everywhere' }).click();
		await page.getByText('Not signed in anywhere').waitFor();
		await tick('admin').uncheck();
		await save('Roles', 'The roles are saved.');
		assert.equal(await tick('Administrator: may do everything').isChecked(),
			false);
		assert.equal(await name.inputValue(), 'Ada King');
		await page.locator('.back').click();
		await press(page, 'Stay');
		await save('Account', 'The account is saved.');
		await page.getByRole('heading', { name: 'Ada King' }).waitFor();
		assert.deepEqual((await api('GET', `/admin/users/${user.id}/roles`,
			{ token })).roles, [role, other].sort());
		await page.locator('.back').click();
		await page.waitForURL('**/admin/users');
	});

browse('what another administrator changed meanwhile is not undone',
	{ statuses: [412] }, async (page) => {
		const token = await tokenOf(admin);
		const user = await makeUser({ full_name: 'Ada' });
		const [first, second] = ['one', 'two'].map((end) =>
			`first-${end}-${Date.now()}`);
		const save = (name) => page.getByRole('form', { name, exact: true })
			.getByRole('button', { name: 'Save changes' }).click();
		const rolesOf = async () => (await api('GET',
			`/admin/users/${user.id}/roles`, { token })).roles;
		const give = (roles) => api('PUT', `/admin/users/${user.id}/roles`,
			{ token, json: { roles } });

		for (const role of [first, second])
			await api('PUT', `/admin/roles/${role}`,
				{ token, json: { permissions: [] } });
		await enter(page, admin, `/admin/users/${user.id}`);
		await api('PATCH', `/users/${user.id}`,
			{ token, json: { is_active: false } });
		await field(page, 'Full name (optional)').fill('Ada Lovelace');
		await save('Account');
		await page.getByRole('heading', { name: 'Somebody was faster' })
			.waitFor();
		await press(page, 'Stay here');
		assert.equal(await field(page, 'Full name (optional)').inputValue(),
			'Ada Lovelace');
		await save('Account');
		await press(page, 'Load the newer state');
		await page.getByText('Ada', { exact: true }).first().waitFor();
		await ready(page);
		await isOnTop(page);
		assert.equal(await page.getByLabel('May sign in').isChecked(), false);
		await page.getByRole('checkbox', { name: first }).check();
		await save('Roles');
		await page.getByText('The roles are saved.').waitFor();
		await page.locator('form:not([data-busy])[aria-label=Roles]').waitFor();
		assert.deepEqual(await rolesOf(), [first]);
		await page.getByRole('checkbox', { name: first }).uncheck();
		await save('Roles');
		await page.waitForFunction(() => document.querySelectorAll('.toast')
			.length >= 2);
		await page.locator('form:not([data-busy])[aria-label=Roles]').waitFor();
		assert.deepEqual(await rolesOf(), []);
		await give([second]);
		await page.getByRole('checkbox', { name: first }).check();
		await save('Roles');
		await press(page, 'Load the newer state');
		await ready(page);
		assert.equal(await page.getByRole('checkbox', { name: second })
			.isChecked(), true);
		assert.deepEqual(await rolesOf(), [second]);
	});

browse('a role that two change has the changes of both', {}, async (page) => {
	const token = await tokenOf(admin);
	const name = `both-${Date.now()}`;
	const put = (permissions) => api('PUT', `/admin/roles/${name}`,
		{ token, json: { permissions } });

	await put(['items', 'audit']);
	await enter(page, admin, '/admin/roles');
	await press(page, `Edit ${name}`);
	await page.getByRole('checkbox', { name: 'products' }).check();
	await page.getByRole('checkbox', { name: 'audit' }).uncheck();
	await put(['audit', 'jobs']);
	await press(page, 'Save changes');
	await page.getByText('The role is saved.').waitFor();
	const { data } = await api('GET', '/admin/roles', { token });

	assert.deepEqual(data.find((role) => role.name === name).permissions.sort(),
		['jobs', 'products']);
	await ready(page);
	await press(page, `Edit ${name}`);
	await api('DELETE', `/admin/roles/${name}`, { token });
	await press(page, 'Save changes');
	await alertOf(page).filter({ hasText: 'deleted this role' }).waitFor();
});

browse('who has no right to it sees why', { statuses: [403] }, async (page) => {
	await enter(page, await makeUser(), '/admin/users');
	await page.getByRole('heading', { name: 'Not for you' }).waitFor();
	assert.equal(await page.getByRole('link', { name: 'Users' }).count(), 0);
});

browse('hostile names are text', { statuses: [422] }, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(admin);

	await enter(page, admin, '/admin/users');
	for (const text of HOSTILE) {
		await api('PATCH', `/users/${user.id}`,
			{ token, json: { full_name: text } });
		await open(page, user);
		assert.equal(await page.getByRole('heading', { level: 1 })
			.textContent(), text);
	}
	await page.goto(`${base}/admin/users?q=${user.email}`);
	await page.getByText(HOSTILE.at(-1)).waitFor();
});

everyLook('users and roles', {}, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await tokenOf(user);
	await enter(page, admin, '/admin/users');
	await look('admin-users');
	await press(page, 'New user');
	await look('admin-user-new');
	await page.keyboard.press('Escape');
	await open(page, user);
	await look('admin-user');
	await press(page, 'Delete user');
	await look('admin-user-delete');
	await page.keyboard.press('Escape');
	await page.goto(`${base}/admin/roles`);
	await ready(page);
	await look('admin-roles');
	await press(page, 'New role');
	await look('admin-role-new');
});
