/*
 * What the mail tests share: a folder, certificates, SMTP servers (one by the
 * book, one that says whatever a test wants), and the program that sends.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { SMTPServer } from 'smtp-server';

export const BIN = process.env.ATRIUM_TEST_BIN;
export const PASSWORD = 'wrong horse, battery!';
export const FROM = 'noreply@atrium.example';

export const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'atrium-mail-'));
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const SETTINGS = {
	PATH: process.env.PATH,
	ATRIUM_ENV_FILE: '/dev/null',
	ENVIRONMENT: 'development',
	SECRET_KEY: '0123456789abcdef0123456789abcdef',
	DATABASE_URL: 'mysql://nobody@localhost/none',
	EMAILS_FROM_EMAIL: FROM,
	SMTP_TLS: 'false',
	ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
	UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? '',
};

/* A program of the build to its end: { status, out, err, ms }. */
export function run(name, args, settings = {}) {
	return new Promise((resolve, reject) => {
		const start = Date.now();
		const child = spawn(path.join(BIN, name), args, {
			cwd: dir, env: { ...SETTINGS, ...settings },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const out = [], err = [];

		child.stdout.on('data', (data) => out.push(data));
		child.stderr.on('data', (data) => err.push(data));
		child.on('error', reject);
		child.on('close', (status) => {
			const bytes = Buffer.concat(out);
			const said = Buffer.concat(err).toString();

			if (/Sanitizer|runtime error:/.test(said))
				reject(new Error(said));
			else
				resolve({ status, bytes, out: bytes.toString(),
				    err: said, ms: Date.now() - start });
		});
	});
}

/* The mails that a test sends, unless it says otherwise. */
export const MAIL = {
	to: 'ada@example.com', subject: 'Hello', text: 'Hi.\n', html: '<p>Hi.</p>\n',
};

/* { lines, ms } of tests/mail/send; options as its usage says. */
export async function send(settings, mail = {}, options = []) {
	const m = { ...MAIL, ...mail };
	const { status, out, err, ms } = await run('tests/mail/send',
	    [...options, '--', m.to, m.subject, m.text, m.html], settings);

	if (![0, 1, 78].includes(status) || !/^[A-Z_]+(: |\n)/.test(out))
		throw new Error(`send: ${status}\n${out}${err}`);
	return { lines: out.trimEnd().split('\n'), ms };
}

/* A CA, and a certificate of its for some names. */
export function makeCertificates(name, names = 'DNS:localhost,IP:127.0.0.1') {
	const at = (file) => path.join(dir, `${name}-${file}`);
	const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });

	openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt',
	    'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
	    `/CN=${name} test CA`, '-keyout', at('ca.key'), '-out', at('ca.pem'));
	openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
	    '-nodes', '-subj', '/CN=localhost', '-keyout', at('key.pem'),
	    '-out', at('request.pem'));
	fs.writeFileSync(at('names'), `subjectAltName=${names}\n`);
	openssl('x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'),
	    '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2',
	    '-extfile', at('names'), '-out', at('cert.pem'));
	return {
		ca: at('ca.pem'),
		tls: { key: fs.readFileSync(at('key.pem')),
		    cert: fs.readFileSync(at('cert.pem')) },
	};
}

/*
 * npm's smtp-server. Mails that arrive whole are in `mails`: their bytes, the
 * envelope, and the session that they came in.
 */
export async function startServer(options = {}) {
	const mails = [], logins = [];
	let connections = 0;
	const server = new SMTPServer({
		disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
		authOptional: true,
		disableReverseLookup: true,
		logger: false,
		onConnect(session, done) {
			connections++;
			done();
		},
		onAuth(auth, session, done) {
			logins.push({ ...auth, secure: session.secure });
			if (auth.username === 'mailer' && auth.password === PASSWORD)
				done(null, { user: auth.username });
			else
				done(Object.assign(new Error('no such login'),
				    { responseCode: 535 }));
		},
		onData(stream, session, done) {
			const parts = [];

			stream.on('data', (data) => parts.push(data));
			stream.on('end', () => {
				mails.push({ bytes: Buffer.concat(parts),
				    from: session.envelope.mailFrom,
				    to: session.envelope.rcptTo,
				    user: session.user, secure: session.secure,
				    hello: session.hostNameAppearsAs });
				done(null, 'taken');
			});
		},
		...options,
	});

	server.on('error', () => {});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	after(() => new Promise((resolve) => server.close(resolve)));
	return {
		mails, logins, server,
		connections: () => connections,
		settings: { SMTP_HOST: '127.0.0.1',
		    SMTP_PORT: String(server.server.address().port) },
	};
}

/*
 * A server that answers by a table: GREETING, EHLO, MAIL, RCPT, DATA, END (of
 * the message), AUTH, QUIT. An answer is a line, '' for silence, or null for
 * a hang-up. What it heard is in `heard`, messages that ended in `mails`.
 */
export async function startScript(table = {}) {
	const heard = [], mails = [], sockets = new Set();
	const answers = { GREETING: '220 script ESMTP', EHLO: '250 script',
	    HELO: '250 script', MAIL: '250 fine', RCPT: '250 fine',
	    DATA: '354 go on', END: '250 taken', QUIT: '221 bye', ...table };
	const answer = (socket, name) => {
		const text = name in answers ? answers[name] : '502 what?';

		if (text === null)
			socket.destroy();
		else if (text !== '')
			socket.write(`${text.replace(/\r?\n/g, '\r\n')}\r\n`);
	};
	const server = net.createServer((socket) => {
		let text = '', inData = false;

		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
		socket.on('data', (data) => {
			const step = () => {
				const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n');

				if (end < 0)
					return false;
				const line = text.slice(0, end);
				text = text.slice(end + (inData ? 5 : 2));
				if (inData) {
					mails.push(line);
					inData = false;
					answer(socket, 'END');
					return true;
				}
				heard.push(line);
				const verb = line.split(/[ :]/)[0].toUpperCase();
				inData = verb === 'DATA' &&
				    String(answers.DATA).startsWith('354');
				answer(socket, verb);
				return true;
			};

			text += data.toString('latin1');
			while (step())
				continue;
		});
		answer(socket, 'GREETING');
	});

	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	after(() => {
		for (const socket of sockets)
			socket.destroy();
		server.close();
	});
	return { heard, mails, settings: { SMTP_HOST: '127.0.0.1',
	    SMTP_PORT: String(server.address().port) } };
}
