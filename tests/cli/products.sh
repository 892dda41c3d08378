# shellcheck shell=bash disable=SC2154,SC2034
# atrium products import: what is right, what is not, and that it is all or
# nothing. Sourced by run.sh.

products_help() {
	gives 0 products "$1" --help </dev/null &&
		has "Usage: atrium products $1" "$out" && is '' "$err" || return 1
	[ "$(awk '{ print length }' "$here/out" | sort -n | tail -n 1)" -le 80 ] ||
		fail 'a line is longer than 80 columns'
	gives 0 products --help </dev/null && has "  $1" "$out"
}
for name in import export; do
	check "atrium products $name --help says how" products_help "$name"
done

# Before any setting is read: this file does not exist.
products_slip() {
	env_file=$here/none
	gives 64 products "$@" </dev/null && has 'Usage: atrium products' "$err" &&
		is '' "$out"
}
for words in '' 'none' 'import' 'import a.csv b.csv' 'import a.txt' 'import -' \
	'import --format xml a.csv' 'import --format' 'import --force a.csv' \
	'import --mode replace a.csv' 'export a.csv' 'export --format xml' \
	'export -o' 'export --all'; do
	# The words are meant to be split.
	# shellcheck disable=SC2086
	check "atrium products $words: wrong arguments" products_slip $words
done
env_file=$dir/atrium.env

# nothing: there is no product; start from here.
nothing() {
	sql 'TRUNCATE products; TRUNCATE product_totals;
		DELETE FROM audit WHERE action = "cli.products_import"'
}

# products: a line each, but the ids and times.
products() {
	sql 'SELECT sku, name, COALESCE(description, "-"),
		COALESCE(category, "-"), price, currency, stock, active,
		COALESCE(HEX(image_file_id), "-"), COALESCE(stripe_price_id, "-"),
		version FROM products ORDER BY id'
}

# imports STATUS FORMAT [OPTION]...: of standard input.
imports() {
	local wanted=$1 format=$2

	shift 2
	gives "$wanted" products import --format "$format" "$@" -
}

# sums COUNTS: the summary, but for the time.
sums() {
	is "$1" "${out%, in *}" || return 1
	[[ $out =~ ,\ in\ [0-9]+\.[0-9]\ s ]] || fail "no time: $out"
}

takes_csv() {
	nothing
	imports 0 csv <<-'TEXT' || return 1
		price,sku,currency,stock,name,description,category,active,image_file_id,stripe_price_id
		100,A-1,EUR,7,"Ann's ""best"", new",long,toys,no,8F4E6A2C-0D3B-4C55-9E1F-AABBCCDDEEFF,price_1
		0,A-2,JPY,,B,,,,,
	TEXT
	sums '2 rows: 2 new, 0 changed, 0 as before' && is '' "$err" &&
		is 'A-1	Ann'\''s "best", new	long	toys	100	EUR	7	0	8F4E6A2C0D3B4C559E1FAABBCCDDEEFF	price_1	1
A-2	B	-	-	0	JPY	0	1	-	-	1' "$(products)" &&
		is '1	1	1' "$(sql 'SELECT active, inactive, version
			FROM product_totals')"
}
check 'CSV: columns in any order, presets for what is empty' takes_csv

takes_few() {
	nothing
	printf '\xef\xbb\xbfsku,name,price,currency\r\nA,a,1,EUR\r\n\r\n"B","b\r\nb",2,EUR' \
		>"$here/few.csv"
	gives 0 products import "$here/few.csv" </dev/null &&
		sums '2 rows: 2 new, 0 changed, 0 as before' &&
		is '0A620D0A62' "0A$(sql 'SELECT HEX(name) FROM products
			WHERE sku = "B"')" &&
		is '2' "$(number products 'active AND stock = 0')"
}
check 'CSV: a byte order mark, CRLF, and the columns that there must be' takes_few

takes_lines() {
	nothing
	printf '%s\r\n\n  \n%s' \
		'{"sku":"A-1","name":"a\u00e4","price":5,"currency":"EUR","stock":3,"active":false}' \
		' { "currency" : "EUR", "price" : 1, "name" : "b", "sku" : "A-2", "category": null }' \
		>"$here/two.jsonl"
	gives 0 products import "$here/two.jsonl" </dev/null &&
		sums '2 rows: 2 new, 0 changed, 0 as before' &&
		is 'A-1	aä	-	-	5	EUR	3	0	-	-	1
A-2	b	-	-	1	EUR	0	1	-	-	1' "$(products)"
}
check 'JSON lines: an object a line' takes_lines

# refuses_rows FORMAT ERRORS [OPTION]...: of standard input, and all of them.
refuses_rows() {
	local format=$1 wanted=$2 before

	shift 2
	before=$(products)
	imports 65 "$format" "$@" && is '' "$out" && is "$wanted" "$err" &&
		is "$before" "$(products)"
}

