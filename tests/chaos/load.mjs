/*
 * Clients at work: readers of one account and writers of new ones, each with a
 * connection of its own, until stop().
 */
import http from 'node:http';

import { SECRET, api, unique } from '../api/client.mjs';
import { eventually } from '../api/stack.mjs';

export function load({ readers, writers, token }) {
	const mark = `load-${unique()}`;
	const done = { reads: 0, writes: 0, mark, failed: [], acknowledged: [] };
	let going = true;

	async function client(step) {
		const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

		for (let i = 0; going; i++) {
			try {
				await step(agent, i);
			} catch (err) {
				done.failed.push(`${err.code ?? ''} ${err.message}`);
			}
		}
		agent.destroy();
	}

	async function read(agent) {
		const r = await api('GET', '/users/me', { token, agent });

		if (r.status === 200)
			done.reads++;
		else
			done.failed.push(`GET: ${r.status} ${r.text}`);
	}

	const write = (n) => async (agent, i) => {
		const email = `${mark}-${n}-${i}@example.com`;
		const r = await api('POST', '/users/signup',
		    { json: { email, password: `${SECRET}-load` }, agent });

		if (r.status === 200) {
			done.writes++;
			done.acknowledged.push(email);
		} else {
			done.failed.push(`POST: ${r.status} ${r.text}`);
		}
	};

	const clients = [
		...Array.from({ length: readers }, () => client(read)),
		...Array.from({ length: writers }, (_, n) => client(write(n))),
	];

	return {
		/* So that a slow machine or build has a load too. */
		enough: () => eventually('1000 reads and 30 writes', () =>
			done.reads >= 1000 && done.writes >= 30, 120),
		async stop() {
			going = false;
			await Promise.all(clients);
			return done;
		},
	};
}
