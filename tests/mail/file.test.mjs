/* Mails as files, and `atrium mail`, which shows them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import PostalMime from 'postal-mime';

import { dir, run, send } from './harness.mjs';

let folders = 0;

/* A folder that does not exist yet, and the settings that name it. */
function newFolder() {
	const MAIL_DIR = path.join(dir, `made-${++folders}`, 'mail');

	return { MAIL_DIR, settings: { MAIL_DIR } };
}

/* `atrium mail ...`: { status, out, err }. */
const atrium = (settings, ...args) => run('atrium', ['mail', ...args], settings);

test('a mail is a file with a date and an id, for its owner alone', async () => {
	const { MAIL_DIR, settings } = newFolder();
	const { lines } = await send(settings, { subject: 'Grüße' });
	const name = '20261121T030000-0198-test.eml';
	const file = path.join(MAIL_DIR, name);

	assert.deepEqual(lines, ['OK']);
	assert.deepEqual(fs.readdirSync(MAIL_DIR), [name]);
	assert.equal(fs.statSync(file).mode & 0o777, 0o600);
	assert.equal(fs.statSync(MAIL_DIR).mode & 0o777, 0o700);
	const parsed = await PostalMime.parse(fs.readFileSync(file));
	assert.equal(parsed.subject, 'Grüße');
	assert.deepEqual(parsed.from,
	    { address: 'noreply@atrium.example', name: 'Atrium' });
});

test('without EMAILS_FROM_EMAIL it is from noreply@localhost', async () => {
	const { MAIL_DIR, settings } = newFolder();

	await send({ ...settings, EMAILS_FROM_EMAIL: '' });
	const text = fs.readFileSync(path.join(MAIL_DIR,
	    '20261121T030000-0198-test.eml'), 'latin1');
	assert.match(text, /^From: Atrium <noreply@localhost>\r\n/);
	assert.match(text, /^Message-ID: <0198-test@localhost>\r$/m);
});

test('the same mail again overwrites its own file, and no other', async () => {
	const { MAIL_DIR, settings } = newFolder();

	await send(settings, {}, ['-i', 'id-1', '-s', '1000000000']);
	await send(settings, { text: 'again' }, ['-i', 'id-1', '-s', '1000000000']);
	await send(settings, {}, ['-i', 'x-id-1', '-s', '1000000000']);
	assert.deepEqual(fs.readdirSync(MAIL_DIR).sort(), [
		'20010909T014640-id-1.eml', '20010909T014640-x-id-1.eml']);
	assert.match(fs.readFileSync(path.join(MAIL_DIR,
	    '20010909T014640-id-1.eml'), 'latin1'), /\r\nagain\r\n/);
});

test('several at once: each file is whole, and nothing else is left', async () => {
	const { MAIL_DIR, settings } = newFolder();
	const text = 'line\n'.repeat(5000);
	const runs = ['a', 'a', 'b', 'b'].map((id) => send(settings, { text },
	    ['-i', id, '-n', '25']));
	let partial = 0, looks = 0;

	const watch = setInterval(() => {
		for (const name of fs.existsSync(MAIL_DIR) ?
		    fs.readdirSync(MAIL_DIR) : []) {
			if (!name.endsWith('.eml'))
				continue;
			const mail = fs.readFileSync(path.join(MAIL_DIR, name), 'latin1');

			looks++;
			partial += !mail.endsWith('--\r\n');
		}
	}, 5);
	for (const { lines } of await Promise.all(runs))
		assert.deepEqual(lines, Array(25).fill('OK'));
	clearInterval(watch);
	assert.equal(partial, 0);
	assert.ok(looks > 0);
	assert.equal(fs.readdirSync(MAIL_DIR).length, 50);
});

test('a folder that goes away while it is used is made again', async () => {
	const { MAIL_DIR, settings } = newFolder();
	const sending = send(settings, {}, ['-n', '2', '-p', '800']);

	await new Promise((resolve) => setTimeout(resolve, 400));
	fs.rmSync(path.dirname(MAIL_DIR), { recursive: true });
	assert.deepEqual((await sending).lines, ['OK', 'OK']);
	assert.equal(fs.readdirSync(MAIL_DIR).length, 1);
});

test('a folder that becomes a file: later, and says what to do', async () => {
	const { MAIL_DIR, settings } = newFolder();
	const sending = send(settings, {}, ['-n', '2', '-p', '800']);

	await new Promise((resolve) => setTimeout(resolve, 400));
	fs.rmSync(MAIL_DIR, { recursive: true });
	fs.writeFileSync(MAIL_DIR, '');
	const { lines } = await sending;
	assert.equal(lines[0], 'OK');
	assert.match(lines[1], /^BUSY: .*MAIL_DIR \(.*\): .*\. Make it a folder/);
});

