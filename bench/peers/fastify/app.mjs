// Fastify with mysql2: two processes, schemas for input and output.
import cluster from 'node:cluster';
import fs from 'node:fs';

import jwt from '@fastify/jwt';
import fastify from 'fastify';
import mysql from 'mysql2/promise';

const { PEER_SOCKET, PEER_USER, PEER_PASSWORD, PEER_SECRET, PEER_LISTEN } = process.env;

const text = { type: 'string' };
const whole = { type: 'integer' };
const row = { type: 'object', properties: { id: whole, sku: text, name: text, description: text,
	category: text, price: whole, currency: text, stock: whole, created_at: text } };
const page = { response: { 200: { type: 'object', properties: {
	data: { type: 'array', items: row }, next: { type: ['integer', 'null'] } } } } };
const batch = { body: { type: 'object', required: ['items'], properties: { items: {
	type: 'array', items: { type: 'object', required: ['k', 'v'],
		properties: { k: text, v: text } } } } } };

async function serve() {
	const app = fastify({ logger: false });
	const pool = mysql.createPool({ socketPath: PEER_SOCKET, user: PEER_USER,
		password: PEER_PASSWORD, database: 'atrium_peers', connectionLimit: 10,
		dateStrings: true });

	app.register(jwt, { secret: PEER_SECRET });
	app.get('/products', { schema: page }, async (request) => {
		const limit = Math.min(Number(request.query.limit ?? 20), 100);
		const after = Number(request.query.after ?? 0);
		const [data] = await pool.execute('SELECT id, sku, name, description, category,' +
		    ' price, currency, stock, created_at FROM products WHERE id > ?' +
		    ' ORDER BY id LIMIT ?', [String(after), String(limit)]);

		return { data, next: data.at(-1)?.id ?? null };
	});
	app.post('/kv', { schema: batch, onRequest: (request) => request.jwtVerify() },
	    async (request, reply) => {
		const now = new Date().toISOString().slice(0, 19).replace('T', ' ');
		const connection = await pool.getConnection();

		try {
			await connection.beginTransaction();
			for (const { k, v } of request.body.items)
				await connection.execute('INSERT INTO kv (user_id, k, v, updated_at)' +
				    ' VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v),' +
				    ' updated_at = VALUES(updated_at)', [Number(request.user.sub), k, v, now]);
			await connection.commit();
		} catch (error) {
			await connection.rollback();
			throw error;
		} finally {
			connection.release();
		}
		reply.code(201);
		return { written: request.body.items.map(({ k }) => k) };
	});
	await app.listen({ path: PEER_LISTEN });
	if (cluster.isWorker)
		process.send('ready');
}

if (cluster.isPrimary) {
	let ready = 0;

	for (let i = 0; i < 2; i++)
		cluster.fork().on('message', () => {
			ready++;
			if (ready === 2)
				fs.chmodSync(PEER_LISTEN, 0o666);
		});
	process.on('SIGTERM', () => {
		for (const worker of Object.values(cluster.workers))
			worker.process.kill('SIGKILL');
		process.exit(0);
	});
} else {
	await serve();
}
