/*
 * A passkey's device in software: what a browser would hand on after
 * navigator.credentials.create() and .get(), in the form of
 * PublicKeyCredential.toJSON(). It also does what no device should.
 */
import crypto from 'node:crypto';

const FLAG = { present: 0x01, verified: 0x04, attested: 0x40 };

export const base64url = (value) => Buffer.from(value).toString('base64url');
const sha256 = (value) => crypto.createHash('sha256').update(value).digest();

function head(major, n) {
	const kind = major << 5;

	if (n < 24)
		return Buffer.from([kind | n]);
	if (n < 0x100)
		return Buffer.from([kind | 24, n]);
	return Buffer.from([kind | 25, n >> 8, n & 0xff]);
}

/* CBOR of integers, texts, bytes and maps: all that is needed here. */
export function cbor(value) {
	if (typeof value === 'number')
		return value < 0 ? head(1, -1 - value) : head(0, value);
	if (typeof value === 'string')
		return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (value instanceof Uint8Array)
		return Buffer.concat([head(2, value.length), value]);
	return Buffer.concat([head(5, value.size),
		...[...value].flatMap(([name, member]) => [cbor(name), cbor(member)])]);
}

const bytes = (text) => Buffer.from(text, 'base64url');

/* What each kind of key is called in COSE, and how it signs. */
const KINDS = {
	ES256: {
		make: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
		cose: ({ x, y }) => [[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]],
		hash: 'sha256',
	},
	EdDSA: {
		make: () => crypto.generateKeyPairSync('ed25519'),
		cose: ({ x }) => [[1, 1], [3, -8], [-1, 6], [-2, bytes(x)]],
		hash: null,
	},
	RS256: {
		make: () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
		cose: ({ n, e }) => [[1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)]],
		hash: 'sha256',
	},
	/* Nobody offered this one. */
	ES384: {
		make: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' }),
		cose: ({ x, y }) => [[1, 2], [3, -35], [-1, 2], [-2, bytes(x)], [-3, bytes(y)]],
		hash: 'sha384',
	},
};

function clientData(type, challenge, origin, cheat) {
	return Buffer.from(JSON.stringify({
		type: cheat.type ?? type,
		challenge: cheat.challenge ?? challenge,
		origin: cheat.origin ?? origin,
		crossOrigin: cheat.crossOrigin ?? false,
		...cheat.clientData,
	}));
}

function authenticatorData(rpId, flags, count, attested = Buffer.alloc(0)) {
	const number = Buffer.alloc(4);

	number.writeUInt32BE(count);
	return Buffer.concat([sha256(rpId), Buffer.from([flags]), number, attested]);
}

/*
 * A device for one site with one passkey. `step` is what the counter grows by
 * with each use; 0: it does not count, as passkeys that a cloud keeps do.
 *
 * What a cheat may say: type, challenge, origin, crossOrigin, clientData (more
 * members); rpId, flags, count; fmt, credentialId, id (beside rawId), more
 * (bytes after the authenticator data); userHandle (null: none), signature
 * (bytes), key (a private one).
 */
export function authenticator(origin, { kind = 'ES256', step = 1 } = {}) {
	const { make, cose, hash } = KINDS[kind];
	const pair = make();
	const device = {
		credentialId: crypto.randomBytes(32), count: 0, userHandle: null,
		privateKey: pair.privateKey, create, get,
	};

	function attested(id) {
		const key = new Map(cose(pair.publicKey.export({ format: 'jwk' })));
		const length = Buffer.from([id.length >> 8, id.length & 0xff]);

		return Buffer.concat([Buffer.alloc(16), length, id, cbor(key)]);
	}

	function envelope(cheat, response) {
		const rawId = base64url(cheat.credentialId ?? device.credentialId);

		return {
			id: cheat.id ?? rawId, rawId, type: 'public-key', response,
			authenticatorAttachment: 'platform', clientExtensionResults: {},
		};
	}

	function create(options, cheat = {}) {
		const id = cheat.credentialId ?? device.credentialId;
		const data = authenticatorData(cheat.rpId ?? options.rp.id,
		    cheat.flags ?? (FLAG.present | FLAG.verified | FLAG.attested),
		    cheat.count ?? device.count,
		    Buffer.concat([attested(id), cheat.more ?? Buffer.alloc(0)]));

		device.userHandle = options.user.id;
		return envelope(cheat, {
			clientDataJSON: base64url(clientData('webauthn.create',
			    options.challenge, origin, cheat)),
			attestationObject: base64url(cbor(new Map([['fmt', cheat.fmt ?? 'none'],
				['attStmt', new Map()], ['authData', data]]))),
			transports: ['internal'],
		});
	}

	function get(options, cheat = {}) {
		const client = clientData('webauthn.get', options.challenge, origin, cheat);
		const handle = cheat.userHandle === undefined ? device.userHandle :
		    cheat.userHandle;

		device.count += step;
		const data = Buffer.concat([authenticatorData(cheat.rpId ?? options.rpId,
		    cheat.flags ?? (FLAG.present | FLAG.verified), cheat.count ?? device.count),
		cheat.more ?? Buffer.alloc(0)]);
		const signature = cheat.signature ?? crypto.sign(hash,
		    Buffer.concat([data, sha256(client)]), cheat.key ?? device.privateKey);

		return envelope(cheat, {
			clientDataJSON: base64url(client),
			authenticatorData: base64url(data),
			signature: base64url(signature),
			...(handle !== null && { userHandle: handle }),
		});
	}

	return device;
}
