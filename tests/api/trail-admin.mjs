/*
 * What administrators change, done once: a part of trail.mjs.
 */
import { admin, makeRole } from './access.mjs';
import { api, signUp, unique } from './client.mjs';
import { post, putTask } from './jobs.mjs';
import { eventually, sql } from './stack.mjs';
import { protectedAccount } from './totp.mjs';

/* By operationId: the reply, who did it, and to which object. */
export const ADMIN = {
	'admin-put_role': async () => {
		const boss = await admin(), name = `r-${unique()}`;

		return [await api('PUT', `/admin/roles/${name}`, { token: boss.token,
			json: { permissions: ['items'] } }), boss, 'role', name];
	},
	'admin-delete_role': async () => {
		const boss = await admin(), name = await makeRole('items');

		return [await api('DELETE', `/admin/roles/${name}`, { token: boss.token }), boss,
			'role', name];
	},
	'admin-put_space': async () => {
		const boss = await admin(), name = `s-${unique()}`;

		return [await api('PUT', `/admin/kv/spaces/${name}`, { token: boss.token, json: {} }),
			boss, 'kv_space', name];
	},
	'admin-delete_space': async () => {
		const boss = await admin(), name = `s-${unique()}`;

		await api('PUT', `/admin/kv/spaces/${name}`, { token: boss.token, json: {} });
		return [await api('DELETE', `/admin/kv/spaces/${name}`, { token: boss.token }), boss,
			'kv_space', name];
	},
	'admin-put_user_roles': async () => {
		const boss = await admin(), { user } = await signUp();
		const roles = [await makeRole('items')];

		return [await api('PUT', `/admin/users/${user.id}/roles`, { token: boss.token,
			json: { roles } }), boss, 'user', user.id];
	},
	'admin-unlock_user': async () => {
		const boss = await admin(), { user } = await signUp();

		return [await api('POST', `/admin/users/${user.id}/unlock`, { token: boss.token }),
			boss, 'user', user.id];
	},
	'admin-reset_user_mfa': async () => {
		const boss = await admin(), { user } = await protectedAccount();

		return [await api('DELETE', `/admin/users/${user.id}/mfa`, { token: boss.token }),
			boss, 'user', user.id];
	},
	'admin-retry_job': async () => {
		const boss = await admin(), id = putTask('dead');

		return [await post(boss, `jobs/${id}/retry`), boss, 'job', id];
	},
	'admin-cancel_job': async () => {
		const boss = await admin(), id = putTask('queued');

		return [await post(boss, `jobs/${id}/cancel`), boss, 'job', id];
	},
	'admin-run_cron': async () => {
		const boss = await admin();

		await eventually('no turn is under way', () => sql('SELECT id FROM tasks WHERE' +
		    " kind = 'purge_devices' AND state <> 'done'").length === 0);
		const r = await post(boss, 'cron/purge_devices/run');

		return [r, boss, 'job', r.json.id];
	},
	'admin-retry_mail': async () => {
		const boss = await admin();
		const id = putTask('dead', { kind: 'mail_test', args: '{"email":"a@example.com"}' });

		return [await post(boss, `mail/${id}/retry`), boss, 'job', id];
	},
};