test('hostile mails do not become files either', async () => {
	const { MAIL_DIR, settings } = newFolder();

	for (const mail of [{ subject: 'a\nb' }, { to: 'a@b.example\n' }])
		assert.match((await send(settings, mail)).lines[0], /^INVALID: /);
	assert.match((await send(settings, {}, ['-i', '../x'])).lines[0], /^INVALID/);
	assert.deepEqual(fs.readdirSync(MAIL_DIR), []);
});

/* Three mails; the middle one hostile in its way. */
async function filled() {
	const { MAIL_DIR, settings } = newFolder();

	await send(settings, { subject: 'Oldest' }, ['-i', 'a', '-s', '1000000000']);
	await send(settings, { subject: 'Grüße – 汉字', to: 'eve@bücher.example',
	    text: 'red \x1b[31m and \u009b31m\tend\n\u202edrawkcab\nlast line',
	    html: '<b>\x1b]0;title\x07 ü</b>' }, ['-i', 'b', '-s', '1000000001']);
	await send(settings, { subject: 'Newest', text: 'Dear all,\n' },
	    ['-i', 'c', '-s', '1000000002']);
	return { MAIL_DIR, settings };
}

test('atrium mail ls: the newest first', async () => {
	const { settings } = await filled();
	const { status, out, err } = await atrium(settings, 'ls');

	assert.deepEqual([status, err], [0, '']);
	assert.deepEqual(out.trimEnd().split('\n').map((line) =>
	    line.trim().split(/ {2,}/)), [
		['1', '2001-09-09 01:46:42', '<ada@example.com>', 'Newest',
		    '20010909T014642-c.eml'],
		['2', '2001-09-09 01:46:41', '<eve@xn--bcher-kva.example>',
		    'Grüße – 汉字', '20010909T014641-b.eml'],
		['3', '2001-09-09 01:46:40', '<ada@example.com>', 'Oldest',
		    '20010909T014640-a.eml'],
	]);
});

test('atrium mail ls --limit', async () => {
	const { settings } = await filled();
	const { status, out, err } = await atrium(settings, 'ls', '--limit', '2');

	assert.equal(status, 0);
	assert.equal(out.split('\n').length, 3);
	assert.match(err, /1 older ones are not shown/);
	for (const limit of ['0', '-1', 'x', '', '99999999999999999999'])
		assert.equal((await atrium(settings, 'ls', '--limit', limit)).status, 64);
});

test('atrium mail show N and FILE', async () => {
	const { MAIL_DIR, settings } = await filled();
	const name = '20010909T014642-c.eml';
	const wanted = 'From: Atrium <noreply@atrium.example>\n' +
	    'To: <ada@example.com>\nSubject: Newest\n' +
	    'Date: Sun, 09 Sep 2001 01:46:42 +0000\n' +
	    'Message-ID: <c@atrium.example>\n\nDear all,\n';

	for (const which of ['1', name, path.join(MAIL_DIR, name)]) {
		const { status, out, err } = await atrium(settings, 'show', which);

		assert.deepEqual([status, out, err], [0, wanted, '']);
	}
	const html = await atrium(settings, 'show', '--html', '1');
	assert.equal(html.out, '<p>Hi.</p>\n');
	const raw = await atrium(settings, 'show', '1', '--raw');
	assert.deepEqual(raw.bytes, fs.readFileSync(path.join(MAIL_DIR, name)));
});

test('atrium mail show: a terminal gets no command from a mail', async () => {
	const { settings } = await filled();
	const { out } = await atrium(settings, 'show', '2');

	assert.equal(out.split('\n\n')[1], 'red \\x1B[31m and \\xC2\\x9B31m\tend\n' +
	    '\\xE2\\x80\\xAEdrawkcab\nlast line\n');
	assert.equal((await atrium(settings, 'show', '2', '--html')).out,
	    '<b>\\x1B]0;title\\x07 ü</b>\n');
});

