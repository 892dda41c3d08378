# shellcheck shell=bash disable=SC2154,SC2034
# atrium products: files out and in again, large ones, and what becomes of an
# import that is cut off. Sourced by run.sh, after products.sh.

# A row for each text that has broken something somewhere.
texts=($'a\tb' $'two\nlines' $'cr\rlf\r\n' '"' '""' '","' "'" $'\\' '\n' ' blanks '
	'=1+1' '+1' '-1' '@SUM(A1)' ';' '-- x' "x'; DROP TABLE users;" '%s%n'
	'{{name}}' '<script>' $'\e[2J' $'\x7f\x01' $'\xe2\x80\xaertl' $'\xef\xbb\xbf'
	'👩‍👩‍👧' $'e\xcc\x81' 'ß' 'İi' $'\xf4\x8f\xbf\xbf' 'null' 'NULL' 'true' '0' '1e5')

# Names of up to 255 characters, descriptions of 4,000, of none, and NULL.
hostile() {
	local i hex

	for i in "${!texts[@]}"; do
		hex=$(printf %s "${texts[i]}" | od -An -v -tx1 | tr -d ' \n')
		echo "INSERT INTO products (id, sku, name, description, category,
			price, currency, stock, active, image_file_id,
			stripe_price_id, version, edition, created_at, updated_at)
			VALUES (UNHEX('$(printf '%032x' "$((i + 1))")'), 'H-$i',
			LEFT(REPEAT(CONVERT(X'$hex' USING utf8mb4),
			IF($i % 3, 1, 255)), 255), IF($i % 5,
			CONVERT(X'$hex' USING utf8mb4),
			ELT($i % 3 + 1, '', REPEAT('😀', 4000), NULL)),
			IF($i % 4, NULL, 'c'), $i, 'EUR', $i % 2 * 1000000000000,
			$i % 2, IF($i % 7, NULL, UNHEX(MD5($i))),
			IF($i % 6, NULL, '~!'), 3, 2, NOW(6), NOW(6));"
	done >"$here/hostile.sql"
	sql "$(<"$here/hostile.sql")"
}

# comes_back FORMAT: out, in into nothing, out again; and in over itself.
comes_back() {
	local file=$here/all.$1

	nothing && hostile && products >"$here/before" &&
		gives 0 products export -o "$file" </dev/null &&
		has "${#texts[@]} products written to $file" "$out" || return 1
	gives 0 products import --mode upsert "$file" </dev/null &&
		sums "${#texts[@]} rows: 0 new, 0 changed, ${#texts[@]} as before" &&
		is "$(<"$here/before")" "$(products)" && nothing || return 1
	gives 0 products import "$file" </dev/null &&
		sums "${#texts[@]} rows: ${#texts[@]} new, 0 changed, 0 as before" || return 1
	is "$(sed 's/3$/1/' "$here/before")" "$(products)" &&
		gives 0 products export --format "$1" </dev/null &&
		cmp "$file" "$here/out"
}
check 'CSV: out and in again is the same, whatever the text' comes_back csv
check 'JSON lines: out and in again is the same' comes_back jsonl

one_as_other() {
	nothing && gives 0 products import "$here/all.csv" </dev/null &&
		gives 0 products export --format jsonl </dev/null &&
		cmp "$here/all.jsonl" "$here/out"
}
check 'from the one format into the other is the same' one_as_other

node_reads() {
	node -e '
		const fs = require("fs");
		const rows = fs.readFileSync(process.argv[1], "utf8").trimEnd()
			.split("\n").map((line) => JSON.parse(line));
		console.log(rows.length, Object.keys(rows[0]).join());' \
		"$here/all.jsonl" >"$here/node" || return 1
	is "${#texts[@]} sku,name,description,category,price,currency,stock,active,image_file_id,stripe_price_id" \
		"$(<"$here/node")"
}
check 'every line is JSON to others too' node_reads

exports_some() {
	stock && gives 0 products export --active </dev/null && is '' "$err" &&
		is $'sku,name,description,category,price,currency,stock,active,image_file_id,stripe_price_id\r
A,one,first,,1,EUR,5,true,,\r
B,two,second,,2,EUR,6,true,,\r' "$out" || return 1
	gives 0 products export --format jsonl -o - </dev/null &&
		is 3 "$(wc -l <"$here/out")" &&
		is '{"sku":"C","name":"three","description":"third","category":null,"price":3,"currency":"EUR","stock":7,"active":false,"image_file_id":null,"stripe_price_id":null}' \
			"$(tail -n 1 "$here/out")"
}
check 'export --active, and - for standard output' exports_some

replaces() {
	rm -rf "$here/to" && mkdir "$here/to" && echo old >"$here/to/a.csv" &&
		chmod 640 "$here/to/a.csv" && ln -s a.csv "$here/to/link.csv" &&
		gives 0 products export -o "$here/to/link.csv" </dev/null &&
		is 4 "$(wc -l <"$here/to/a.csv")" && [ -L "$here/to/link.csv" ] &&
		is 640 "$(stat -c %a "$here/to/a.csv")" &&
		is 'a.csv link.csv' "$(cd "$here/to" && echo *)" || return 1
	gives 0 products export -o /dev/null </dev/null && [ -c /dev/null ]
}
check 'export replaces a file when all is written; a device stays one' replaces

