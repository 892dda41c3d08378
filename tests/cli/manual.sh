# shellcheck shell=bash disable=SC2154,SC2034
# The manual pages: they format without a warning, and say everything that
# the programs know. Sourced by run.sh.

pages=("$root"/docs/*.[1-8])

formats() {
	local said

	command -v groff >/dev/null || {
		echo 'skipped: groff is not installed'
		return 0
	}
	said=$(groff -man -Tutf8 -ww -z "$1" 2>&1)
	is '' "$said" || return 1
	[ "$(LC_ALL=C grep -c '[^ -~]' "$1")" -eq 0 ] || fail 'bytes beyond ASCII'
}
for page in "${pages[@]}"; do
	check "${page##*/} formats without a warning" formats "$page"
done

# The text of a page, without what formats it.
plain() {
	sed 's/\\f[A-Z]//g; s/\\-/-/g; s/\\(dq/"/g; s/\\&//g' "$1"
}

settings_of() {
	tr -d '\n' <"$root/src/core/config_schema.c" |
		grep -oE 'FIELD\([A-Z0-9_]+' | cut -c 7-
}

names_settings() {
	local name text missing=''

	text=$(plain "$root/docs/atrium.1")
	for name in $(settings_of); do
		grep -qw "$name" <<<"$text" || missing+=" $name"
	done
	is '' "$missing" || return 1
	[ "$(settings_of | wc -l)" -gt 30 ] || fail 'the table was not read'
}
check 'atrium(1) names every setting' names_settings

# Each default that `atrium config` prints stands in brackets behind its name.
names_defaults() {
	local line name value text missing=''

	text=$(plain "$root/docs/atrium.1" | tr -d '"' | tr -s ' ')
	first_env
	gives 0 config </dev/null || return 1
	while IFS= read -r line; do
		name=${line%%=*}
		value=${line#*=}
		value=${value%%  # default}
		# None, a place of this machine, or worked out from others.
		case $name=$value in
		*= | *_DIR=/* | DB_CONNECTIONS=*) continue ;;
		esac
		grep -qF "$name [$value]" <<<"$text" || missing+=" $name=$value"
	done < <(grep ' # default$' "$here/out" | tr -d '"')
	env_file=$dir/atrium.env
	is '' "$missing"
}
check 'atrium(1) names every default' names_defaults

# Every command of `atrium --help` and of `atrium user --help`.
names_commands() {
	local text missing='' words

	text=$(plain "$root/docs/atrium.1" | tr '\n' ' ')
	gives 0 --help </dev/null && gives 0 user --help </dev/null || return 1
	while read -r words; do
		grep -qF "atrium $words" <<<"$text" || missing+=" $words"
	done < <(
		(cd "$dir" && clean_env "$build/atrium" --help) |
			sed -nE 's/^  ([a-z]+( [a-z]+)?)[ |].*/\1/p'
		sed -nE 's/^  ([a-z]+).*/user \1/p' "$here/out"
	)
	is '' "$missing"
}
check 'atrium(1) names every command' names_commands
