/*
 * The items on the account's page: listed ten at a time, made, changed and
 * deleted. The list is always what the server last said, never a guess.
 */
import * as api from './api.js';
import { handle, clearForm } from './form.js';
import { clone, part, setText } from './view.js';

const PAGE = 10;

function say(list, text) {
	setText(list.section, 'said', text);
}

/* Shows the one of these parts that is named, hides the others. */
function showState(list, name) {
	for (const each of ['waiting', 'none', 'broken', 'list'])
		part(list.section, each).hidden = each !== name;
	if (name !== 'list')
		part(list.section, 'foot').hidden = true;
}

function fillTime(place, time) {
	const date = new Date(time ?? NaN);

	if (Number.isNaN(date.getTime()))
		return;
	place.dateTime = time;
	place.textContent = new Intl.DateTimeFormat(document.documentElement.lang,
		{ dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

function rowOf(list, item) {
	const row = clone('item').firstElementChild;
	const bind = (name, label, act) => {
		const button = part(row, name);

		button.setAttribute('aria-label', `${label} ${item.title}`);
		button.addEventListener('click', () => act(list, item));
	};

	row.dataset.id = item.id;
	setText(row, 'title', item.title);
	setText(row, 'description', item.description ?? '');
	part(row, 'description').hidden = !item.description;
	part(row, 'other').hidden = item.owner_id === list.user.id;
	fillTime(part(row, 'time'), item.created_at);
	bind('edit', 'Edit', openEditor);
	bind('delete', 'Delete', askDelete);
	return row;
}

function show(list, { data, count }) {
	const { section, skip } = list;

	showState(list, data.length > 0 ? 'list' : 'none');
	part(section, 'list').replaceChildren(
		...data.map((item) => rowOf(list, item)));
	part(section, 'foot').hidden = count <= PAGE;
	setText(section, 'range',
		`${skip + 1}–${skip + data.length} of ${count}`);
	part(section, 'newer').disabled = skip === 0;
	part(section, 'older').disabled = skip + PAGE >= count;
}

function showBroken(list, error) {
	if (list.caught(error))
		return;
	setText(list.section, 'problem', error.message);
	showState(list, 'broken');
}

/*
 * Reads the page at skip. Of two that are under way the later one counts; a
 * page that has become empty gives way to the last one that is not.
 */
async function load(list, skip) {
	const rows = part(list.section, 'list');

	list.turn += 1;
	const turn = list.turn;

	rows.setAttribute('aria-busy', 'true');
	try {
		const answer = await api.readItems(skip, PAGE);

		if (turn !== list.turn || !list.section.isConnected)
			return;
		if (answer.data.length === 0 && skip > 0 && answer.count <= skip) {
			const last = Math.ceil(answer.count / PAGE) - 1;

			await load(list, Math.max(0, last) * PAGE);
			return;
		}
		list.skip = skip;
		show(list, answer);
	} catch (error) {
		if (turn === list.turn && list.section.isConnected)
			showBroken(list, error);
	} finally {
		if (turn === list.turn)
			rows.removeAttribute('aria-busy');
	}
}

/* After a dialog, whose opener is no more: the row again, or the first button. */
function focusRow(list, id) {
	const row = list.section.querySelector(`[data-id="${CSS.escape(id)}"]`);

	(row ? part(row, 'edit') : part(list.section, 'new')).focus();
}

async function step(list, name, to) {
	const other = name === 'newer' ? 'older' : 'newer';

	await load(list, Math.max(0, to));
	if (!part(list.section, 'broken').hidden) {
		part(list.section, 'retry').focus();
		return;
	}
	say(list, part(list.section, 'range').textContent);
	if (part(list.section, name).disabled)
		part(list.section, other).focus();
}

async function retry(list) {
	showState(list, 'waiting');
	await load(list, list.skip);
	part(list.section, part(list.section, 'broken').hidden ? 'new' : 'retry')
		.focus();
}

function openEditor(list, item) {
	const { editor } = list;
	const form = editor.querySelector('form');

	clearForm(form);
	list.edited = item;
	setText(editor, 'heading', item ? 'Edit item' : 'New item');
	setText(editor, 'save', item ? 'Save changes' : 'Add item');
	form.elements.title.value = item?.title ?? '';
	form.elements.description.value = item?.description ?? '';
	editor.showModal();
	form.elements.title.focus();
}

function askDelete(list, item) {
	const { question } = list;

	clearForm(question.querySelector('form'));
	list.doomed = item;
	setText(question, 'title', item.title);
	question.showModal();
}

async function save(list, values) {
	const item = list.edited;
	const json = { title: values.title,
		description: values.description || null };
	const { id } = item ? await api.updateItem(item.id, json)
		: await api.createItem(json);

	list.editor.close();
	await load(list, item ? list.skip : 0);
	focusRow(list, id);
	say(list, item ? 'Saved.' : 'Added.');
}

/* Whoever wanted it gone gets no complaint that it is gone already. */
async function remove(list) {
	try {
		await api.deleteItem(list.doomed.id);
	} catch (error) {
		if (error.status !== 404 || error.ended)
			throw error;
	}
	list.question.close();
	await load(list, list.skip);
	part(list.section, 'new').focus();
	say(list, 'Deleted.');
}

/* caught(error) as for handle(): true when it dealt with it. */
export function bindItems(root, user, caught) {
	const section = root.querySelector('#items');
	const editor = root.querySelector('#item-dialog');
	const question = root.querySelector('#item-delete');
	const list = { section, editor, question, user, caught, skip: 0, turn: 0 };
	const on = (name, act) =>
		part(section, name).addEventListener('click', act);

	if (user.is_superuser)
		setText(section, 'about', 'What everybody keeps in Atrium, the ' +
			'newest first. You see it as an administrator.');
	on('new', () => openEditor(list, null));
	on('retry', () => retry(list));
	on('newer', () => step(list, 'newer', list.skip - PAGE));
	on('older', () => step(list, 'older', list.skip + PAGE));
	for (const dialog of [editor, question])
		part(dialog, 'cancel').addEventListener('click',
			() => dialog.close());
	handle(editor.querySelector('form'), (v) => save(list, v), caught);
	handle(question.querySelector('form'), () => remove(list), caught);
	load(list, 0);
}
