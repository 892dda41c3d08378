/* Light, dark, or as the system has it; first.js draws what is kept here. */

const THEMES = ['system', 'light', 'dark'];

export function theme() {
	try {
		return localStorage.getItem('theme') ?? 'system';
	} catch {
		return 'system';
	}
}

export function setTheme(/** @type {string} */ name) {
	try {
		if (name === 'system' || !THEMES.includes(name))
			localStorage.removeItem('theme');
		else
			localStorage.setItem('theme', name);
	} catch { /* The system's it is. */ }
	dispatchEvent(new Event('themechange'));
}