csv_faults() {
	printf '%s\n' sku,price,name,currency,stock,category \
		'ok,1,"n
n",EUR,1,c' 'A,-1,,EUR,1,' 'B,1.5,n,EURO,x,' $'C,1,\xff,EUR,1,' 'D,1,n,EUR,1' \
		'ok,1,n,EUR,1,' ' E,1,n,XYZ,1,' |
		refuses_rows csv 'line 4: name: Field required; price: Input should be greater than or equal to 0
line 5: price: Input should be a valid integer, unable to parse string as an integer; currency: String should have at most 3 characters; stock: Input should be a valid integer, unable to parse string as an integer
line 6: name: it is not UTF-8
line 7: 5 cells, but 6 columns
line 8: sku: the same as in line 2
line 9: sku: it begins with a blank; currency: it is no currency of ISO 4217
atrium: 6 rows are not right. Nothing was changed.'
}
check 'CSV: each wrong row is named with its line and why' csv_faults

json_faults() {
	printf '%s\n' '{"sku":"A","name":"n","price":1,"currency":"EUR","stok":1}' '' \
		'{"sku":' '[1]' '{"sku":"B","name":1,"price":1,"currency":"EUR"}' \
		$'{"sku":"\xff"}' '{"sku":"C","sku":"D"}' \
		'{"sku":"\u0000","name":"n","price":null,"currency":"EUR"}' \
		'{"sku":"E","name":"n","price":1,"currency":"EUR"}' \
		'{"sku":"\u0045","name":"n","price":1,"currency":"EUR"}' |
		refuses_rows jsonl 'line 1: stok: there is no such member
line 3: it is not JSON: Expecting value at character 8
line 4: Input should be a valid dictionary or object to extract fields from
line 5: name: Input should be a valid string
line 6: it is not UTF-8
line 7: it is not JSON: Repeated member name at character 12
line 8: sku: Value error, text must not contain U+0000; price: Input should be a valid integer
line 10: sku: the same as in line 9
atrium: 8 rows are not right. Nothing was changed.'
}
check 'JSON lines: each wrong one is named with its line and why' json_faults

long_lines() {
	awk 'BEGIN { printf "{\"sku\":\""; for (i = 0; i < 140000; i++) printf "x"
		print "\"}\n{}" }' >"$here/long"
	imports 65 jsonl <"$here/long" && has 'line 1: the line is longer than 131072' "$err" &&
		has 'line 2: sku: Field required; name: Field required' "$err" || return 1
	awk 'BEGIN { print "sku,name,price,currency\nA,\"x,1,EUR"
		for (i = 0; i < 10000; i++) print "B" i ",n,1,EUR" }' >"$here/long"
	imports 65 csv <"$here/long" && has 'line 2: the row is longer than 65536' "$err" &&
		has 'is a quote missing?' "$err" && has '1 row is not right' "$err"
}
check 'lines without an end are bounded' long_lines

many_faults() {
	awk 'BEGIN { print "sku,name,price,currency"
		for (i = 0; i < 250; i++) print i ",n,-1,EUR" }' >"$here/long"
	imports 65 csv <"$here/long" && is 102 "$(wc -l <"$here/err")" &&
		has 'line 101: price' "$err" && lacks 'line 102' "$err" &&
		has '... and 150 more rows' "$err" && has '250 rows are not' "$err"
}
check 'of many wrong rows 100 are shown' many_faults

steers_not() {
	imports 65 csv <<<$'sku,\e[2Jname' && lacks $'\e' "$err" &&
		has '\x1B[2Jname' "$err"
}
check 'what it refuses does not steer the terminal' steers_not

headers() {
	refuses_rows csv 'line 1: the file is empty: the first line names the columns
atrium: 1 row is not right. Nothing was changed.' </dev/null &&
		refuses_rows csv 'line 1: the column sku stands there twice
atrium: 1 row is not right. Nothing was changed.' <<<'sku,name,sku' &&
		refuses_rows csv 'line 1: the column price is missing: every product needs it
atrium: 1 row is not right. Nothing was changed.' <<<'sku,name,currency' &&
		imports 65 csv <<<'A-1,n,1,EUR' && has '"A-1" is no column: ' "$err" &&
		imports 65 csv <<<'sku,,name' && has '"" is no column: ' "$err" || return 1
	imports 0 csv <<<'sku,name,price,currency' &&
		sums '0 rows: 0 new, 0 changed, 0 as before' || return 1
	imports 0 jsonl </dev/null && sums '0 rows: 0 new, 0 changed, 0 as before'
}
check 'an empty file, only a header, a header that is wrong or missing' headers

no_csv() {
	printf '%s\n' sku,name,price,currency 'A,n,1,EUR' 'B,n"n,1,EUR' 'C,-,-1,' |
		refuses_rows csv 'line 3: a quote stands in a cell that does not begin with one (the rest was not read)
atrium: 1 row is not right. Nothing was changed.'
}
check 'what is no CSV ends the reading' no_csv