cannot_write() {
	gives 73 products export -o "$here/none/a.csv" </dev/null &&
		has 'none/a.csv cannot be written: No such file' "$err" || return 1
	gives 73 products export -o "$here/folder.csv" </dev/null &&
		has 'cannot be written: Is a directory' "$err" || return 1
	(cd "$dir" && clean_env "$build/atrium" products export) \
		>/dev/full 2>"$here/err" </dev/null
	is 73 "$?" && has 'Standard output cannot be written' "$(<"$here/err")"
}
check 'an export that cannot be written says so' cannot_write

# many ROWS
many() {
	awk -v n="$1" 'BEGIN {
		print "sku,name,description,category,price,currency,stock"
		for (i = 0; i < n; i++)
			printf "S-%d,Thing %d of many,Words about %d,c%d,%d,EUR,%d\n",
				i, i * 7919 % n, i, i % 50, i * 31 % 99991, i % 100
	}' >"$here/many.csv"
}

rows=100000
many "$rows"

statements() {
	sql 'SHOW GLOBAL STATUS LIKE "Com_stmt_execute"' | cut -f 2
}

# Two statements for 64 rows: how long they take is the machine's.
large() {
	local before after

	nothing && before=$(statements)
	gives 0 products import "$here/many.csv" </dev/null &&
		sums "$rows rows: $rows new, 0 changed, 0 as before" &&
		is "$rows" "$(number products 1)" || return 1
	after=$(statements)
	[ $((after - before)) -lt $((rows / 25)) ] ||
		fail "$((after - before)) statements" || return 1
	gives 0 products export -o "$here/again.csv" </dev/null &&
		is "$((rows + 1))" "$(wc -l <"$here/again.csv")" &&
		gives 0 products import --mode upsert "$here/again.csv" </dev/null &&
		sums "$rows rows: 0 new, 0 changed, $rows as before"
}
check 'a hundred thousand rows are a few thousand statements' large

none_or_all() {
	nothing && { cat "$here/many.csv" && echo S-0,n,,,1,EUR,; } >"$here/some.csv"
	imports 65 csv <"$here/some.csv" && is "line 100002: sku: the same as in line 2
atrium: 1 row is not right. Nothing was changed." "$err" &&
		is 0 "$(number products 1)" || return 1
	sql 'INSERT INTO products (id, sku, name, price, currency, stock, active,
		version, edition, created_at, updated_at) VALUES (UNHEX(MD5(1)),
		"S-99999", "n", 1, "EUR", 1, 1, 1, 1, NOW(6), NOW(6))' &&
		gives 65 products import "$here/many.csv" </dev/null &&
		has 'line 100001: sku: there is a product with it' "$err" &&
		is 1 "$(number products 1)" && is '' "$(trail)"
}
check 'the last of 100,000 rows is wrong: none is taken' none_or_all

rows=30000
many "$rows"

# begun 1|0: a transaction that is not over has rows in the table, or not.
begun() {
	local i

	for ((i = 0; i < 600; i++)); do
		[ "$(sql 'SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;
			SELECT COUNT(*) > 1000 FROM products')" = "$1" ] && return
		sleep 0.05
	done
	fail "it did not get there: $1"
}

# cut_off SIGNAL STATUS: in the middle of the transaction.
cut_off() {
	local job

	nothing
	# shellcheck disable=SC2016
	(cd "$dir" && clean_env env --default-signal=INT \
		sh -c 'echo $$ >"$0" && exec "$@"' "$here/pid" \
		"$build/atrium" products import "$here/many.csv") \
		>"$here/out" 2>"$here/err" </dev/null &
	job=$!
	begun 1 && is 0 "$(number products 1)" && kill "-$1" "$(<"$here/pid")"
	wait "$job"
	is "$2" "$?" && is '' "$(<"$here/out")" && is 0 "$(number products 1)" ||
		return 1
	[ "$1" = KILL ] || has 'Interrupted. Nothing was changed.' "$(<"$here/err")" ||
		return 1
	begun 0 && is 0 "$(number products 1)" && is '' "$(trail)" &&
		is 0 "$(number product_totals 1)"
}
check 'Ctrl-C in the middle leaves nothing' cut_off INT 130
check 'SIGTERM in the middle leaves nothing' cut_off TERM 143
check 'kill -9 in the middle leaves nothing' cut_off KILL 137

# Both find nothing, and one is faster.
at_once() {
	local one jobs='' won=0

	nothing
	for one in 1 2; do
		(cd "$dir" && clean_env "$build/atrium" products import \
			"$here/many.csv" </dev/null >"$here/both.$one" 2>&1) &
		jobs+=" $!"
	done
	for one in $jobs; do
		wait "$one" && won=$((won + 1))
	done
	is 1 "$won" && is "$rows" "$(number products 1)" &&
		is 1 "$(cat "$here"/both.* | grep -c "$rows rows are not right")" &&
		is 1 "$(trail | wc -l)"
}
check 'of two at the same time one takes all' at_once

on_terminal() {
	nothing
	(cd "$dir" && clean_env script -qec \
		"'$build/atrium' products import '$here/many.csv'" /dev/null) \
		>"$here/out" 2>&1 </dev/null
	has $'\r' "$(<"$here/out")" && grep -q 'rows read, [0-9]* %' "$here/out" &&
		grep -q "of $rows rows stored, [0-9]* %" "$here/out" &&
		has "$rows rows: $rows new" "$(tail -n 1 "$here/out")"
}
check 'a terminal is told how far it has come' on_terminal
rm -f "$here"/many.csv "$here"/again.csv "$here"/some.csv
nothing
