/*
 * Mail as an installation sends it: a stack with SMTP_HOST, and a server that
 * receives. Each of the three mails arrives, and the links in them work.
 */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';

import { SMTPServer } from 'smtp-server';

import {
	account, api, expect, logIn, newEmail, newPassword, superuser, target,
} from './client.mjs';
import { parseMail, tokenOf } from './mail.mjs';
import { eventually, ownStack } from './stack.mjs';

const SENDER = 'atrium@mail.example.com';
const received = [];
let refuse = 0;
let server, own, more;

function receive(stream, session, done) {
	const chunks = [];

	stream.on('data', (chunk) => chunks.push(chunk));
	stream.on('end', () => {
		if (refuse > 0) {
			refuse--;
			done(Object.assign(new Error('try again'), { responseCode: 451 }));
			return;
		}
		received.push({ from: session.envelope.mailFrom.address,
			to: session.envelope.rcptTo.map(({ address }) => address),
			...parseMail(Buffer.concat(chunks).toString('latin1')) });
		done();
	});
}

before(async () => {
	server = new SMTPServer({ disabledCommands: ['STARTTLS', 'AUTH'], onData: receive });
	await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
	own = ownStack({ SMTP_HOST: '127.0.0.1', SMTP_PORT: server.server.address().port,
		SMTP_TLS: 'false', EMAILS_FROM_EMAIL: SENDER, EMAILS_FROM_NAME: 'Atrium Post',
		PROJECT_NAME: 'Café <&> Co' });
	more = { on: await target(own.url), stack: own };
});

after(async () => {
	own?.stop();
	await new Promise((resolve) => { server.close(resolve); });
});

/* The mail to that address, which is the only one. */
async function arrived(address) {
	const mine = () => received.filter(({ to }) => to.includes(address));

	await eventually(`a mail to ${address}`, () => mine().length > 0);
	assert.equal(mine().length, 1);
	const [mail] = mine();
	assert.equal(mail.from, SENDER);
	assert.match(mail.headers.from, /Atrium Post.*<atrium@mail\.example\.com>/);
	assert.equal(mail.headers.to, `<${address}>`);
	return mail;
}

/* The page of the link is there, and its token sets the password. */
async function linkWorks(mail, email) {
	const password = newPassword();
	const token = tokenOf(mail, own.url);
	const page = await fetch(`${own.url}/reset-password?token=${token}`);

	assert.equal(page.status, 200);
	assert.match(page.headers.get('content-type'), /^text\/html/);
	assert.ok(mail.text.includes(`${own.url}/reset-password?token=${token}`));
	expect(await api('POST', '/reset-password/',
	    { json: { token, new_password: password }, ...more }), {});
	expect(await logIn(email, password, { more }), {});
}

test('a forgotten password', async () => {
	const { user } = await account({}, more);

	expect(await api('POST', `/password-recovery/${user.email}`, more), {});
	const mail = await arrived(user.email);
	assert.equal(mail.headers.subject,
	    `Café <&> Co - Password recovery for user ${user.email}`);
	assert.ok(mail.html.includes('Café &lt;&amp;&gt; Co'));
	await linkWorks(mail, user.email);
});

test('a new account', async () => {
	const admin = await superuser({}, more);
	const email = newEmail(), password = newPassword();

	expect(await api('POST', '/users/',
	    { json: { email, password }, token: admin.token, ...more }), {});
	const mail = await arrived(email);
	assert.equal(mail.headers.subject, `Café <&> Co - New account for user ${email}`);
	assert.ok(!mail.raw.includes(password));
	await linkWorks(mail, email);
});

test('a test mail, at the second try', async () => {
	const admin = await superuser({}, more);
	const email = newEmail();

	refuse = 1;
	expect(await api('POST', `/utils/test-email/?email_to=${email}`,
	    { token: admin.token, ...more }), { status: 201 });
	const mail = await arrived(email);
	assert.equal(refuse, 0);
	assert.equal(mail.headers.subject, 'Café <&> Co - Test email');
});
