# shellcheck shell=bash disable=SC2154,SC2034
# atrium user ls. Sourced by run.sh.

columns='id, email, email_key, password, full_name, is_active, is_superuser,
	created_at'

# person EMAIL NAME ACTIVE SUPERUSER DAY: NAME is an SQL expression.
person() {
	sql "INSERT INTO users ($columns)
		VALUES (UNHEX(MD5('$1')), '$1', '$1', '', $2, $3, $4,
		'2026-03-0$5 10:20:30.456789')"
}

sql 'DELETE FROM users'
person one@example.com NULL 1 1 1
person two@example.com "'Zoë 100%'" 1 0 2
person three@example.com "'李小龍'" 0 0 4
person four@example.com "'Dot'" 0 1 3

table() {
	cat <<'TEXT'
ADDRESS            NAME      STATE     RIGHTS     CREATED
three@example.com  李小龍    inactive  -          2026-03-04T10:20:30Z
four@example.com   Dot       inactive  superuser  2026-03-03T10:20:30Z
two@example.com    Zoë 100%  active    -          2026-03-02T10:20:30Z
one@example.com    -         active    superuser  2026-03-01T10:20:30Z
TEXT
}
shows_all() {
	gives 0 user ls </dev/null && is "$(table)" "$out" && is '' "$err"
}
check 'ls shows who is there, the newest first' shows_all

# lists WORDS ARG...: the first parts of the addresses, in this order.
lists() {
	local wanted=$1

	shift
	gives 0 user ls "$@" </dev/null &&
		is "$wanted" "$(sed -n 's/@example.com .*//p' "$here/out" | tr '\n' ' ')"
}
check 'ls --superusers' lists 'four one ' --superusers
check 'ls --inactive' lists 'three four ' --inactive
check 'ls --inactive --superusers' lists 'four ' --inactive --superusers
check 'ls --search in an address' lists 'two ' --search TWO@
check 'ls --search in a name, without case and accents' \
	lists 'two ' --search 'zOE 1'
check 'ls --search takes % and _ as they are' lists 'two ' --search %
check 'ls --search: nobody' lists '' --search _
check 'ls --search: quotes are a text' lists '' --search "' OR 1 -- "
check 'ls --search in another script' lists 'three ' --search=小
check 'ls --search with --inactive' lists 'three four ' --inactive --search=@

shows_some() {
	lists 'three four ' --limit 2 && has 'more accounts than these 2' "$err" &&
		lists 'three four two one ' --limit 4 && is '' "$err"
}
check 'ls --limit, and whether there are more' shows_some

# What a name may hold that a terminal obeys; the table's lines stay lines.
hostile() {
	local name shown

	sql 'DELETE FROM users'
	# ESC, newline, CR, tab, BEL, DEL, CSI (C1), bidi override, line separator
	shown='a\x1B[2J\x0A\x0D\x09\x07\x7F\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8z'
	name=1B5B324A0A0D09077FC29BE280AEE280A8
	person evil@example.com "CONVERT(UNHEX('61${name}7A') USING utf8mb4)" 1 0 1
	gives 0 user ls </dev/null && is 2 "$(wc -l <"$here/out")" &&
		has "  $shown  " "$out" || return 1
	! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f-\xff]' "$here/out" ||
		fail 'control characters' || return 1
	sql "UPDATE users SET email = CONVERT(UNHEX('61${name}7A') USING utf8mb4)"
	gives 0 user ls </dev/null && has $'\n'"$shown  " "$out"
}
check 'control characters never reach the terminal' hostile

many() {
	sql "DELETE FROM users;
		INSERT INTO users ($columns)
		SELECT UNHEX(MD5(seq)), CONCAT(seq, REPEAT('x', 240)), seq, '',
		REPEAT('😀', 255), 1, 0, '2026-01-01' FROM seq_1_to_1100"
	gives 0 user ls </dev/null && is 101 "$(wc -l <"$here/out")" &&
		has 'more accounts than these 100' "$err" &&
		gives 0 user ls --limit 1000 </dev/null &&
		is 1001 "$(wc -l <"$here/out")"
}
check 'ls of the longest names, up to its limit' many

shows_nowhere() {
	(cd "$dir" && clean_env "$build/atrium" user ls) </dev/null >/dev/full \
		2>"$here/err" && {
		fail 'it did not fail'
		return 1
	}
	has 'could not be written' "$(<"$here/err")"
}
check 'ls with nowhere to write is a failure' shows_nowhere

shows_nobody() {
	sql 'DELETE FROM users'
	gives 0 user ls </dev/null && is 1 "$(wc -l <"$here/out")"
}
check 'ls of nobody' shows_nobody
