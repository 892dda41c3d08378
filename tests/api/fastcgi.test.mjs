/*
 * Hostile peers on the workers' socket. The worker closes, cuts off or answers;
 * it lives on, and no thread is lost.
 *
 * Two things libfcgi 2.4.2 does not survive, so that they are not sent here:
 * parameter lengths whose sum overflows an int (it aborts on an assertion), and
 * a GET_VALUES record that names FCGI_MAX_CONNS four times (it smashes its
 * stack). Only who may open the socket could send them: it is 0660, and never
 * TCP. The last tests show that nginx forwards neither, whatever its client
 * sends.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { call, raw } from './client.mjs';
import {
	ABORT, AUTHORIZER, BEGIN, END, FILTER, GET_VALUES, GET_VALUES_RESULT, GOOD,
	KEEP_CONN, PARAMS, STDIN, begin, exchange, noBody, pairs, params, record,
	target,
} from './fastcgi.mjs';
import { listener, otherNginx } from './nginx.mjs';
import { sleep, stack, workerPids } from './stack.mjs';

const join = (...parts) => Buffer.concat(parts);
const send = (bytes, options) => exchange(stack.socket, bytes, options);
const health = params(target('GET', '/healthz'));
const PATCH = (size, more = []) => params(target('PATCH', '/api/v1/users/me',
    [['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', `${size}`], ...more]));
const manyPids = workerPids();

function isGood(r) {
	assert.equal(r.status, 200, r.text);
	assert.match(r.text, /\r\n\r\n\{"status":"ok"\}$/);
	assert.equal(r.records.at(-1).type, END);
}

/* More at once than there are threads: none is lost to an earlier peer. */
async function lives() {
	for (const r of await Promise.all(Array.from({ length: 48 }, () => send(GOOD))))
		isGood(r);
}

test('the socket is not for everybody', () => {
	assert.equal(fs.statSync(stack.socket).mode & 0o777, 0o660);
});

test('a request by hand', async () => {
	const r = await send(GOOD);

	isGood(r);
	assert.equal(r.ended, 'closed');
});

test('the reply to HEAD has no body, and its length', async () => {
	const r = await send(join(begin(), params(target('HEAD', '/healthz')), noBody()));

	assert.match(r.text, /^Status: 200 OK\r\n[^]*Content-Length: 15\r\n\r\n$/);
});

