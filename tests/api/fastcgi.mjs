/*
 * FastCGI from the web server's side, byte by byte: for peers that do what
 * nginx never would.
 */
import net from 'node:net';

export const BEGIN = 1, ABORT = 2, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;
export const GET_VALUES = 9, GET_VALUES_RESULT = 10, UNKNOWN_TYPE = 11;
export const RESPONDER = 1, AUTHORIZER = 2, FILTER = 3, KEEP_CONN = 1;

export function record(type, id, content = '', { version = 1, padding = 0 } = {}) {
	const body = Buffer.from(content);
	const head = Buffer.from([version, type, id >> 8, id & 255,
		body.length >> 8, body.length & 255, padding, 0]);

	return Buffer.concat([head, body, Buffer.alloc(padding)]);
}

export function begin({ id = 1, role = RESPONDER, flags = 0 } = {}) {
	return record(BEGIN, id, [0, role, flags, 0, 0, 0, 0, 0]);
}

function length(n) {
	if (n < 128)
		return Buffer.from([n]);
	const four = Buffer.alloc(4);

	four.writeUInt32BE((n | 0x80000000) >>> 0);
	return four;
}

export function pairs(values) {
	return Buffer.concat(values.flatMap(([name, value]) => {
		const [a, b] = [Buffer.from(name), Buffer.from(value)];

		return [length(a.length), length(b.length), a, b];
	}));
}

export const target = (method, uri, more = []) =>
	[['REQUEST_METHOD', method], ['REQUEST_URI', uri], ...more];

export function params(values, id = 1) {
	const bytes = pairs(values);
	const records = [];

	for (let i = 0; i < bytes.length; i += 65535)
		records.push(record(PARAMS, id, bytes.subarray(i, i + 65535)));
	return Buffer.concat([...records, record(PARAMS, id)]);
}

export const noBody = (id = 1) => record(STDIN, id);

export const GOOD = Buffer.concat([begin(), params(target('GET', '/healthz')), noBody()]);

export function parseRecords(bytes) {
	const records = [];
	let at = 0;

	while (at + 8 <= bytes.length) {
		const size = bytes.readUInt16BE(at + 4);

		records.push({
			version: bytes[at], type: bytes[at + 1], id: bytes.readUInt16BE(at + 2),
			content: bytes.subarray(at + 8, at + 8 + size),
		});
		at += 8 + size + bytes[at + 6];
	}
	return records;
}

/*
 * Say something to the worker, at once or in pieces, and listen until it closes,
 * or for so long.
 * `halfClose`: nothing more will come from us; `next`: what to say after each
 * end of a request; `until` the records so far are enough. Returns the records, the text
 * of the reply, its status, and how it ended: "closed", "waiting" or an error.
 */
export function exchange(path, bytes, { seconds = 20, halfClose, leave, next, until } = {}) {
	return new Promise((resolve) => {
		const chunks = [];
		const socket = net.connect({ path, allowHalfOpen: true });
		const done = (ended) => {
			const records = parseRecords(Buffer.concat(chunks));
			const text = Buffer.concat(records.filter((r) => r.type === STDOUT)
			    .map((r) => r.content)).toString();

			clearTimeout(timer);
			socket.destroy();
			resolve({ ended, records, text,
				status: Number(text.match(/^Status: (\d+)/)?.[1]) });
		};
		const timer = setTimeout(() => done('waiting'), seconds * 1000);

		socket.on('data', (chunk) => {
			chunks.push(chunk);
			const records = parseRecords(Buffer.concat(chunks));

			if (until?.(records))
				done('seen');
			else if (records.at(-1)?.type === END && next?.length)
				socket.write(next.shift());
		});
		socket.on('end', () => done('closed'));
		socket.on('error', (err) => done(err.code));
		const pieces = [bytes].flat();
		const write = () => {
			if (!socket.destroyed && pieces.length > 0)
				socket.write(pieces.shift(), () => setImmediate(write));
			else if (halfClose)
				socket.end();
		};

		write();
		if (leave)
			setTimeout(() => done('left'), 20);
	});
}
