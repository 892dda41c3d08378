// Walks a list by its cursor, from the first page to the last: pages a second.
// Usage: walk.mjs URL; prints PAGES ROWS SECONDS and the last page's address.
import http from 'node:http';

const url = process.argv[2];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function get(address) {
	return new Promise((resolve, reject) => {
		http.get(address, { agent }, (response) => {
			let text = '';

			response.setEncoding('utf8');
			response.on('data', (part) => { text += part; });
			response.on('end', () => {
				if (response.statusCode === 200)
					resolve(JSON.parse(text));
				else
					reject(new Error(`${address}: ${response.statusCode} ${text}`));
			});
		}).on('error', reject);
	});
}

const began = process.hrtime.bigint();
let pages = 0, rows = 0, address = url;

for (;;) {
	const page = await get(address);

	pages++;
	rows += page.data.length;
	if (page.next === null)
		break;
	address = `${url}&cursor=${encodeURIComponent(page.next)}`;
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9;

console.log(pages, rows, seconds.toFixed(3), address);
agent.destroy();
