# shellcheck shell=bash disable=SC2154
# The products of script/bench: their rows, and the cases of --products. Sourced
# by script/bench, which sets root, here, dir, url and build_dir.

# products DIR NUMBER: gives that stack products.
products() {
	mariadb --defaults-file="$1/client.cnf" atrium <<TEXT
INSERT INTO products (id, sku, name, description, category, price, currency,
	stock, active, version, edition, created_at, updated_at)
SELECT UNHEX(CONCAT(LPAD(HEX(1700000000000 + seq), 12, '0'), '7000',
		'8000', LPAD(HEX(seq), 12, '0'))),
	CONCAT('SKU-', LPAD(seq, 7, '0')), CONCAT('Product number ', seq),
	CONCAT('What product ', seq, ' is good for, in a sentence of about the'
		' length that a shop would give it'),
	CONCAT('category-', seq % 20), seq * 37 % 100000, 'EUR', seq % 500, 1,
	1, 1, '2026-01-01 10:00:00', '2026-01-01 10:00:00'
FROM seq_1_to_$2;
INSERT INTO product_totals (id, active, inactive, version)
	VALUES (1, $2, 0, 1);
ANALYZE TABLE products;
TEXT
}

# A second stack with a hundred times as many.
products_start() {
	products "$dir/stack" 10000 >/dev/null
	few_url=$url
	many_url=$("$here/stack" start "$dir/many" --build "$build_dir" |
		sed -n 's/^url=//p')
	products "$dir/many" 1000000 >/dev/null
	few_last=$(node "$root/bench/walk.mjs" \
		"$few_url/api/v1/products/?limit=100" | cut -d' ' -f4)
	many_last=$(node "$root/bench/walk.mjs" \
		"$many_url/api/v1/products/?limit=100" | cut -d' ' -f4)
}

# walk NAME URL: as load, of one client that goes through all pages.
walk() {
	node "$root/bench/walk.mjs" "$2" |
		awk -v of="$round $1" '{
			printf "%s %.1f %.3f 0 0 0\n", of, $1 / $3, $3 * 1000 / $1
		}' >>"$dir/figures"
}

products_round() {
	local size name query clients

	unset BENCH_TOKEN
	export BENCH_FRESH=1
	# Of words a worker takes no more at a time than two: others are refused.
	while read -r name clients query; do
		for size in few many; do
			[ "$size" = few ] && url=$few_url || url=$many_url
			load "$name-$size" "$clients" "/api/v1/products/?limit=20$query"
		done
	done <<'TEXT'
list 32
filter 32 &category=category-7
sort 32 &sort=price
range 32 &min_price=20000&max_price=70000&sort=-price
words 2 &q=product+77
TEXT
	url='' load last-few 32 "$few_last"
	url='' load last-many 32 "$many_last"
	unset BENCH_FRESH
	walk walk-few "$few_url/api/v1/products/?limit=100"
	[ "$round" -gt 2 ] ||
		walk walk-many "$many_url/api/v1/products/?limit=100"
}
