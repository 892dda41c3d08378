/* What a server's refusal means: never again, or later. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { MAIL, run, send, startScript, startServer } from './harness.mjs';

/*
 * The command that is refused, the answer, what follows, and a word of why.
 * A refusal of the session, the sign-in or the sender is about the settings.
 */
const ANSWERS = [
	['RCPT', '550 5.1.1 no such user', 'INVALID', 'refused the recipient'],
	['RCPT', '551 gone elsewhere', 'INVALID', 'refused the recipient'],
	['RCPT', '553 bad mailbox name', 'INVALID', 'refused the recipient'],
	['RCPT', '556 takes no mail', 'INVALID', 'refused the recipient'],
	['RCPT', '501 syntax', 'INVALID', 'refused the recipient'],
	['RCPT', '554 5.7.1 no relay', 'INVALID', 'refused the recipient'],
	['RCPT', '552 mailbox full', 'BUSY', 'refused the recipient'],
	['RCPT', '450 greylisted', 'BUSY', 'refused the recipient'],
	['RCPT', '451 later', 'BUSY', 'refused the recipient'],
	['RCPT', '452 too many', 'BUSY', 'refused the recipient'],
	['RCPT', '421 going down', 'BUSY', 'refused the recipient'],
	['RCPT', '530 5.7.0 sign in first', 'BUSY', 'refused the recipient'],
	['RCPT', '550-first line\n550 second line', 'INVALID',
	    '"550 first line second line"'],
	['MAIL', '530 5.7.0 STARTTLS first', 'BUSY', 'refused the sender'],
	['MAIL', '550 not your address', 'BUSY', 'EMAILS_FROM_EMAIL'],
	['MAIL', '552 too large', 'INVALID', 'refused the sender'],
	['MAIL', '451 later', 'BUSY', 'refused the sender'],
	['DATA', '554 no valid recipients', 'INVALID', 'refused the mail'],
	['DATA', '451 disk', 'BUSY', 'refused the mail'],
	['END', '554 5.7.1 spam', 'INVALID', 'refused the mail'],
	['END', '550 content', 'INVALID', 'refused the mail'],
	['END', '552 too large', 'INVALID', 'refused the mail'],
	['END', '451 try again', 'BUSY', 'refused the mail'],
	['GREETING', '554 no SMTP here', 'BUSY', '"554 no SMTP here"'],
	['GREETING', '421 too busy', 'BUSY', '"421 too busy"'],
];

for (const [step, answer, name, why] of ANSWERS)
	test(`${step}: ${answer.split('\n').pop()}: ${name}`, async () => {
		const script = await startScript({ [step]: answer });
		const { lines } = await send(script.settings, {}, ['-n', '2']);
		const { SMTP_HOST, SMTP_PORT } = script.settings;

		for (const line of lines) {
			assert.ok(line.startsWith(`${name}: The mail server ` +
			    `${SMTP_HOST}:${SMTP_PORT} `), line);
			assert.ok(line.includes(why), line);
			assert.ok(line.includes(answer.split('\n')[0].replace('-', ' ')),
			    line);
		}
		assert.equal(lines.length, 2);
	});

test('after a refusal the next mail goes', async () => {
	const server = await startServer({
		onRcptTo({ address }, session, done) {
			done(server.mails.length > 0 || server.seen++ > 0 ? null :
			    Object.assign(new Error('who?'), { responseCode: 550 }));
		},
	});
	server.seen = 0;
	const { lines } = await send(server.settings, {}, ['-n', '3']);

	assert.match(lines[0], /^INVALID: .*"550 who\?"/);
	assert.deepEqual(lines.slice(1), ['OK', 'OK']);
	assert.equal(server.mails.length, 2);
});