no_file() {
	gives 66 products import "$here/none.csv" </dev/null &&
		has "none.csv cannot be read: No such file" "$err" && is '' "$out" &&
		mkdir -p "$here/folder.csv" &&
		gives 66 products import "$here/folder.csv" </dev/null &&
		has 'cannot be read: Is a directory' "$err" || return 1
	settings=(TMPDIR="$here/none")
	imports 1 csv <<<'sku'
	status=$?
	settings=()
	[ "$status" -eq 0 ] && has 'TMPDIR names another folder' "$err"
}
check 'a file that cannot be read, and no room for a temporary one' no_file

# What is there from here on.
stock() {
	nothing
	imports 0 csv <<-'TEXT'
		sku,name,price,currency,stock,description,active
		A,one,1,EUR,5,first,true
		B,two,2,EUR,6,second,true
		C,three,3,EUR,7,third,false
	TEXT
}

inserts_only() {
	stock && refuses_rows csv 'line 3: sku: there is a product with it: --mode upsert would change it
line 4: sku: there is a product with it: --mode upsert would change it
atrium: 2 rows are not right. Nothing was changed.' <<-'TEXT'
		sku,name,price,currency
		D,new,1,EUR
		B,other,1,EUR
		C,three,3,EUR
	TEXT
}
check 'insert: a sku that exists is refused with its line' inserts_only

upserts() {
	stock && sql 'UPDATE products SET updated_at = "2000-01-01",
		created_at = "2000-01-01"' || return 1
	imports 0 csv --mode upsert <<-'TEXT' || return 1
		sku,name,price,currency,stock,description
		C,three,3,EUR,7,third
		A,one,1,EUR,4,first
		B,zwei,2,EUR,,
		D,four,4,EUR,,
	TEXT
	sums '4 rows: 1 new, 2 changed, 1 as before' &&
		is 'A	one	first	-	1	EUR	4	1	-	-	2
B	zwei	-	-	2	EUR	6	1	-	-	2
C	three	third	-	3	EUR	7	0	-	-	1
D	four	-	-	4	EUR	0	1	-	-	1' "$(products)" &&
		is 'A	1	1
B	2	0
C	1	1' "$(sql 'SELECT sku, edition, updated_at = "2000-01-01" FROM products
			WHERE created_at = "2000-01-01" ORDER BY sku')" &&
		is '3	1	2' "$(sql 'SELECT active, inactive, version
			FROM product_totals')"
}
check 'upsert: what is given changes, what is not stays' upserts

upserts_json() {
	stock && imports 0 jsonl --mode upsert <<-'TEXT' || return 1
		{"sku":"A","name":"one","price":1,"currency":"EUR","description":null,"active":false}
		{"sku":"B","name":"two","price":2,"currency":"EUR","stock":0}
		{"sku":"C","name":"three","price":3,"currency":"EUR"}
	TEXT
	sums '3 rows: 0 new, 2 changed, 1 as before' &&
		is 'A	one	-	-	1	EUR	5	0	-	-	2
B	two	second	-	2	EUR	0	1	-	-	2
C	three	third	-	3	EUR	7	0	-	-	1' "$(products)" &&
		is '1	2' "$(sql 'SELECT active, inactive FROM product_totals')"
}
check 'upsert: in JSON too, where null is none and nothing is nothing' upserts_json

dry_run() {
	local before

	stock || return 1
	before=$(products)
	imports 0 csv --mode upsert --dry-run <<-'TEXT' || return 1
		sku,name,price,currency
		A,other,1,EUR
		E,five,5,EUR
	TEXT
	sums '2 rows: 1 new, 1 changed, 0 as before' &&
		has '--dry-run: nothing was changed' "$out" &&
		is "$before" "$(products)" && is 1 "$(trail | wc -l)" &&
		imports 65 csv --dry-run <<<$'sku,name,price,currency\nA,n,1,EUR' &&
		has 'line 2: sku: there is a product with it' "$err"
}
trail() {
	sql 'SELECT action, object_type, object_id, diff, actor_id FROM audit
		WHERE action LIKE "cli.products%" ORDER BY id'
}
check '--dry-run says what would be, and does nothing' dry_run

audits() {
	stock && imports 0 csv --mode upsert <<-'TEXT' || return 1
		sku,name,price,currency
		A,other,1,EUR
		E,five,5,EUR
	TEXT
	is 'cli.products_import	product	NULL	{"new":[0,3],"changed":[0,0]}	NULL
cli.products_import	product	NULL	{"new":[0,1],"changed":[0,1]}	NULL' \
		"$(trail)" || return 1
	imports 0 csv --mode upsert <<<$'sku,name,price,currency\nA,other,1,EUR' &&
		sums '1 row: 0 new, 0 changed, 1 as before' && is 2 "$(trail | wc -l)" &&
		is 2 "$(sql 'SELECT version FROM product_totals')"
}
check 'one line in the trail for each import that changed something' audits
