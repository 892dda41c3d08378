/*
 * Which browser on which system a User-Agent says it is, in words: a guess,
 * shown beside what the owner called the device.
 */
import { t } from './lang.js';

/* The first that is found counts: most claim to be the ones below them. */
/** @type {[RegExp, string][]} */
const BROWSERS = [
	[/\bEdg(e|A|iOS)?\//, 'Edge'],
	[/\b(OPR|Opera)\//, 'Opera'],
	[/\bYaBrowser\//, 'Yandex Browser'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\b(Firefox|FxiOS)\//, 'Firefox'],
	[/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
	[/\bSafari\//, 'Safari'],
	[/^curl\//, 'curl'],
];

/** @type {[RegExp, string][]} */
const SYSTEMS = [
	[/\biPhone\b/, 'iPhone'],
	[/\biPad\b/, 'iPad'],
	[/\bAndroid\b/, 'Android'],
	[/\bCrOS\b/, 'ChromeOS'],
	[/\bWindows\b/, 'Windows'],
	[/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
	[/\bLinux\b/, 'Linux'],
];

/** @param {[RegExp, string][]} known @param {string} text */
const find = (known, text) => known.find(([sign]) => sign.test(text))?.[1];

/* "Firefox on Linux"; what is neither is shown as it introduced itself. */
export function agentName(/** @type {string|null} */ text) {
	const browser = find(BROWSERS, text ?? '');
	const system = find(SYSTEMS, text ?? '');

	if (browser && system)
		return t('sessions.agent', { browser, system });
	return browser ?? system ?? (text || t('sessions.agent_unknown'));
}