test('what a server says is one short line without control characters', async () => {
	const script = await startScript({
		RCPT: `550-\x1b]0;pwned\x07 \xff\n550 ${'long '.repeat(100)}` });
	const { lines } = await send(script.settings);

	assert.equal(lines.length, 1);
	assert.match(lines[0], /^INVALID: .*"550 \?\]0;pwned\? /);
	assert.match(lines[0], /^[ -~]{1,400}$/);
});

test('letters beyond ASCII: with SMTPUTF8', async () => {
	const script = await startScript({ EHLO: '250-script\n250-SIZE\n250 SMTPUTF8' });
	const { lines } = await send(script.settings, { to: 'jörg@bücher.example' },
	    ['-n', '2']);
	const text = (line) => Buffer.from(line, 'latin1').toString();

	assert.deepEqual(lines, ['OK', 'OK']);
	assert.match(script.heard[1], /^MAIL FROM:<noreply@atrium\.example>.* SMTPUTF8/);
	assert.equal(text(script.heard[2]), 'RCPT TO:<jörg@xn--bcher-kva.example>');
	assert.match(text(script.mails[1]),
	    /^To: <jörg@xn--bcher-kva\.example>\r$/m);
});

test('letters beyond ASCII: never without SMTPUTF8', async () => {
	const script = await startScript({ EHLO: '250-script\n250 SIZE' });
	const { lines } = await send(script.settings, { to: 'jörg@example.com' });

	assert.match(lines[0], /^INVALID: .*SMTPUTF8/);
	assert.equal(lines.length, 1);
	assert.ok(!script.heard.some((line) => /^(MAIL|RCPT)/.test(line)));
});

test('an international domain needs no SMTPUTF8', async () => {
	const script = await startScript();
	const { lines } = await send({ ...script.settings,
	    EMAILS_FROM_EMAIL: 'noreply@grüße.example' },
	    { to: 'a@bücher.example' });

	assert.deepEqual(lines, ['OK']);
	assert.equal(script.heard[1], 'MAIL FROM:<noreply@xn--gre-6ka8l.example>');
	assert.equal(script.heard[2], 'RCPT TO:<a@xn--bcher-kva.example>');
	assert.match(script.mails[0], /^Message-ID: <[0-9a-z-]+@xn--gre-6ka8l\.example>\r$/m);
});

/* A character that ends a header or a command, and the addresses that break
 * out of theirs. Nothing may reach the server. */
const HOSTILE = [
	['subject', 'Hi\r\nBcc: eve@example.com'],
	['subject', 'Hi\nBcc: eve@example.com'],
	['subject', 'Hi\rBcc: eve@example.com'],
	['subject', 'Hi\t'], ['subject', 'Hi\x1b[2J'], ['subject', 'Hi\x7f'],
	['subject', 'Hi\u0085'],
	['to', 'a@example.com>\r\nRCPT TO:<eve@example.com'],
	['to', 'a@example.com\r\nDATA'], ['to', 'a@example.com\n'],
	['to', 'a@example.com> SIZE=1'], ['to', 'a@example.com,eve@example.com'],
	['to', '<a@example.com>'], ['to', '"a b"@example.com'],
	['to', 'a b@example.com'], ['to', 'a@b@example.com'], ['to', 'a'],
	['to', ''], ['to', '@example.com'], ['to', 'a@'],
	['to', `${'a'.repeat(250)}@example.com`],
	['subject', 'x'.repeat(1200)],
];

test('nothing hostile reaches a server', async () => {
	const script = await startScript();

	for (const [field, value] of HOSTILE) {
		const { lines } = await send(script.settings, { [field]: value });

		assert.match(lines[0], /^INVALID: The (subject|recipient) of the mail /,
		    JSON.stringify(value));
		assert.equal(lines.length, 1);
	}
	assert.deepEqual(script.heard, []);
	for (const id of ['a/b', '', 'a@b', 'x'.repeat(65), 'a b', '../a']) {
		const { lines } = await send(script.settings, {}, ['-i', id]);

		assert.match(lines[0], /^INVALID: The id of the mail /);
	}
	assert.deepEqual(script.heard, []);
});

test('settings that cannot work are named before anything is sent', async () => {
	const CASES = [
		[{ SMTP_HOST: '127.0.0.1', SMTP_CA_FILE: '/no/such/file' }, /SMTP_CA_FILE/],
		[{ SMTP_HOST: 'a#b' }, /SMTP_HOST/],
		[{ SMTP_HOST: 'bücher.example' }, /SMTP_HOST/],
		[{ SMTP_HOST: 'h', EMAILS_FROM_NAME: 'a\r\nBcc: e@example.com' },
		    /EMAILS_FROM_NAME/],
		[{ PROJECT_NAME: 'a\u0007' }, /PROJECT_NAME/],
		[{ MAIL_DIR: '/dev/null/x' }, /MAIL_DIR/],
		[{ MAIL_DIR: '/dev/null' }, /MAIL_DIR/],
	];

	for (const [settings, why] of CASES) {
		const { status, out } = await run('tests/mail/send',
		    Object.values(MAIL), settings);

		assert.equal(status, 78);
		assert.match(out, /^NONE: .*\.\n$/);
		assert.match(out, why);
	}
});
