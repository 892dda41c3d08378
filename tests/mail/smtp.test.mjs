/* The way to a mail server: connections, TLS, signing in. */
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';

import { FROM, PASSWORD, makeCertificates, send, startScript, startServer }
    from './harness.mjs';

const trusted = makeCertificates('trusted');
const stranger = makeCertificates('stranger');
const elsewhere = makeCertificates('elsewhere', 'DNS:mail.example,IP:127.0.0.9');
const LOGIN = { SMTP_USER: 'mailer', SMTP_PASSWORD: PASSWORD };

/* The one line of a mail that was not sent. */
async function refused(settings, mail, options) {
	const { lines, ms } = await send(settings, mail, options);

	assert.equal(lines.length, 1);
	assert.ok(!lines[0].includes(PASSWORD));
	return { line: lines[0], ms };
}

test('a mail goes over plain SMTP', async () => {
	const server = await startServer({ size: 100000 });
	const { lines } = await send(server.settings);

	assert.deepEqual(lines, ['OK']);
	assert.equal(server.mails.length, 1);
	const [mail] = server.mails;
	assert.equal(mail.from.address, FROM);
	assert.deepEqual(mail.to.map((to) => to.address), ['ada@example.com']);
	assert.equal(mail.hello, 'atrium.example');
	assert.equal(Number(mail.from.args.SIZE), mail.bytes.length);
});

test('a hundred mails go over one connection', async () => {
	const server = await startServer();
	const { lines } = await send(server.settings, {}, ['-n', '100']);

	assert.deepEqual(lines, Array(100).fill('OK'));
	assert.equal(server.mails.length, 100);
	assert.equal(server.connections(), 1);
});

test('a connection that the server closed meanwhile is replaced', async () => {
	const server = await startServer({ socketTimeout: 200 });
	const { lines } = await send(server.settings, {}, ['-n', '3', '-p', '600']);

	assert.deepEqual(lines, ['OK', 'OK', 'OK']);
	assert.equal(server.mails.length, 3);
	assert.equal(server.connections(), 3);
});

test('STARTTLS with a CA of our own, one connection for all', async () => {
	const server = await startServer({ ...trusted.tls });
	const { lines } = await send({ ...server.settings, SMTP_TLS: 'true',
	    SMTP_CA_FILE: trusted.ca }, {}, ['-n', '20']);

	assert.deepEqual(lines, Array(20).fill('OK'));
	assert.ok(server.mails.every((mail) => mail.secure));
	assert.equal(server.mails.length, 20);
	assert.equal(server.connections(), 1);
});

test('implicit TLS, by address and by name', async () => {
	const server = await startServer({ ...trusted.tls, secure: true });

	for (const SMTP_HOST of ['127.0.0.1', 'localhost']) {
		const { lines } = await send({ ...server.settings, SMTP_HOST,
		    SMTP_SSL: 'true', SMTP_CA_FILE: trusted.ca }, {}, ['-n', '2']);

		assert.deepEqual(lines, ['OK', 'OK']);
	}
	assert.equal(server.mails.length, 4);
	assert.equal(server.connections(), 2);
});

test('signing in, over TLS', async () => {
	const server = await startServer({ ...trusted.tls, authOptional: false });
	const { lines } = await send({ ...server.settings, ...LOGIN,
	    SMTP_TLS: 'true', SMTP_CA_FILE: trusted.ca }, {}, ['-n', '3']);

	assert.deepEqual(lines, ['OK', 'OK', 'OK']);
	assert.equal(server.logins.length, 1);
	assert.ok(server.logins[0].secure);
	assert.equal(server.mails[2].user, 'mailer');
});

test('signing in without TLS, when SMTP_TLS=false says so', async () => {
	const server = await startServer({ authOptional: false,
	    allowInsecureAuth: true });
	const { lines } = await send({ ...server.settings, ...LOGIN });

	assert.deepEqual(lines, ['OK']);
	assert.equal(server.logins.length, 1);
});

test('a wrong password is for later, and is not told', async () => {
	const server = await startServer({ ...trusted.tls, authOptional: false });
	const wrong = 'hunter2 hunter2';
	const { line } = await refused({ ...server.settings, SMTP_USER: 'mailer',
	    SMTP_PASSWORD: wrong, SMTP_TLS: 'true', SMTP_CA_FILE: trusted.ca });

	assert.match(line, /^BUSY: The mail server 127\.0\.0\.1:\d+ .*535/);
	assert.ok(!line.includes(wrong));
	assert.equal(server.mails.length, 0);
});

test('a server that repeats the password is not quoted', async () => {
	const plain = Buffer.from(`\0mailer\0${PASSWORD}`).toString('base64');
	const single = Buffer.from(PASSWORD).toString('base64');

	for (const echo of [PASSWORD, plain, single]) {
		const script = await startScript({ EHLO: '250-script\n250 AUTH PLAIN',
		    AUTH: `535-no\n535 I do not know ${echo}` });
		const { line } = await refused({ ...script.settings, ...LOGIN });

		assert.match(line, /^BUSY: .*"535 no \(a text with the password\)"/);
		assert.ok(!line.includes(plain) && !line.includes(single));
	}
});

test('a server that wants a sign-in and gets none: later', async () => {
	const server = await startServer({ authOptional: false,
	    allowInsecureAuth: true });
	const { line } = await refused(server.settings);

	assert.match(line, /^BUSY: .*530/);
	assert.equal(server.mails.length, 0);
});

