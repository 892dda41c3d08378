/*
 * The language of a mail: what the recipient has set, else what the browser of
 * the recipient asks for, else English. Each kind of mail, in each language.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { admin } from './access.mjs';
import { authenticator } from './authenticator.mjs';
import {
	account, api, expect, hex, newEmail, newPassword, target, unique,
} from './client.mjs';
import { mailTo as arrived } from './mail.mjs';
import { holder, ORIGIN, register } from './passkeys.mjs';
import { person, refresh, rotate, signIn } from './signing.mjs';
import { ownStack, setting, sql } from './stack.mjs';
import { addTotp, codeOf, confirmTotp, protectedAccount, remove } from './totp.mjs';

const PROJECT = setting('PROJECT_NAME') ?? 'Atrium';
const says = (language) => ({ headers: { 'accept-language': language } });
const RU = says('ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7'), EN = says('en-GB,en;q=0.9,ru;q=0.1');

async function mailTo(...whom) {
	const mail = await arrived(...whom);

	return { ...mail, html: mail.html.replace(/\r\n/g, '\n'),
		text: mail.text.replace(/\r\n/g, '\n') };
}

const prefer = async (who, locale) => {
	expect(await api('PATCH', '/users/me/preferences',
	    { token: who.token, json: { locale } }), {});
	return who;
};

/* The mail is of that language alone, in its header, its HTML and its words. */
function speaks(mail, language, subject) {
	const russian = language === 'ru';

	assert.equal(mail.headers['content-language'], language);
	assert.ok(mail.html.startsWith(
	    `<!DOCTYPE html>\n<html lang="${language}" dir="ltr">`), mail.html.slice(0, 60));
	assert.ok(mail.html.includes(` lang="${language}">\n<table`));
	assert.ok(mail.html.includes(russian ? 'Здравствуйте' : 'Hello'));
	assert.ok(mail.text.startsWith(russian ? 'Здравствуйте!\n\n' : 'Hello'), mail.text);
	if (!russian)
		assert.doesNotMatch(mail.text + mail.html, /\p{Script=Cyrillic}/u);
	else
		assert.doesNotMatch(mail.text, /\b(you|your|the|this|h\.)\b/);
	assert.doesNotMatch(mail.text + mail.html, /\{\{|\}\}|\*\*/);
	assert.ok(mail.text.split('\n').every((line) => [...line].length <= 76 ||
	    !line.includes(' ')), mail.text);
	assert.ok(mail.headers.subject.startsWith(PROJECT));
	assert.ok(mail.headers.subject.includes(subject[language]), mail.headers.subject);
	return mail;
}

const recover = (who, more) => api('POST',
    `/password-recovery/${encodeURIComponent(who.email)}`, more);
const linkIn = (mail, path) => new URL(mail.links.find((link) => link.includes(path)))
    .searchParams.get('token');

const SUBJECTS = {
	reset_password: { en: 'Password recovery for user', ru: 'восстановление пароля для' },
	verify_email: { en: 'Confirm the address', ru: 'подтвердите адрес' },
	email_changed: { en: 'The address of your account was changed',
		ru: 'адрес вашей учётной записи изменён' },
	new_device: { en: 'New sign-in to the account of', ru: 'новый вход в учётную запись' },
	refresh_reused: { en: 'A session was ended', ru: 'сеанс завершён' },
	factor_changed: { en: 'A change to how you sign in', ru: 'изменился способ входа' },
	test_email: { en: 'Test email', ru: 'пробное письмо' },
	export_ready: { en: 'Your data are ready', ru: 'ваши данные готовы' },
	new_account: { en: 'New account for user', ru: 'новая учётная запись для' },
};