/* Files that we never wrote. */
const STRANGE = {
	'empty': '',
	'no headers': 'just text',
	'escapes': 'From: \x1b[2J\nTo: a\x00b\nSubject: \x1b]0;x\x07\n\n\x1b[31m',
	'escapes, encoded': 'Subject: =?UTF-8?B?G1syShtdMDt4Bw==?= ' +
	    '=?utf-8?q?=1B=5B2J?=\n' +
	    'Content-Transfer-Encoding: base64\n\nG1syShtdMDt4Bw==',
	'not UTF-8': 'Subject: \xff\xfe\x80\n\n\xc3\x28\xed\xa0\x80',
	'open words': 'Subject: =?UTF-8?B? =?UTF-8?Q?a =?UTF-8?X?a?= =?=\n\n=',
	'a boundary never closed': 'Content-Type: multipart/alternative; ' +
	    'boundary=x\n\n--x\n\nonly\n',
	'no boundary': 'Content-Type: multipart/mixed\n\n--\n',
	'boundaries only': `Content-Type: multipart/mixed; boundary=\n` +
	    `\n${'--\n'.repeat(5000)}`,
	'many parts': `Content-Type: multipart/mixed; boundary=x\n\n` +
	    '--x\n\n\x1b\n'.repeat(5000),
	'a long header': `Subject: ${'a'.repeat(100000)}\n ${'\x1b'.repeat(9)}\n\n`,
	'folds without end': `Subject: a\n${' \x1b\n'.repeat(50000)}`,
	'a cut quoted-printable': 'Content-Transfer-Encoding: quoted-printable\n\n' +
	    'a=\r\nb=1=1B=1b=',
};

for (const [name, bytes] of Object.entries(STRANGE))
	test(`a strange file is shown harmlessly: ${name}`, async () => {
		const { MAIL_DIR, settings } = newFolder();

		fs.mkdirSync(MAIL_DIR, { recursive: true });
		fs.writeFileSync(path.join(MAIL_DIR, 'x\x1b[2J.eml'),
		    Buffer.from(bytes, 'latin1'));
		for (const args of [['ls'], ['show', '1'], ['show', '1', '--html']]) {
			const { status, bytes: out } = await atrium(settings, ...args);
			const text = new TextDecoder('utf-8', { fatal: true }).decode(out);

			assert.equal(status, 0);
			assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
		}
	});

test('what is no file of a mail is not listed, or is refused', async () => {
	const { MAIL_DIR, settings } = await filled();

	fs.writeFileSync(path.join(MAIL_DIR, '.new-Ab12Cd'), 'half');
	fs.writeFileSync(path.join(MAIL_DIR, 'notes.txt'), 'x');
	fs.mkdirSync(path.join(MAIL_DIR, 'folder.eml'));
	assert.equal((await atrium(settings, 'ls')).out.split('\n').length, 5);
	assert.equal((await atrium(settings, 'show', 'folder.eml')).status, 1);
	assert.equal((await atrium(settings, 'show', '/dev/zero')).status, 1);
	const { status, err } = await atrium(settings, 'show', 'gone.eml');
	assert.equal(status, 1);
	assert.match(err, /gone\.eml cannot be read: .*atrium mail ls/);
	assert.match((await atrium(settings, 'show', '9')).err,
	    /no mail 9: "atrium mail ls" shows 4/);
});

test('no folder yet: what to do', async () => {
	const { settings } = newFolder();

	for (const args of [['ls'], ['show', '1']]) {
		const { status, out, err } = await atrium(settings, ...args);

		assert.deepEqual([status, out], [1, '']);
		assert.match(err, /There is no mail yet.*atrium tasks.*MAIL_DIR/);
	}
});

test('SMTP_HOST is set: it says where the mails are', async () => {
	const { settings } = await filled();
	const { status, out, err } = await atrium(
	    { ...settings, SMTP_HOST: 'mail.example.com' }, 'ls');

	assert.equal(status, 0);
	assert.equal(out.split('\n').length, 4);
	assert.match(err, /SMTP_HOST is set: mails go to mail\.example\.com/);
});

test('wrong arguments', async () => {
	const { settings } = newFolder();

	for (const args of [[], ['x'], ['ls', 'x'], ['ls', '--html'], ['show'],
	    ['show', '1', '2'], ['show', '1', '--limit', '3'], ['show', '--x', '1'],
	    ['show', '1', '--html', '--raw'], ['ls', '--limit']]) {
		const { status, err } = await atrium(settings, ...args);

		assert.equal(status, 64, args.join(' '));
		assert.match(err, /^atrium mail: .*\.\nUsage: atrium mail/);
	}
	const help = await atrium(settings, '--help');
	assert.deepEqual([help.status, help.err], [0, '']);
	assert.match(help.out, /^Usage: atrium mail ls/);
});