/* Closed without an answer, or a 4xx. */
const CLOSED = [
	['HTTP', Buffer.from('GET / HTTP/1.0\r\n\r\n')],
	['zeros', Buffer.alloc(64)],
	['letters', Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(40))],
	['version 2', join(record(BEGIN, 1, [0, 1, 0, 0, 0, 0, 0, 0], { version: 2 }),
		health, noBody())],
	['BEGIN of 4 bytes', join(record(BEGIN, 1, [0, 1, 0, 0]), health, noBody())],
	['BEGIN of 16 bytes', join(record(BEGIN, 1, [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
		0, 0, 0, 0]), health, noBody())],
	['request id 0', join(begin({ id: 0 }), params(target('GET', '/healthz'), 0),
		noBody(0))],
	/* Lawful, but libfcgi does not skip it; nginx sends none. */
	['BEGIN with padding', join(record(BEGIN, 1, [0, 1, 0, 0, 0, 0, 0, 0],
		{ padding: 8 }), health, noBody())],
	['role AUTHORIZER', join(begin({ role: AUTHORIZER }), health)],
	['role FILTER', join(begin({ role: FILTER }), health, noBody())],
	['role 99', join(begin({ role: 99 }), health, noBody())],
	['PARAMS before BEGIN', join(health, noBody())],
	['no method', join(begin(), params([['REQUEST_URI', '/healthz']]), noBody())],
	['no address', join(begin(), params([['REQUEST_METHOD', 'GET']]), noBody())],
	['no parameter', join(begin(), params([]), noBody())],
	['empty names', join(begin(), record(PARAMS, 1, Buffer.alloc(10)),
		record(PARAMS, 1), noBody())],
	['a name longer than its record, then the end',
		join(begin(), record(PARAMS, 1, [255, 255, 255, 252, 0, 65, 65]))],
	['a pair cut in the middle', join(begin(), record(PARAMS, 1, '\x05\x05REQU'))],
	['parameters cut between two pairs', join(begin(),
		record(PARAMS, 1, pairs(target('GET', '/healthz'))))],
	['ABORT in the parameters', join(begin(),
		record(PARAMS, 1, pairs(target('GET', '/healthz'))), record(ABORT, 1))],
	['ABORT before the body', join(begin(), PATCH(5), record(ABORT, 1))],
	['a body shorter than it says', join(begin(), PATCH(5),
		record(STDIN, 1, '{"a'), noBody())],
	['a body longer than it says', join(begin(), PATCH(2),
		record(STDIN, 1, '{}{}'), noBody())],
	['a body with no length', join(begin(), PATCH(''), record(STDIN, 1, '{}'), noBody())],
	['a negative length', join(begin(), PATCH(-1), record(STDIN, 1, '{}'), noBody())],
	['a length of letters', join(begin(), PATCH('2x'), record(STDIN, 1, '{}'), noBody())],
	['a length beyond numbers', join(begin(), PATCH('9'.repeat(40)),
		record(STDIN, 1, '{}'), noBody())],
	['a length of everything', join(begin(), PATCH('18446744073709551615'),
		record(STDIN, 1, '{}'), noBody())],
	['a body put in by another record', join(begin(), PATCH(8),
		record(99, 0, 'INJECTED'), noBody())],
	['a length over the limit', join(begin(), PATCH(1 << 30), record(STDIN, 1, '{}'))],
];

for (const [what, bytes] of CLOSED)
	test(`peer: ${what}`, async () => {
		const r = await send(bytes, { halfClose: true });

		assert.ok(Number.isNaN(r.status) || (r.status >= 400 && r.status < 500),
		    `${r.ended} ${r.text}`);
		assert.notEqual(r.ended, 'waiting');
		isGood(await send(GOOD));
	});

/* libfcgi keeps NAME=VALUE: such a name may set another one; nginx has none. */
test('a NUL and a = in a name are answered', async () => {
	const r = await send(join(begin(), params([['REQUEST_URI=/x\0', 'z'],
		...target('GET', '/healthz')]), noBody()));

	assert.ok([200, 404].includes(r.status), r.text);
});

test('of a repeated parameter one is taken', async () => {
	const r = await send(join(begin(), params([...target('GET', '/healthz'),
		['REQUEST_URI', '/none'], ['REQUEST_METHOD', 'DELETE']]), noBody()));

	assert.ok([200, 404, 405].includes(r.status), r.text);
});

test('a second request on a busy connection is refused, the first goes on', async () => {
	const r = await send(join(begin(), begin({ id: 2 }), health, noBody()));
	const ends = r.records.filter((x) => x.type === END);

	isGood(r);
	/* FCGI_CANT_MPX_CONN */
	assert.deepEqual(ends.map((x) => [x.id, x.content[4]]), [[2, 1], [1, 0]]);
});

test('GET_VALUES is answered, and does not stand in the way', async () => {
	const r = await send(join(record(GET_VALUES, 0, pairs([['FCGI_MPXS_CONNS', '']])),
	    GOOD));

	isGood(r);
	assert.ok(r.records.some((x) => x.type === GET_VALUES_RESULT));
});

test('an unknown management record is not the end', async () => {
	for (const content of ['12345678', '']) {
		const r = await send(join(record(99, 0, content), GOOD));

		assert.ok(Number.isNaN(r.status) || r.status === 200, r.text);
		isGood(await send(GOOD));
	}
});

test('padding is not content', async () => {
	isGood(await send(join(begin(),
	    record(PARAMS, 1, pairs(target('GET', '/healthz')), { padding: 255 }),
	    record(PARAMS, 1, '', { padding: 8 }), noBody())));
});

