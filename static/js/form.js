/*
 * What every form shares: one submission at a time, the faults of a 422 beside
 * their fields, everything else as a message above them, and passwords that
 * can be looked at. The texts are the server's own, so that a rule stands in
 * one place only.
 */

/* What the page itself finds wrong with a field, as a 422 would say it. */
export class FieldError extends Error {
	constructor(field, message) {
		super(message);
		this.faults = [{ loc: [field], msg: message }];
	}
}

function errorId(input) {
	return `${input.id}-error`;
}

function describe(input, id, on) {
	const ids = new Set((input.getAttribute('aria-describedby') ?? '')
		.split(' ').filter(Boolean));

	if (on)
		ids.add(id);
	else
		ids.delete(id);
	if (ids.size > 0)
		input.setAttribute('aria-describedby', [...ids].join(' '));
	else
		input.removeAttribute('aria-describedby');
}

function clearField(input) {
	document.getElementById(errorId(input))?.remove();
	input.removeAttribute('aria-invalid');
	describe(input, errorId(input), false);
}

function markField(input, text) {
	const note = document.createElement('p');

	clearField(input);
	note.id = errorId(input);
	note.className = 'field-error';
	note.textContent = text;
	input.closest('.field').append(note);
	input.setAttribute('aria-invalid', 'true');
	describe(input, note.id, true);
}

export function fieldsOf(form) {
	return [...form.elements].filter((element) =>
		element.name && element.closest('.field'));
}

export function valuesOf(form) {
	return Object.fromEntries(fieldsOf(form)
		.map((input) => [input.name, input.value]));
}

function say(form, name, text) {
	const place = form.querySelector(`[data-${name}]`);

	if (place)
		place.textContent = text;
}

export function sayDone(form, text) {
	say(form, 'done', text);
}

/* What an earlier submission said goes; what is in the fields stays. */
export function clearForm(form) {
	say(form, 'message', '');
	say(form, 'done', '');
	fieldsOf(form).forEach(clearField);
}

/* Each fault to its field; the texts that belong to none are returned. */
function markFaults(form, faults) {
	const fields = new Map(fieldsOf(form).map((i) => [i.name, i]));
	const rest = [];

	for (const { loc = [], msg = '' } of faults) {
		const input = fields.get(loc.at(-1));

		if (input && !input.hasAttribute('aria-invalid'))
			markField(input, msg);
		else if (!input)
			rest.push(msg);
	}
	return rest;
}

export function showError(form, error) {
	const rest = markFaults(form, error.faults ?? []);
	const marked = form.querySelector('[aria-invalid]');

	if (marked)
		marked.focus();
	if (rest.length > 0)
		say(form, 'message', rest.join(' '));
	else if (!marked)
		say(form, 'message', error.message);
}

function busy(form, on) {
	const button = form.querySelector('[type=submit]');

	form.toggleAttribute('data-busy', on);
	if (on)
		button.setAttribute('aria-busy', 'true');
	else
		button.removeAttribute('aria-busy');
}

function addSecretToggle(input) {
	const label = input.labels[0].textContent.trim().toLowerCase();
	const button = document.createElement('button');
	const show = (on) => {
		input.type = on ? 'text' : 'password';
		button.textContent = on ? 'Hide' : 'Show';
		button.setAttribute('aria-label', `${button.textContent} ${label}`);
	};

	button.type = 'button';
	button.className = 'secret-toggle';
	button.addEventListener('click', () => show(input.type === 'password'));
	input.spellcheck = false;
	input.autocapitalize = 'none';
	input.after(button);
	show(false);
	/* Password managers only look at fields that are still secret. */
	input.form.addEventListener('submit', () => show(false));
}

/*
 * Runs submit(values) for each submission; what it throws is shown, unless
 * caught(error) returns true because it dealt with it.
 */
export function handle(form, submit, caught = () => false) {
	form.querySelectorAll('[type=password]').forEach(addSecretToggle);
	form.addEventListener('input', ({ target }) => clearField(target));
	form.addEventListener('submit', async (event) => {
		event.preventDefault();
		if (form.hasAttribute('data-busy'))
			return;
		clearForm(form);
		busy(form, true);
		try {
			await submit(valuesOf(form));
		} catch (error) {
			if (!caught(error))
				showError(form, error);
		} finally {
			busy(form, false);
		}
	});
}
