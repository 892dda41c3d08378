# shellcheck shell=bash disable=SC2154,SC2034
# The words of the command line: help and slips. Sourced by run.sh.

says_help() {
	gives 0 user "$1" --help </dev/null &&
		has "Usage: atrium user $1" "$out" && is '' "$err" || return 1
	gives 0 user --help </dev/null && has "  $1" "$out" || return 1
	[ "$(awk '{ print length }' "$here/out" | sort -n | tail -n 1)" -le 80 ] ||
		fail 'a line is longer than 80 columns'
}
for name in create first ls passwd activate deactivate superuser; do
	check "atrium user $name --help says how" says_help "$name"
done

# Before any setting is read: this file does not exist.
slip() {
	env_file=$here/none
	gives 64 user "$@" </dev/null && has 'Usage: atrium user' "$err" &&
		is '' "$out"
}
# ARGUMENTS, as words without spaces
for words in '' 'none' 'create' 'create a@example.com b@example.com' \
	'create --none a@example.com' 'create a@example.com --full-name' \
	'first again' 'passwd' 'passwd --off a@example.com' \
	'passwd a@example.com secret' 'ls a' 'ls --limit' 'ls --limit 0' \
	'ls --limit 1001' 'ls --limit 1x' 'ls --limit -1' 'ls --none' \
	'activate' 'activate --all' 'deactivate' 'deactivate a b' 'superuser' \
	'superuser --on a@example.com' 'superuser a b'; do
	# The words are meant to be split.
	# shellcheck disable=SC2086
	check "atrium user $words: wrong arguments" slip $words
done
check 'a search that is not UTF-8: wrong arguments' slip ls --search $'\xff'
env_file=$dir/atrium.env