/* [kind, who: an account, what makes the mail with those headers: the mail] */
const KINDS = [
	['reset_password', account, async (who, more) => {
		expect(await recover(who, more), {});
		return mailTo(who.email);
	}],
	['verify_email', account, async (who, more) => {
		expect(await api('POST', '/auth/email/verify-request',
		    { token: who.token, ...more }), { status: 202 });
		return mailTo(who.email);
	}],
	['verify_email', account, async (who, more) => {
		const new_email = newEmail();

		expect(await api('POST', '/auth/email/verify-request',
		    { token: who.token, json: { new_email }, ...more }), { status: 202 });
		return mailTo(new_email);
	}],
	['email_changed', account, async (who, more) => {
		const new_email = newEmail();

		expect(await api('POST', '/auth/email/verify-request',
		    { token: who.token, json: { new_email } }), { status: 202 });
		const token = linkIn(await mailTo(new_email), '/verify-email');

		/* From the mailbox, where nobody is signed in. */
		expect(await api('POST', '/auth/email/verify', { json: { token }, ...more }), {});
		return mailTo(who.email);
	}],
	['email_changed', account, async (who, more) => {
		expect(await api('PATCH', '/users/me', { token: who.token,
			json: { email: newEmail() }, ...more }), {});
		return mailTo(who.email);
	}],
	['new_device', account, async (who, { headers = {} }) => {
		const program = `Browser ${unique()}`;

		await signIn(who, {}, { headers: { ...headers, 'user-agent': program } });
		const mail = await mailTo(who.email);

		assert.ok(mail.text.includes(program));
		assert.ok(mail.html.includes(program));
		return mail;
	}],
	['refresh_reused', person, async (who, more) => {
		await rotate(await rotate(who.refresh_token));
		expect(await refresh(who.refresh_token, more), { status: 401 });
		return mailTo(who.email);
	}],
	['factor_changed', account, async (who, more) => {
		const { secret } = expect(await addTotp(who), { status: 201 }).json;

		expect(await confirmTotp(who, codeOf(secret), more), {});
		return mailTo(who.email);
	}],
	['test_email', account, async (who, more) => {
		sql(`UPDATE users SET is_superuser = 1 WHERE id = ${hex(who.user.id)}`);
		expect(await api('POST', `/utils/test-email/?email_to=${who.email}`,
		    { token: who.token, ...more }), { status: 201 });
		return mailTo(who.email);
	}],
	['export_ready', account, async (who, more) => {
		expect(await api('POST', '/users/me/export', { token: who.token,
			json: { password: who.password }, ...more }), { status: 202 });
		return mailTo(who.email);
	}],
];

for (const [i, [kind, make, run]] of KINDS.entries())
	test(`${kind} (${i}): as set, as asked for, or in English`, async () => {
		const subject = SUBJECTS[kind];

		speaks(await run(await prefer(await make(), 'ru-BY'), EN), 'ru', subject);
		speaks(await run(await prefer(await make(), 'en'), RU), 'en', subject);
		speaks(await run(await make(), RU), 'ru', subject);
		speaks(await run(await make(), EN), 'en', subject);
		/* Of what is set there are no texts. */
		speaks(await run(await prefer(await make(), 'de-CH'), RU), 'ru', subject);
		speaks(await run(await make(), says('de, fr;q=0.9')), 'en', subject);
		speaks(await run(await make(), {}), 'en', subject);
	});

const create = async (more = {}) => {
	const boss = await admin(), email = newEmail();

	expect(await api('POST', '/users/', { token: boss.token,
		json: { email, password: newPassword(), full_name: 'Ада' }, ...more }), {});
	return mailTo(email);
};

test('new_account: an administrator\'s browser says nothing of the owner', async () => {
	const mail = await create(RU);

	assert.equal(mail.headers['content-language'], 'en');
	assert.ok(mail.text.startsWith('Hello Ада,\n'));
	assert.ok(mail.headers.subject.includes(SUBJECTS.new_account.en));
});

/* Nothing in the API makes an account with a language yet; the task takes it. */
test('new_account in Russian', async () => {
	const { email, user } = await account({ full_name: '<Ада> & Co' });

	sql('INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES' +
	    ` (RANDOM_BYTES(16), 'mail_new_account', '{"user_id":"${user.id}","locale":"ru"}',` +
	    " 'queued', 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))");
	const mail = await mailTo(email);

	assert.equal(mail.headers['content-language'], 'ru');
	assert.equal(mail.headers.subject, `${PROJECT} — ${SUBJECTS.new_account.ru} ${email}`);
	assert.ok(mail.text.startsWith('Здравствуйте, <Ада> & Co!\n\nДля вас создана'));
	assert.ok(mail.html.includes('>Здравствуйте, &lt;Ада&gt; &amp; Co!</p>'));
	assert.ok(mail.html.includes(`<strong>${email}</strong>`));
});

test('what somebody else does comes in the own language, or in English', async () => {
	const boss = await admin();

	for (const [locale, language] of [['ru', 'ru'], [null, 'en']]) {
		const who = await prefer(await protectedAccount(), locale);
		const told = await mailTo(who.email);

		assert.equal(told.headers['content-language'], 'en');
		expect(await api('DELETE', `/admin/users/${who.user.id}/mfa`,
		    { token: boss.token, ...RU }), { status: 204 });
		const mail = speaks(await mailTo(who.email, 2), language, SUBJECTS.factor_changed);

		assert.match(mail.text.replace(/\s+/g, ' '), language === 'ru' ?
		    /Администратор отключил приложение-аутентификатор от учётной записи/ :
		    /An administrator removed the authenticator of the account of/);
		expect(await api('PATCH', `/users/${who.user.id}`, { token: boss.token,
			json: { email: newEmail() }, ...RU }), {});
		speaks(await mailTo(who.email, 3), language, SUBJECTS.email_changed);
	}
});

test('the test mail: of the account that has the address', async () => {
	const boss = await admin(), other = await prefer(await account(), 'ru');
	const send = (address) => api('POST', `/utils/test-email/?email_to=${address}`,
	    { token: boss.token, ...RU });
	const nobody = newEmail(), silent = await account();

	for (const [address, language] of [[other.email, 'ru'], [silent.email, 'en'],
		[nobody, 'en']]) {
		expect(await send(address), { status: 201 });
		speaks(await mailTo(address), language, SUBJECTS.test_email);
	}
});