test('a request may come byte by byte', async () => {
	isGood(await send([...GOOD].map((byte) => Buffer.from([byte]))));
});

test('requests one after another on a kept connection', async () => {
	const kept = join(begin({ flags: KEEP_CONN }), health, noBody());
	const ends = (records) => records.filter((x) => x.type === END).length;
	const r = await send(kept, { next: [kept, kept],
		until: (records) => ends(records) === 3 });

	assert.equal(r.ended, 'seen');
	assert.equal(r.text.match(/Status: 200/g).length, 3);
});

test('many idle kept connections hold no thread', async () => {
	const kept = join(begin({ flags: KEEP_CONN }), health, noBody());
	const idle = Array.from({ length: 128 }, () => send(kept, { seconds: 4 }));

	await sleep(1000);
	for (let i = 0; i < 4; i++)
		await lives();
	for (const r of await Promise.all(idle)) {
		assert.equal(r.status, 200);
		assert.equal(r.ended, 'waiting');
	}
});

/* What came before its turn may be lost, but not the worker. */
test('a request in the middle of another one', async () => {
	const kept = join(begin({ flags: KEEP_CONN }), health, noBody());
	const r = await send(join(kept, kept, kept), { seconds: 3 });

	assert.ok(r.text.match(/Status: 200/g).length >= 1);
	await lives();
});

test('a kept connection is not closed by the worker', async () => {
	const kept = join(begin({ flags: KEEP_CONN }), health, noBody());
	const r = await send(kept, { seconds: 3 });

	assert.equal(r.ended, 'waiting');
	assert.equal(r.status, 200);
});

test('peers that leave at once do no harm', async () => {
	const cuts = Array.from({ length: 200 },
	    (_, i) => GOOD.subarray(0, 1 + i % (GOOD.length - 1)));

	for (let i = 0; i < cuts.length; i += 40)
		await Promise.all(cuts.slice(i, i + 40)
		    .map((bytes) => send(bytes, { leave: true })));
	await lives();
});

test('each beginning of a request, then the end', async () => {
	const body = join(begin(), PATCH(2), record(STDIN, 1, '{}'), noBody());

	for (let i = 0; i < body.length; i += 8)
		await Promise.all(Array.from({ length: Math.min(8, body.length - i) },
		    (_, j) => send(body.subarray(0, i + j), { halfClose: true })
		    .then((r) => assert.ok(!(r.status < 400), `${i + j}: ${r.text}`))));
	await lives();
});

test('each byte of a request changed', async () => {
	const body = join(begin(), PATCH(2), record(STDIN, 1, '{}'), noBody());

	/* Bits below 0x80: no length of four bytes (see the head of this file). */
	for (let i = 0; i < body.length; i += 16)
		await Promise.all(Array.from({ length: Math.min(16, body.length - i) },
		    (_, j) => {
			const bad = Buffer.from(body);

			bad[i + j] ^= 1 << ((i + j) % 7);
			return send(bad, { halfClose: true }).then((r) =>
				assert.ok(Number.isNaN(r.status) || r.status < 500,
				    `${i + j}: ${r.text}`));
		}));
	await lives();
});

const STALLS = [
	['after nothing', Buffer.alloc(0), true],
	['after one byte', Buffer.from([1])],
	['after BEGIN', begin()],
	['in the parameters', join(begin(), record(PARAMS, 1, pairs(target('GET', '/')))),],
	['in the middle of a pair', join(begin(), record(PARAMS, 1, '\x05\x05REQU'))],
	['in the body', join(begin(), PATCH(5), record(STDIN, 1, '{"a'))],
	['in the middle of a record', join(begin(), PATCH(5), record(STDIN, 1, '{"a":')
	    .subarray(0, 10))],
];

