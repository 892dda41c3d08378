/*
 * skip and limit, which each list of the contract takes alike: rows for
 * cases(), for a path and the caller in `given`.
 */
import { fault, invalid } from './client.mjs';

const notInt = (field, input) => fault('int_parsing', ['query', field],
    'Input should be a valid integer, unable to parse string as an integer', input);
const least = (field, ge, input) => fault('greater_than_equal', ['query', field],
    `Input should be greater than or equal to ${ge}`, input, { ge });
const most = (field, le, input) => fault('less_than_equal', ['query', field],
    `Input should be less than or equal to ${le}`, input, { le });

const NUMBERS = ['%201%20', '%2B1', '1', '01', '1.0', '1_0'];
const NO_NUMBERS = ['', 'abc', '1.', '1.5', '1e2', '0x10', '%D9%A1', 'true', '1,0', '--1',
	'1__0', '_1', '1_', '%201%201', '%EF%BC%91', 'NaN', 'Infinity', 'null'];

/* `caller` picks the one who asks from what `given` made. */
export function pagingCases(path, caller) {
	const get = (query) => (world) => ['GET', `${path}?${query}`,
		{ token: caller(world).token }];
	const row = (query, want) => [query, get(query), want];

	return [
		row('skip=-1', invalid(least('skip', 0, '-1'))),
		row('limit=0', invalid(least('limit', 1, '0'))),
		row('limit=-5', invalid(least('limit', 1, '-5'))),
		row('limit=1001', invalid(most('limit', 1000, '1001'))),
		row('skip=-1&limit=1001', invalid(least('skip', 0, '-1'),
		    most('limit', 1000, '1001'))),
		row('limit=0&skip=x', invalid(notInt('skip', 'x'), least('limit', 1, '0'))),
		row('limit=1000', {}),
		row('skip=0', {}),
		row('skip=-0', {}),
		row('limit=0&limit=1', {}),
		row('limit=1&limit=0', invalid(least('limit', 1, '0'))),
		row('page=1&sort=x&skip_=-1', {}),
		row('skip=1000000000', (world, r) => ({ json: { data: [],
			count: r.json.count } })),
		row('skip=9223372036854775807', (world, r) => ({ json: { data: [],
			count: r.json.count } })),
		row('limit=99999999999999999999', { status: 422 }),
		row('skip=99999999999999999999999', { status: 422 }),
		row('skip=-99999999999999999999999', { status: 422 }),
		...NUMBERS.map((n) => row(`limit=${n}`, {})),
		...NO_NUMBERS.map((n) => row(`limit=${n}`,
		    invalid(notInt('limit', decodeURIComponent(n))))),
	];
}
