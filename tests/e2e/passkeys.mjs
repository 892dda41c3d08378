/*
 * A site whose name may have passkeys (an address may not), and a browser with
 * a virtual authenticator. What a page's script would do with the options and
 * the credentials of Web Authentication is done here.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = path.join(root, 'script/stack');

function stack(...args) {
	const run = spawnSync(script, args,
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

	if (run.status !== 0)
		throw new Error(`script/stack ${args[0]}: ${run.stdout}${run.stderr}`);
}

/* Known before it starts: the settings name it. */
function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer().on('error', reject);

		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

export async function startSite(build, settings = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'atrium-passkeys-'));
	const port = await freePort();
	const origin = `http://localhost:${port}`;
	const stop = () => {
		stack('stop', dir);
		fs.rmSync(dir, { recursive: true, force: true });
	};

	fs.chmodSync(dir, 0o755);
	try {
		stack('start', dir, '--port', String(port), '--build', build,
			...Object.entries({ FRONTEND_HOST: origin, ...settings })
				.flatMap(([name, value]) => ['--env', `${name}=${value}`]));
	} catch (err) {
		stop();
		throw err;
	}
	return { dir, origin, address: `http://127.0.0.1:${port}`, stop };
}

/* The same host by another port: its own origin, but the same site. */
export function startStranger() {
	return new Promise((resolve) => {
		const server = http.createServer((request, reply) => {
			reply.setHeader('content-type', 'text/html');
			reply.end('<!doctype html><title>Elsewhere</title>');
		});

		server.listen(0, '127.0.0.1', () => resolve({
			origin: `http://localhost:${server.address().port}`,
			stop: () => {
				server.closeAllConnections();
				server.close();
			},
		}));
	});
}

export function startBrowser() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
			'--disable-background-networking', '--disable-component-update',
			'--disable-sync', '--host-resolver-rules=' +
			'MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
	});
}

/* Runs in the page. */
function installHands() {
	const bytes = (text) => Uint8Array.from(
		atob(text.replace(/-/g, '+').replace(/_/g, '/')),
		(c) => c.charCodeAt(0));
	const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
		.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
	const named = (list) => list.map((c) => ({ ...c, id: bytes(c.id) }));
	const toJson = (credential) => ({
		id: credential.id, rawId: text(credential.rawId), type: credential.type,
		response: Object.fromEntries(['clientDataJSON', 'attestationObject',
			'authenticatorData', 'signature', 'userHandle']
			.filter((name) => credential.response[name])
			.map((name) => [name, text(credential.response[name])])),
	});
	/* The credential, or the name of the browser's refusal. */
	const asked = (promise) => promise.then(toJson, (err) => err.name);

	globalThis.hands = {
		create: (o) => asked(navigator.credentials.create({ publicKey: { ...o,
			challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) },
			excludeCredentials: named(o.excludeCredentials) } })),
		get: (o) => asked(navigator.credentials.get({ publicKey: { ...o,
			challenge: bytes(o.challenge),
			allowCredentials: named(o.allowCredentials) } })),
	};
}

/* A page of the site with a device that does what it is asked. */
export async function openWithDevice(context, url) {
	const page = await context.newPage();
	const cdp = await context.newCDPSession(page);

	await cdp.send('WebAuthn.enable');
	const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
		options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true,
			hasUserVerification: true, isUserVerified: true,
			automaticPresenceSimulation: true },
	});

	await page.addInitScript(installHands);
	await page.goto(url);
	return {
		page,
		/* A command of the WebAuthn domain to this authenticator. */
		device: (command, params = {}) =>
			cdp.send(`WebAuthn.${command}`, { authenticatorId, ...params }),
		create: (options) => page.evaluate((o) => globalThis.hands.create(o), options),
		get: (options) => page.evaluate((o) => globalThis.hands.get(o), options),
		/* A request from the page itself: {status, body}. */
		send: (method, to, json, headers = {}) => page.evaluate(
			async ([verb, target, text, more]) => {
				const r = await fetch(`/api/v1${target}`, { method: verb, body: text,
					headers: { ...more,
						...(text && { 'content-type': 'application/json' }) } });

				return { status: r.status, body: await r.json().catch(() => null) };
			}, [method, to, json && JSON.stringify(json), headers]),
	};
}