test('STARTTLS that is not offered: nothing is sent, no password', async () => {
	const script = await startScript({ EHLO: '250-script\n250 AUTH PLAIN LOGIN' });
	const { line } = await refused({ ...script.settings, ...LOGIN,
	    SMTP_TLS: 'true' });

	assert.match(line, /^BUSY: The mail server .*STARTTLS/);
	assert.ok(script.heard.every((said) => /^(EHLO|HELO|QUIT)/.test(said)),
	    script.heard.join('\n'));
	assert.equal(script.mails.length, 0);
});

test('STARTTLS that is refused: nothing is sent, no password', async () => {
	const script = await startScript({
		EHLO: '250-script\n250-STARTTLS\n250 AUTH PLAIN LOGIN',
		STARTTLS: '454 not now' });
	const { line } = await refused({ ...script.settings, ...LOGIN,
	    SMTP_TLS: 'true' });

	assert.match(line, /^BUSY: .*454 not now/);
	assert.ok(!script.heard.some((said) => /^(AUTH|MAIL)/.test(said)));
});

test('words smuggled in before TLS are not believed', async () => {
	const script = await startScript({
		EHLO: '250-script\n250-STARTTLS\n250 AUTH PLAIN',
		STARTTLS: '220 go\n250-script\n250 AUTH PLAIN\n235 welcome' });
	const { line } = await refused({ ...script.settings, ...LOGIN,
	    SMTP_TLS: 'true' });

	assert.match(line, /^BUSY: /);
	assert.ok(!script.heard.some((said) => /^(AUTH|MAIL)/.test(said)));
});

for (const [kind, options, settings] of [
	['STARTTLS', {}, { SMTP_TLS: 'true' }],
	['implicit TLS', { secure: true }, { SMTP_SSL: 'true' }],
]) {
	test(`${kind}, a certificate of a stranger: nothing is sent`, async () => {
		const server = await startServer({ ...trusted.tls, ...options });

		for (const SMTP_CA_FILE of [stranger.ca, '']) {
			const { line } = await refused({ ...server.settings, ...LOGIN,
			    ...settings, SMTP_CA_FILE });

			assert.match(line, /^BUSY: .*certificate/);
		}
		assert.equal(server.mails.length + server.logins.length, 0);
	});

	test(`${kind}, a certificate for another name: nothing is sent`, async () => {
		const server = await startServer({ ...elsewhere.tls, ...options });

		for (const SMTP_HOST of ['127.0.0.1', 'localhost']) {
			const { line } = await refused({ ...server.settings, ...LOGIN,
			    ...settings, SMTP_HOST, SMTP_CA_FILE: elsewhere.ca });

			assert.match(line, /^BUSY: .*certificate/);
		}
		assert.equal(server.mails.length + server.logins.length, 0);
	});
}

test('no server at the port: later, at once', async () => {
	const probe = net.createServer();
	await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port } = probe.address();
	await new Promise((resolve) => probe.close(resolve));
	const { line, ms } = await refused({ SMTP_HOST: '127.0.0.1',
	    SMTP_PORT: String(port) });

	assert.match(line, new RegExp(`^BUSY: The mail server 127\\.0\\.0\\.1:${port} .*refused`));
	assert.ok(ms < 3000);
});

test('a name that does not exist: later', async () => {
	const { line } = await refused({ SMTP_HOST: 'mail.invalid' });

	assert.match(line, /^BUSY: The mail server mail\.invalid:587 /);
});

for (const step of ['GREETING', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END'])
	test(`a server that falls silent at ${step}: later, in time`, async () => {
		const script = await startScript({ [step]: '' });
		const { line, ms } = await refused(script.settings, {}, ['-t', '700']);

		assert.match(line, /^BUSY: .*(timed out|timeout)/i);
		assert.ok(ms > 500 && ms < 3000, `${ms} ms`);
	});

for (const step of ['GREETING', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END'])
	test(`a server that hangs up at ${step}: later`, async () => {
		const script = await startScript({ [step]: null });
		const { line } = await refused(script.settings);

		assert.match(line, /^BUSY: The mail server /);
	});

test('a server that does not answer QUIT holds nobody up', async () => {
	const script = await startScript({ QUIT: '' });
	const { lines, ms } = await send(script.settings);

	assert.deepEqual(lines, ['OK']);
	assert.ok(ms < 4000, `${ms} ms`);
});

test('a server that refuses and then is silent holds nobody up', async () => {
	const script = await startScript({ RCPT: '550 no', QUIT: '' });
	const { line, ms } = await refused(script.settings, {}, ['-t', '700']);

	assert.match(line, /^INVALID: .*"550 no"/);
	assert.ok(ms < 4000, `${ms} ms`);
});

test('so does one that refuses the sign-in and then is silent', async () => {
	const script = await startScript({ EHLO: '250-script\n250 AUTH PLAIN',
	    AUTH: '535 no', QUIT: '' });
	const { line, ms } = await refused({ ...script.settings, ...LOGIN }, {},
	    ['-t', '700']);

	assert.match(line, /^BUSY: .*"535 no"/);
	assert.ok(ms < 4000, `${ms} ms`);
});

test('the last word is QUIT', async () => {
	const script = await startScript({ NOOP: '250 fine' });

	await send(script.settings, {}, ['-n', '2']);
	assert.deepEqual(script.heard.map((line) => line.split(/[ :]/)[0]),
	    ['EHLO', 'MAIL', 'RCPT', 'DATA', 'MAIL', 'RCPT', 'DATA', 'NOOP', 'QUIT']);
});

test('an answer that is no SMTP', async () => {
	for (const GREETING of ['HTTP/1.1 400 Bad Request', '999 what', 'x'.repeat(5000)]) {
		const script = await startScript({ GREETING });
		const { line } = await refused(script.settings, {}, ['-t', '700']);

		assert.match(line, /^BUSY: The mail server /);
		assert.ok(line.length < 700, line);
	}
});
