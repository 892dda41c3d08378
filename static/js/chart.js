/*
 * A small chart of a row of minutes.
 *
 *	const c = chart({ title: t("..."), write: (v) => number(v) });
 *	c.update(times, [{ name: t("..."), look: "area", tone: 1, values }]);
 *
 * look: area or line (dashed: the second of two), bars or hollow ones, which
 * stand upon each other. A value of null is none. The last minute is the one
 * that still runs: it stands alone, a line does not fall to it. The minute that
 * is pointed at, or chosen with the arrow keys, is told in words; all of them
 * stand in a table under the chart.
 */
import { el, fill, freshId, svg } from './dom.js';
import { language, t } from './lang.js';

/**
 * @typedef {{name: string, tone: 1|2|3, values: (number|null)[],
 *     look: 'area'|'line'|'dashed'|'bars'|'hollow'}} Series
 * @typedef {{width: number, top: number, times: string[], series: Series[],
 *     write: (value: number) => string}} Plot
 */

const HEIGHT = 176;
const PAD = { left: 52, right: 6, top: 12, bottom: 26 };
const BOTTOM = HEIGHT - PAD.bottom;
const STEPS = [1, 2, 4, 6, 8, 10];

/** @param {string} time */
const clock = (time) => new Intl.DateTimeFormat(language(),
	{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(time));

const isBar = (/** @type {Series} */ { look }) =>
	look === 'bars' || look === 'hollow';

/* A round number, the half of which is round too. */
function ceiling(/** @type {number} */ most) {
	const size = 10 ** Math.floor(Math.log10(Math.max(most, 1)));

	return Math.max(2, size * (STEPS.find((step) => step * size >= most) ?? 10));
}

/* Bars stand upon each other, lines do not. */
/** @param {Series[]} series @param {number} i */
function height(series, i) {
	const at = (/** @type {Series} */ s) => s.values[i] ?? 0;
	const bars = series.filter(isBar);

	return Math.max(bars.reduce((sum, s) => sum + at(s), 0),
		...series.filter((s) => !isBar(s)).map(at));
}

/** @param {Plot} plot */
const band = ({ width, times }) =>
	(width - PAD.left - PAD.right) / Math.max(times.length, 1);

/** @param {Plot} plot @param {number} i */
const across = (plot, i) => PAD.left + (i + 0.5) * band(plot);

/** @param {Plot} plot @param {number} value */
const up = ({ top }, value) =>
	BOTTOM - (value / top) * (BOTTOM - PAD.top);

/* Coordinates to a tenth: the drawing is made anew every few seconds. */
const r = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/* Pieces without a gap, each a list of minutes; the last minute alone. */
/** @param {(number|null)[]} values */
function pieces(values) {
	/** @type {number[][]} */
	const found = [];

	for (const [i, value] of values.entries()) {
		if (value === null)
			continue;
		if (i > 0 && i < values.length - 1 && values[i - 1] !== null)
			found.at(-1)?.push(i);
		else
			found.push([i]);
	}
	return found;
}

/** @param {Plot} plot @param {Series} series */
function lines(plot, { look, tone, values }) {
	return pieces(values).map((part) => {
		const points = part.map((i) =>
			`${r(across(plot, i))},${r(up(plot, values[i] ?? 0))}`);
		/* A line of no length is a dot, by its round ends. */
		const path = `M${points.join('L')}${part.length > 1 ? '' : 'h0'}`;
		const base = `L${r(across(plot, part[part.length - 1]))},${BOTTOM}` +
			`L${r(across(plot, part[0]))},${BOTTOM}Z`;

		return [look === 'area' && part.length > 1 && svg('path', {
			class: 'chart-area', 'data-tone': tone, d: path + base }),
		svg('path', { class: 'chart-line', 'data-tone': tone, d: path,
			'data-look': part.length > 1 ? look : 'dot' })];
	});
}

/** @param {Plot} plot */
function bars(plot) {
	const thick = Math.max(2, band(plot) - 2);
	const floor = plot.times.map(() => 0);

	return plot.series.filter(isBar).map(({ look, tone, values }) =>
		values.map((value, i) => {
			if (!value)
				return null;
			const bottom = up(plot, floor[i]);

			floor[i] += value;
			const tall = Math.max(2, bottom - up(plot, floor[i]));
			const line = look === 'hollow' ? 1 : 0;

			return svg('rect', { class: 'chart-bar', 'data-tone': tone,
				'data-look': look,
				x: r(across(plot, i) - thick / 2 + line / 2),
				y: r(bottom - tall + line / 2), rx: 1,
				width: r(thick - line), height: r(tall - line) });
		}));
}

/** @param {Plot} plot */
function axes(plot) {
	const { top, times, width, write } = plot;
	const every = width < 340 ? 20 : width < 600 ? 15 : 10;
	const marks = times.map((time, i) => ({ time, i }))
		.filter(({ i }) => (times.length - 1 - i) % every === 0 && i > 2);

	return [[0, top / 2, top].map((value) => [
		svg('line', { class: value === 0 ? 'chart-base' : 'chart-grid',
			x1: PAD.left, x2: width - PAD.right,
			y1: r(up(plot, value)), y2: r(up(plot, value)) }),
		svg('text', { class: 'chart-text', x: PAD.left - 8,
			y: r(up(plot, value) + 4), 'text-anchor': 'end' }, write(value)),
	]), marks.map(({ time, i }) =>
		svg('text', { class: 'chart-text', y: HEIGHT - 6,
			x: r(i === times.length - 1 ? width - PAD.right
				: across(plot, i)),
			'text-anchor': i === times.length - 1 ? 'end' : 'middle' },
		clock(time)))];
}

/* The minute that is told of: a line through it, a dot on each line. */
/** @param {Plot} plot @param {number} i */
function pointer(plot, i) {
	const x = r(across(plot, i));

	return svg('g', {},
		svg('line', { class: 'chart-here', x1: x, x2: x, y1: PAD.top,
			y2: BOTTOM }),
		plot.series.filter((s) => !isBar(s) && s.values[i] !== null)
			.map(({ tone, values }) => svg('circle', { class: 'chart-dot',
				'data-tone': tone, cx: x, r: 4,
				cy: r(up(plot, values[i] ?? 0)) })));
}

/** @param {Series} series @param {string} value */
function legend({ name, look, tone }, value) {
	const sign = look === 'bars' || look === 'hollow'
		? svg('rect', { class: 'chart-bar', 'data-tone': tone,
			'data-look': look, x: 4.5, y: 2.5, width: 7, height: 9, rx: 1 })
		: svg('path', { class: 'chart-line', 'data-tone': tone,
			'data-look': look, d: 'M1,7h14' });

	return el('li', {}, svg('svg', { class: 'chart-sign', width: 16, height: 14,
		'aria-hidden': 'true' }, sign),
	el('span', { class: 'chart-name' }, name), el('strong', {}, value));
}

/** @param {Plot} plot @param {string} title */
function table({ times, series, write }, title) {
	const rows = times.map((time, i) => el('tr', {},
		el('th', { scope: 'row' }, clock(time)), series.map((s) =>
			el('td', {}, told(s.values[i], write)))));

	return el('table', {}, el('caption', { class: 'visually-hidden' }, title),
		el('thead', {}, el('tr', {}, el('th', { scope: 'col' },
			t('chart.minute')), series.map(({ name }) =>
			el('th', { scope: 'col' }, name)))),
		el('tbody', {}, rows.reverse()));
}

/** @param {number|null|undefined} value @param {(v: number) => string} write */
function told(value, write) {
	return value === null || value === undefined ? '–' : write(value);
}

/** @param {string} key @param {number} at @param {number} last */
function moved(key, at, last) {
	/** @type {Record<string, number>} */
	const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1,
		ArrowUp: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: last };

	return Object.hasOwn(to, key) ? Math.min(last, Math.max(0, to[key])) : null;
}

