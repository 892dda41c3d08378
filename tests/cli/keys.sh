# shellcheck shell=bash disable=SC2154,SC2034
# atrium keys: from the first key to the last. Sourced by run.sh.

keys_help() {
	gives 0 keys "$1" --help </dev/null &&
		has "Usage: atrium keys $1" "$out" && is '' "$err" || return 1
	[ "$(awk '{ print length }' "$here/out" | sort -n | tail -n 1)" -le 80 ] ||
		fail 'a line is longer than 80 columns'
	gives 0 keys --help </dev/null && has "  $1" "$out"
}
for name in ls new activate retire; do
	check "atrium keys $name --help says how" keys_help "$name"
done

# Before any setting is read: this file does not exist.
keys_slip() {
	env_file=$here/none
	gives 64 keys "$@" </dev/null && has 'Usage: atrium keys' "$err" &&
		is '' "$out"
}
for words in '' 'none' 'ls a' 'ls --now' 'new a' 'new --now' 'activate a b' \
	'activate --force' 'retire' 'retire --now' 'retire a b' 'retire a --all'; do
	# The words are meant to be split.
	# shellcheck disable=SC2086
	check "atrium keys $words: wrong arguments" keys_slip $words
done
env_file=$dir/atrium.env

keys_nowhere() {
	grep -v '^KEYS_DIR=' "$dir/atrium.env" >"$here/plain.env" || return 1
	env_file=$here/plain.env
	for name in ls new activate 'retire AAAAAAAAAAAAAAAA'; do
		# The words are meant to be split.
		# shellcheck disable=SC2086
		gives 78 keys $name </dev/null && is '' "$out" &&
			has 'KEYS_DIR is not set: set it to' "$err" || return 1
	done
}
check 'without KEYS_DIR it says to set it' keys_nowhere
env_file=$dir/atrium.env
settings=(KEYS_DIR="$here/keys")

keys_none() {
	gives 0 keys ls </dev/null && is '' "$out" &&
		has "There are no keys in $here/keys" "$err" || return 1
	gives 1 keys activate </dev/null && is '' "$out" &&
		has 'Nothing was changed: there is no key that has not' "$err" &&
		gives 1 keys retire AAAAAAAAAAAAAAAA </dev/null && is '' "$out" &&
		has 'Nothing was changed: ' "$err" && [ ! -e "$here/keys" ]
}
check 'before the first key nothing is there, and nothing is made' keys_none

# The columns of `atrium keys ls`: KID STATE.
keys_are() {
	gives 0 keys ls </dev/null && is '' "$err" || return 1
	is "$*" "$(awk 'NR > 1 { printf "%s%s %s", (NR > 2 ? " " : ""), $1, $2 }' \
		"$here/out")"
}

keys_first() {
	gives 0 keys new </dev/null && is '' "$err" || return 1
	one=${out%% *}
	is "$one is the first key: it signs from now on." "$out" &&
		[[ $one =~ ^[A-Za-z0-9_-]{16}$ ]] && keys_are "$one active" &&
		is 700 "$(stat -c %a "$here/keys")" &&
		is 600 "$(stat -c %a "$here/keys/$one.pem")" &&
		has 'BEGIN PRIVATE KEY' "$(<"$here/keys/$one.pem")"
}
check 'the first key signs at once, and is its owner'"'"'s alone' keys_first

keys_next() {
	gives 0 keys new </dev/null || return 1
	two=${out%% *}
	has "$two is published from now on. After 2" "$out" &&
		has "\"atrium keys activate $two\"" "$out" &&
		keys_are "$one active $two next" &&
		grep -q "^$two .* activate, after 20..-..-..T..:..:..Z\$" "$here/out"
}
check 'another one is next' keys_next

keys_early() {
	gives 1 keys activate </dev/null && is '' "$out" &&
		has 'verifiers may not have the key until 20' "$err" &&
		has -- '--now does it all the same' "$err" &&
		gives 1 keys activate "$one" </dev/null &&
		has "the key $one signs now" "$err" &&
		gives 1 keys retire "$one" --now </dev/null &&
		has "the key $one signs now" "$err" &&
		keys_are "$one active $two next"
}
check 'what is too early, or not its turn, changes nothing' keys_early

keys_turn() {
	gives 0 keys activate --now </dev/null && is '' "$err" &&
		has "$two signs from now on." "$out" &&
		keys_are "$one old $two active" &&
		grep -q "^$one .* retire, after 20..-..-..T..:..:..Z\$" "$here/out" &&
		gives 1 keys retire "$one" </dev/null &&
		has 'tokens that it signed may be in use until' "$err" &&
		gives 0 keys retire "$one" --now </dev/null &&
		is "$one is gone: what it signed is refused from now on." "$out" &&
		keys_are "$two active" && [ ! -e "$here/keys/$one.pem" ]
}
check 'in a hurry a key is replaced at once' keys_turn

keys_which() {
	gives 0 keys new </dev/null && gives 0 keys new </dev/null &&
		three=${out%% *} && gives 1 keys activate --now </dev/null &&
		has 'more than one key has not signed yet: say which' "$err" &&
		gives 0 keys retire "$three" </dev/null &&
		gives 0 keys activate --now </dev/null &&
		has 'signs from now on.' "$out"
}
check 'of several that wait, one has to be named, or to go' keys_which

keys_unknown() {
	for name in AAAAAAAAAAAAAAAA ../keys "'; --x" "$(printf '%05000d' 1)"; do
		gives 1 keys activate --now -- "$name" </dev/null && is '' "$out" &&
			is "atrium: Nothing was changed: there is no such key in \
$here/keys." "$err" || return 1
	done
}
check 'a key that is not there is a sentence' keys_unknown

keys_open() {
	local file

	file=$(find "$here/keys" -name '*.pem' | head -n 1)
	chmod 0644 "$file" && chmod 0777 "$here/keys" &&
		gives 1 keys ls </dev/null && is '' "$out" &&
		has 'can write in the folder' "$err" &&
		gives 1 keys new </dev/null && has 'chmod it to 0700' "$err" &&
		chmod 0700 "$here/keys" && chmod 0600 "$file"
}
check 'a folder that others can write in is refused' keys_open

keys_damaged() {
	cp -p "$here/keys/keys" "$here/index" &&
		echo '../../etc/passwd active' >"$here/keys/keys" &&
		gives 1 keys ls </dev/null && is '' "$out" &&
		has 'keys/keys is damaged: line 1 is none of ours' "$err" &&
		gives 1 keys new </dev/null && is '' "$out" &&
		is '../../etc/passwd active' "$(<"$here/keys/keys")" &&
		cp -p "$here/index" "$here/keys/keys" && gives 0 keys ls </dev/null
}
check 'an index that is damaged is left as it is' keys_damaged

keys_full() {
	local i

	for ((i = 0; i < 8; i++)); do
		atrium keys new </dev/null
	done
	is 1 "$status" && has 'there are 8 keys, which is the most' "$err"
}
check 'there are eight at most' keys_full
settings=()