for (const [what, bytes, mayWait] of STALLS)
	test(`peers that stall ${what} hold nobody up for ever`, async () => {
		const stalled = Array.from({ length: 24 }, () =>
			send(bytes, { seconds: mayWait ? 3 : 120 }));

		isGood(await send(GOOD, { seconds: 120 }));
		for (const r of await Promise.all(stalled)) {
			if (!mayWait)
				assert.notEqual(r.ended, 'waiting');
			assert.ok(Number.isNaN(r.status) || r.status >= 400, r.text);
		}
		await lives();
	});

test('through nginx: headers of any size and number are a 4xx', async () => {
	const big = (n, size) => Array.from({ length: n },
	    (_, i) => `X-${i}: ${'a'.repeat(size)}\r\n`).join('');

	for (const headers of [big(1, 70000), big(1, 1 << 20), big(2000, 100),
		big(100, 4000), `${'N'.repeat(30000)}: x\r\n`, `X: ${'\x80'.repeat(20000)}\r\n`,
		`Cookie: ${'c'.repeat(15000)}\r\n`.repeat(20)]) {
		const r = await raw(`GET /healthz HTTP/1.1\r\nHost: a\r\n${headers}` +
		    'Connection: close\r\n\r\n');

		assert.ok(r.status >= 400 && r.status < 500, `${r.status}`);
	}
});

test('through nginx: many small headers pass', async () => {
	const headers = Array.from({ length: 90 }, (_, i) => `FCGI_MAX_CONNS${i}: x\r\n`);
	const r = await raw(`GET /healthz HTTP/1.1\r\nHost: a\r\n${headers.join('')}` +
	    `${'FCGI-MAX-CONNS: x\r\n'.repeat(20)}Connection: close\r\n\r\n`);

	assert.ok(r.status === 200 || r.status === 400, `${r.status}`);
});

test('nginx sends no management record and no overflowing length', async () => {
	const seen = [];
	const worker = await listener((bytes) => seen.push(...bytes));
	const nginx = await otherNginx({ socket: worker.path });
	const requests = [
		`GET /api/x HTTP/1.1\r\nHost: a\r\n${'FCGI-MAX-CONNS: \r\n'.repeat(30)}`,
		`GET /api/x HTTP/1.1\r\nHost: a\r\nX: ${'\x7f\xff'.repeat(6000)}\r\n`,
		`GET /api/x HTTP/1.1\r\nHost: a\r\n${'N'.repeat(12000)}: x\r\n`,
		`GET /api/${'%ff'.repeat(4000)} HTTP/1.1\r\nHost: a\r\n`,
		'POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n' +
		    'FCGI_MAX_CONNS: 1\r\n',
	];

	try {
		for (const text of requests) {
			const r = await raw(Buffer.from(`${text}Connection: close\r\n\r\n` +
			    '\x01\x09\x00\x00\x00\x08\x00\x00FCGI_MAX_', 'latin1'),
			    { port: nginx.port });

			assert.ok(r.status >= 400, `${r.status}`);
		}
	} finally {
		await nginx.stop();
		await worker.stop();
	}
	assert.ok(worker.connections() > 0);
	checkStream(worker);
});

/* Only BEGIN, PARAMS, STDIN and ABORT of request 1, and lengths that are short. */
function checkStream(worker) {
	for (const { type, id, content } of worker.records()) {
		assert.ok([BEGIN, PARAMS, STDIN, ABORT].includes(type), `record ${type}`);
		assert.equal(id, 1);
		for (let i = 0; type === PARAMS && i < content.length;) {
			const sizes = [0, 0].map(() => {
				const n = content[i] < 128 ? content[i] :
				    content.readUInt32BE(i) & 0x7fffffff;

				i += content[i] < 128 ? 1 : 4;
				return n;
			});

			assert.ok(sizes[0] < 65536 && sizes[1] < 65536, `${sizes}`);
			i += sizes[0] + sizes[1];
		}
	}
}

test('the workers are the same processes as before', async () => {
	assert.ok(manyPids.length > 0);
	assert.deepEqual(workerPids(), manyPids);
	assert.equal((await call('GET', '/healthz')).status, 200);
});

