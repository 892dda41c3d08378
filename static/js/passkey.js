/*
 * Passkeys: what the API offers is asked of the browser, and what the browser
 * made goes back as JSON. create() and get() take the answers of
 * /auth/passkeys/options and /auth/passkeys/login/options and give the
 * `credential` of the call that follows. What the browser refuses is an
 * ApiError whose message can be shown; what was aborted, an AbortError.
 */
import { ApiError } from './api.js';
import { has, t } from './lang.js';

/* lang: passkey.* */
/** @typedef {import('./types.js').Schemas} Schemas */

/* An address without TLS has none, nor has an old browser. */
export const isSupported = () => 'PublicKeyCredential' in window &&
	navigator.credentials !== undefined;

function bytes(/** @type {string} */ text) {
	return Uint8Array.from(
		atob(text.replaceAll('-', '+').replaceAll('_', '/')),
		(sign) => sign.charCodeAt(0));
}

function base64url(/** @type {ArrayBuffer} */ buffer) {
	return btoa(String.fromCharCode(...new Uint8Array(buffer)))
		.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {{id: string, type: string}[]} list @returns {any[]} */
const named = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));

/* Browsers of before 2025 do not convert by themselves. */
/** @param {Schemas['PasskeyCreationOptions']} o @returns {any} */
function creation(o) {
	if ('parseCreationOptionsFromJSON' in PublicKeyCredential)
		return PublicKeyCredential.parseCreationOptionsFromJSON(
			/** @type {any} */ (o));
	return { ...o, challenge: bytes(o.challenge),
		user: { ...o.user, id: bytes(o.user.id) },
		excludeCredentials: named(o.excludeCredentials) };
}

/** @param {Schemas['PasskeyRequestOptions']} o @returns {any} */
function request(o) {
	if ('parseRequestOptionsFromJSON' in PublicKeyCredential)
		return PublicKeyCredential.parseRequestOptionsFromJSON(
			/** @type {any} */ (o));
	return { ...o, challenge: bytes(o.challenge),
		allowCredentials: named(o.allowCredentials) };
}

const PARTS = ['clientDataJSON', 'attestationObject', 'authenticatorData',
	'signature', 'userHandle'];

/** @param {any} credential */
function toJson(credential) {
	if (typeof credential.toJSON === 'function')
		return credential.toJSON();
	return {
		id: credential.id,
		rawId: base64url(credential.rawId),
		type: credential.type,
		response: Object.fromEntries(PARTS
			.filter((name) => credential.response[name])
			.map((name) => [name, base64url(credential.response[name])])),
	};
}

/** @param {() => Promise<any>} run */
async function asked(run) {
	try {
		return toJson(await run());
	} catch (error) {
		const { name } = /** @type {Error} */ (error);

		if (name === 'AbortError')
			throw error;
		throw new ApiError(t(has(`passkey.${name}`) ? `passkey.${name}`
			: 'passkey.failed'), { code: name });
	}
}

/**
 * @param {Schemas['PasskeyCreationOptions']} options
 * @param {{signal?: AbortSignal}} [how]
 */
export const create = (options, { signal } = {}) => asked(() =>
	navigator.credentials.create({ publicKey: creation(options), signal }));

/**
 * conditional: offered among what the browser fills into a field whose
 * autocomplete ends with "webauthn", instead of in front of the page.
 * @param {Schemas['PasskeyRequestOptions']} options
 * @param {{signal?: AbortSignal, conditional?: boolean}} [how]
 */
export const get = (options, { signal, conditional = false } = {}) =>
	asked(() => navigator.credentials.get({ publicKey: request(options), signal,
		mediation: conditional ? 'conditional' : undefined }));
