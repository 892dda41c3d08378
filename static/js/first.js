/*
 * Before anything is drawn: the theme and the language, so that neither is
 * seen to change. Not a module, for those wait for the page. What is chosen is
 * kept in localStorage: "theme" (light, dark; nothing: as the system has it)
 * and "language".
 */
(() => {
	const root = document.documentElement;
	const dark = matchMedia('(prefers-color-scheme: dark)');

	function kept(/** @type {string} */ name) {
		try {
			return localStorage.getItem(name);
		} catch {
			return null;
		}
	}

	function drawTheme() {
		const theme = kept('theme');
		const isDark = theme === 'dark' || (theme !== 'light' && dark.matches);

		root.dataset.theme = isDark ? 'dark' : 'light';
		document.querySelector('meta[name=theme-color]')
			?.setAttribute('content', isDark ? '#121412' : '#f8f7f4');
	}

	root.lang = (kept('language') ?? navigator.language ?? 'en').split('-')[0];
	drawTheme();
	dark.addEventListener('change', drawTheme);
	addEventListener('themechange', drawTheme);
	addEventListener('storage', drawTheme);
})();