/**
 * What a pointer and the keys do: choose(i) with a minute, or null for none.
 * @param {HTMLElement} area @param {() => {plot: Plot, at: number}} now
 * @param {(at: number|null) => void} choose
 */
function listen(area, now, choose) {
	const point = (/** @type {PointerEvent} */ event) => {
		const { plot } = now();
		const x = event.clientX - area.getBoundingClientRect().left;
		const i = Math.floor((x - PAD.left) / band(plot));

		choose(Math.min(plot.times.length - 1, Math.max(0, i)));
	};

	area.addEventListener('pointermove', point);
	area.addEventListener('pointerdown', point);
	area.addEventListener('pointerleave', () => choose(null));
	area.addEventListener('blur', () => choose(null));
	area.addEventListener('keydown', (event) => {
		const { plot, at } = now();
		const to = moved(event.key, at, plot.times.length - 1);

		if (to === null)
			return;
		event.preventDefault();
		choose(to);
	});
}

/** @param {string} title */
function parts(title) {
	const id = freshId('chart');

	return {
		id,
		time: el('p', { class: 'chart-time' }),
		names: el('ul', { class: 'chart-legend' }),
		area: el('div', { class: 'chart-plot', role: 'slider', tabindex: '0',
			'aria-labelledby': id, 'aria-orientation': 'horizontal' }),
		rows: el('div', { class: 'chart-rows', tabindex: '0', role: 'group',
			'aria-label': title }),
	};
}

