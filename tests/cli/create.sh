# shellcheck shell=bash disable=SC2154,SC2034
# New accounts, and the first administrator. Sourced by run.sh.

makes_account() {
	new Ada@Example.COM --full-name 'Ada Łovelace' &&
		is 'Created the account Ada@example.com.' "$out" && is '' "$err" &&
		is 'Ada Łovelace	1	0' "$(sql "SELECT full_name, is_active,
			is_superuser FROM users WHERE email = 'Ada@example.com'")" &&
		signs_in 200 ada@example.com "$password"
}
check 'create makes an account that can sign in' makes_account

makes_admin() {
	new --superuser root@example.com &&
		is 'Created the administrator root@example.com.' "$out" &&
		is 1 "$(number users 'is_superuser AND email = "root@example.com"')"
}
check 'create --superuser makes an administrator' makes_admin

takes_no_second() {
	gives 1 user create ADA@example.com <<<'another one' &&
		has 'already' "$err" &&
		is 1 "$(number users 'email LIKE "ada@%" OR email LIKE "Ada@%"')" &&
		signs_in 200 ada@example.com "$password"
}
check 'an address has one account, in any case' takes_no_second

# refuses STATUS PASSWORD ARG...
refuses() {
	local wanted=$1 text=$2 before

	before=$(number users 1)
	shift 2
	gives "$wanted" user create "$@" <<<"$text" && is '' "$out" &&
		has 'is not right' "$err" && lacks "$text" "$err$out" &&
		is "$before" "$(number users 1)"
}
check 'a password of 7 characters is refused' \
	refuses 1 sevench short@example.com
check 'a password of 129 characters is refused' \
	refuses 1 "$(printf '%0129d' 0)" long@example.com
check 'a password that is not UTF-8 is refused' \
	refuses 1 $'hushhush\xff' bytes@example.com

# refuses_weak SENTENCE PASSWORD ARG...
refuses_weak() {
	local sentence=$1 text=$2 before

	before=$(number users 1)
	shift 2
	gives 1 user create "$@" <<<"$text" && is '' "$out" &&
		is "atrium: The password $sentence." "$err" &&
		is "$before" "$(number users 1)"
}
check 'a common password is refused' refuses_weak \
	'is one of the most common ones' Qwertyuiop1 weak@example.com
check 'the address as a password is refused' refuses_weak \
	'must not be the address or the name' moc.elpmaxe@kaew! weak@example.com
check 'the name as a password is refused' refuses_weak \
	'must not be the address or the name' 'arah-o ttelracs' weak@example.com \
	--full-name "Scarlett O'Hara"

takes_kinds() {
	local given

	settings=(PASSWORD_CLASSES=2 PASSWORD_COMMON=true)
	refuses_weak 'needs characters of 2 kinds: lower case, upper case, '\
'digits, others' password kinds@example.com &&
		gives 0 user create kinds@example.com <<<password1
	given=$?
	settings=()
	return "$given"
}
check 'the settings say what a password needs' takes_kinds
check 'an address that is none is refused' refuses 64 "$password" nobody
check 'a name of 256 characters is refused' refuses 64 "$password" \
	name@example.com --full-name "$(printf '%0256d' 0)"

no_password() {
	gives 1 user create none@example.com </dev/null &&
		has 'no password on standard input' "$err"
}
check 'no password at all is a sentence' no_password

shows_safely() {
	gives 64 user create $'a\e[2J@example.com' <<<"$password" &&
		lacks $'\e' "$err"
}
check 'what it refuses does not steer the terminal' shows_safely

# first_env LINE...: settings with another first administrator, where there is
# no administrator yet.
first_env() {
	sql 'UPDATE users SET is_superuser = 0'
	env_file=$here/first.env
	(umask 077 && : >"$env_file")
	grep -v '^FIRST_' "$dir/atrium.env" >"$env_file"
	printf '%s\n' "$@" >>"$env_file"
}

first_generates() {
	local word

	first_env FIRST_SUPERUSER=first@example.com
	gives 0 user first </dev/null && is '' "$err" &&
		has 'Created the administrator first@example.com.' "$out" &&
		has 'Change it' "$out" || return 1
	word=$(sed -n 's/.*shown this once: //p' "$here/out")
	[[ $word =~ ^([0-9a-z]{5}-){3}[0-9a-z]{5}$ ]] || fail "$word" || return 1
	is 1 "$(number users 'is_superuser AND email = "first@example.com"')" &&
		signs_in 200 first@example.com "$word" || return 1
	gives 0 user first </dev/null && lacks "$word" "$out" &&
		is 'The administrator first@example.com exists.' "$out" || return 1
	printf '%s\n' "$word" >"$here/word"
}
check 'first makes up a password, shows it, and shows it once' first_generates

first_differs() {
	first_env FIRST_SUPERUSER=second@example.com
	gives 0 user first </dev/null && lacks "$(<"$here/word")" "$out" &&
		has 'shown this once' "$out"
}
check 'it makes up another one each time' first_differs

first_takes() {
	first_env FIRST_SUPERUSER=third@example.com \
		FIRST_SUPERUSER_PASSWORD=hushhush-third
	gives 0 user first </dev/null &&
		is 'Created the administrator third@example.com.' "$out" &&
		signs_in 200 third@example.com hushhush-third
}
check 'first takes FIRST_SUPERUSER_PASSWORD and shows nothing' first_takes

first_keeps() {
	first_env FIRST_SUPERUSER=ada@example.com
	gives 0 user first </dev/null && has 'is no active administrator' "$err" &&
		is 0 "$(number users 'is_superuser AND email LIKE "ada%"')" &&
		signs_in 200 ada@example.com "$password"
}
check 'first leaves an account that exists as it is' first_keeps

first_does_not_come_back() {
	first_env FIRST_SUPERUSER=gone@example.com
	sql "UPDATE users SET is_superuser = 1 WHERE email = 'third@example.com'"
	gives 0 user first </dev/null && has 'an administrator already' "$out" &&
		is 0 "$(number users 'email = "gone@example.com"')"
}
check 'first makes none where there is another' first_does_not_come_back

first_of_nobody() {
	first_env
	gives 0 user first </dev/null && has 'nothing to do' "$out"
}
check 'without FIRST_SUPERUSER first does nothing' first_of_nobody

shows_or_fails() {
	first_env FIRST_SUPERUSER=full@example.com
	(cd "$dir" && clean_env "$build/atrium" user first) \
		>/dev/full 2>"$here/err" </dev/null && {
		fail 'it did not fail'
		return 1
	}
	has 'could not be shown' "$(<"$here/err")"
}
check 'a password that nobody saw is a failure' shows_or_fails

# All see no account, and one is faster: before the others make theirs, or
# look for another administrator.
first_twice() {
	local one two

	first_env FIRST_SUPERUSER=both@example.com
	for one in 1 2 3 4; do
		(cd "$dir" && clean_env "$build/atrium" user first \
			</dev/null >"$here/both.$one" 2>&1) &
		two+=" $!"
	done
	# The words are meant to be split.
	# shellcheck disable=SC2086
	for one in $two; do
		wait "$one" || fail "$(cat "$here"/both.*)" || return 1
	done
	is 1 "$(cat "$here"/both.* | grep -c 'shown this once')" &&
		is 3 "$(cat "$here"/both.* | grep -cE 'exists|There is an')"
}
check 'of four at the same time one makes the account' first_twice
env_file=$dir/atrium.env