test('what happened is told in the language of the mail', async () => {
	const WORDS = {
		ru: [/добавлено приложение-аутентификатор\./, /Приложение-аутентификатор отключено/],
		en: [/An authenticator was added to/, /The authenticator of .* was removed\./],
	};

	for (const [language, words] of Object.entries(WORDS)) {
		const who = await prefer(await protectedAccount({}, says(language)), language);

		sql(`UPDATE totp SET last_step = 0 WHERE user_id = ${hex(who.user.id)}`);
		expect(await remove(who, codeOf(who.secret)), { status: 204 });
		for (const [i, pattern] of words.entries())
			assert.match((await mailTo(who.email, i + 1)).text.replace(/\s+/g, ' '),
			    pattern);
	}
	const who = await prefer(await holder(), 'ru');
	const nth = 2;

	await register(who.token, authenticator(ORIGIN));
	assert.match((await mailTo(who.email, nth)).text, /добавлен ключ доступа\./);
});

test('times are in the words of the language', async () => {
	const at = '2026-05-03T07:05:00.000000Z';
	const MONTHS = { ru: '3 мая 2026 г., 07:05 UTC', en: '3 May 2026, 07:05 UTC' };

	for (const [locale, words] of Object.entries(MONTHS)) {
		const { email, user } = await account();

		sql('INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES' +
		    ` (RANDOM_BYTES(16), 'mail_refresh_reused', '${JSON.stringify({
			    user_id: user.id, session_id: user.id, at, locale })}',` +
		    " 'queued', 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))");
		const mail = await mailTo(email);

		assert.ok(mail.text.includes(`: ${words}\n`), mail.text);
		assert.ok(mail.html.includes(`: ${words}</p>`), mail.html);
	}
});

test('tasks from before there were languages are sent, in English', async () => {
	const { email, user } = await prefer(await account(), 'ru');
	const OLD = [
		['mail_verify_email', { user_id: user.id, email }],
		['mail_factor_changed', { user_id: user.id, session_id: user.id, device_name: null,
			user_agent: null, ip: '192.0.2.1', what: 'a passkey was added',
			at: '2026-11-21T10:15:00Z' }],
		['mail_email_changed', { user_id: user.id, email }],
		['mail_test', { email }],
		['mail_export_ready', { user_id: user.id }],
	];

	for (const [i, [kind, args]] of OLD.entries()) {
		sql('INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES' +
		    ` (RANDOM_BYTES(16), '${kind}', '${JSON.stringify(args)}', 'queued', 0,` +
		    ' UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))');
		await mailTo(email, i + 1);
	}
	const mails = await Promise.all(OLD.map((_, i) => mailTo(email, i + 1)));
	const factor = mails.find((mail) => mail.headers.subject.includes('how you sign in'));

	assert.deepEqual(mails.map((mail) => mail.headers['content-language']),
	    OLD.map(() => 'en'));
	assert.ok(factor.text.replace(/\s+/g, ' ').includes(
	    `Of the account of ${email} at ${PROJECT}, a passkey was added.`), factor.text);
});

test('the preview of a mail is in the language of its account', async () => {
	const boss = await admin();

	for (const [locale, language] of [['ru-RU', 'ru'], [null, 'en']]) {
		const who = await prefer(await account(), locale);
		const r = expect(await api('POST', `/password-recovery-html-content/${who.email}`,
		    { token: boss.token, ...RU }), {});

		assert.ok(r.text.includes(`<html lang="${language}"`));
	}
});

const HOSTILE = ['', ',', ';q=1', 'ru;q=', 'ru;q=1e9', `${'ru,'.repeat(500)}`, '\u00ff',
	'ru\u00a0', '*'.repeat(200), '../../etc/passwd', 'ru"><script>', '-', 'ru-', 'en;q=0'];

test('a header that says nothing is English, and does no harm', async () => {
	for (const header of HOSTILE) {
		const who = await account();

		expect(await recover(who, { headers: {
			'accept-language': Buffer.from(header, 'utf8').toString('latin1') } }), {});
		assert.equal((await mailTo(who.email)).headers['content-language'], 'en', header);
	}
});

test('who signs up hears in the language of the browser', async () => {
	const own = ownStack({ REQUIRE_VERIFIED_EMAIL: 'true' });

	try {
		const on = await target(own.url), email = newEmail();

		expect(await api('POST', '/users/signup', { json: { email, password: newPassword() },
			on, ...RU }), {});
		const mail = speaks(await mailTo(email, 1, own), 'ru', SUBJECTS.verify_email);

		assert.ok(mail.text.includes('Подтвердить адрес:\n\nhttp'));
	} finally {
		own.stop();
	}
});