/* One chart while it stands there. */
class Chart {
	#title;
	#parts;
	#more;
	/** @type {Plot} */
	#plot;
	/** @type {string|null} */
	#chosen = null;

	/** @param {string} title @param {(value: number) => string} write */
	constructor(title, write) {
		const { id, time, names, area, rows } = this.#parts = parts(title);

		this.#title = title;
		this.#plot = { width: 320, top: 2, times: [], series: [], write };
		this.#more = el('details', { class: 'chart-more',
			ontoggle: () => this.#drawRows() },
		el('summary', {}, t('chart.table')), rows);
		this.node = el('section', { class: 'chart card', 'aria-labelledby': id },
			el('div', { class: 'chart-head' }, el('h3', { id }, title), time),
			names, area, this.#more);
		listen(area, () => ({ plot: this.#plot, at: this.#place() }), (i) => {
			this.#chosen = i === null ? null : this.#plot.times[i];
			this.#tell();
			this.#draw();
		});
		new ResizeObserver(([{ contentRect }]) => {
			this.#plot.width = Math.max(200, Math.floor(contentRect.width));
			this.#draw();
		}).observe(area);
	}

	/* The last whole minute, when none is chosen or it is long past. */
	#place() {
		const { times } = this.#plot;
		const i = this.#chosen === null ? -1 : times.indexOf(this.#chosen);

		return i < 0 ? Math.max(0, times.length - 2) : i;
	}

	#tell() {
		const { times, series, write } = this.#plot;
		const { area, names, time } = this.#parts;
		const i = this.#place();
		const last = Math.max(0, times.length - 1);
		const minute = times.length > 0 ? clock(times[i]) : '';

		time.textContent = i === last && i > 0
			? t('chart.running', { time: minute }) : minute;
		fill(names, series.map((s) => legend(s, told(s.values[i], write))));
		area.setAttribute('aria-valuemin', '0');
		area.setAttribute('aria-valuemax', String(last));
		area.setAttribute('aria-valuenow', String(i));
		area.setAttribute('aria-valuetext', [minute, ...series.map((s) =>
			`${s.name} ${told(s.values[i], write)}`)].join(', '));
	}

	#draw() {
		const plot = this.#plot;

		fill(this.#parts.area, svg('svg', { class: 'chart-drawing',
			'aria-hidden': 'true', width: plot.width, height: HEIGHT,
			viewBox: `0 0 ${plot.width} ${HEIGHT}` },
		...axes(plot).flat(2), ...bars(plot).flat(),
		...plot.series.filter((s) => !isBar(s))
			.flatMap((s) => lines(plot, s)).flat(),
		this.#chosen !== null && pointer(plot, this.#place())));
	}

	#drawRows() {
		if (this.#more.open)
			fill(this.#parts.rows, table(this.#plot, this.#title));
	}

	/** @param {string[]} times RFC 3339 @param {Series[]} series */
	update(times, series) {
		this.#plot.times = times;
		this.#plot.series = series;
		this.#plot.top = ceiling(Math.max(0,
			...times.map((_, i) => height(series, i))));
		this.#tell();
		this.#draw();
		this.#drawRows();
	}
}

/** @param {{title: string, write: (value: number) => string}} about */
export const chart = ({ title, write }) => new Chart(title, write);
