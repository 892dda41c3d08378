#!/bin/bash
# shellcheck disable=SC2034 # its parts use what is set here
# `atrium user`, `atrium keys`, `atrium products` and the manual pages, with the
# real programs on a private MariaDB. Usage: run.sh [BUILDDIR]
set -u
root=$(cd "$(dirname "$0")/../.." && pwd -P)
build=$(cd "${1:-$root/build}" && pwd -P) || exit 2
here=$(mktemp -d /tmp/atrium-cli-XXXXXX)
chmod 0755 "$here"
stack=$root/script/stack
dir=$here/one
passed=0
failed=0
worker=''

end() {
	[ -z "$worker" ] || kill "$worker" 2>/dev/null
	[ ! -d "$dir/log" ] || "$stack" stop "$dir" 2>/dev/null
	rm -rf "$here"
}
trap end EXIT
trap 'exit 130' INT TERM

# check WHAT COMMAND...: what it printed is shown when it fails.
check() {
	local what=$1

	shift
	if "$@" >"$here/said" 2>&1; then
		echo "ok - $what"
		passed=$((passed + 1))
	else
		echo "not ok - $what"
		tail -n 30 "$here/said" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
}

fail() {
	printf '%s\n' "$*"
	return 1
}

# is WANTED GOT
is() {
	[ "$1" = "$2" ] || fail "wanted: $1" $'\n' "got:    $2"
}

has() {
	[[ $2 == *"$1"* ]] || fail "wanted: $1" $'\n' "in:     $2"
}

lacks() {
	[[ $2 != *"$1"* ]] || fail "not wanted: $1" $'\n' "in:         $2"
}

sql() {
	mariadb --defaults-file="$dir/client.cnf" -BN \
		--default-character-set=utf8mb4 -e "$1" atrium
}

# Settings of the stack; $env_file may name other ones.
env_file=$dir/atrium.env
settings=()
clean_env() {
	local key keep=()

	for key in ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS LLVM_PROFILE_FILE; do
		[ -z "${!key-}" ] || keep+=("$key=${!key}")
	done
	env -i PATH="$PATH" LANG=C TERM=dumb ATRIUM_ENV_FILE="$env_file" \
		"${keep[@]}" "${settings[@]}" "$@"
}

# atrium ARG...: leaves $status, $out and $err. Standard input is the caller's.
atrium() {
	status=0
	(cd "$dir" && clean_env "$build/atrium" "$@") \
		>"$here/out" 2>"$here/err" || status=$?
	out=$(<"$here/out")
	err=$(<"$here/err")
}

# gives STATUS ARG...
gives() {
	local wanted=$1

	shift
	atrium "$@"
	[ "$status" -eq "$wanted" ] ||
		fail "atrium $*: $status, not $wanted: $out $err"
}

# new EMAIL [OPTION]...: with the password of all tests.
password='correct horse'
new() {
	gives 0 user create "$@" <<<"$password"
}

# number TABLE CONDITION
number() {
	sql "SELECT COUNT(*) FROM $1 WHERE $2"
}

# A worker, for what only it can say: whether somebody may sign in. The keys
# are for keys.sh to make: it signs with SECRET_KEY.
worker_start() {
	local i

	grep -v '^KEYS_DIR=' "$dir/atrium.env" >"$here/worker.env" || return 1
	(
		cd "$dir" || exit
		exec 9>&-
		env_file=$here/worker.env
		clean_env spawn-fcgi -n -s "$here/w.sock" -M 0600 -- \
			"$build/atrium-worker"
	) </dev/null >"$here/worker.log" 2>&1 &
	worker=$!
	for ((i = 0; i < 300; i++)); do
		[ ! -S "$here/w.sock" ] || [ "$(ask GET /healthz)" != 200 ] ||
			return 0
		sleep 0.05
	done
	cat "$here/worker.log"
	return 1
}

# ask METHOD PATH [BODY [TOKEN]]: the status; the reply stays in $here/reply.
ask() {
	printf %s "${3-}" | timeout 30 env -i PATH="$PATH" REQUEST_METHOD="$1" \
		REQUEST_URI="$2" REMOTE_ADDR=127.0.0.1 \
		CONTENT_LENGTH="$(printf %s "${3-}" | wc -c)" \
		CONTENT_TYPE=application/x-www-form-urlencoded \
		${4+HTTP_AUTHORIZATION="Bearer $4"} \
		cgi-fcgi -bind -connect "$here/w.sock" >"$here/reply" 2>/dev/null
	sed -n 's/^Status: \([0-9]*\).*/\1/p' "$here/reply" | grep . ||
		echo 'no reply'
}

# signs_in STATUS EMAIL PASSWORD: leaves $token.
signs_in() {
	is "$1" "$(ask POST /api/v1/login/access-token \
		"username=${2/@/%40}&password=${3// /+}")" || return 1
	token=$(sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' "$here/reply")
}

# reads_me STATUS TOKEN
reads_me() {
	is "$1" "$(ask GET /api/v1/users/me '' "$2")"
}

for need in mariadbd mariadb spawn-fcgi cgi-fcgi script; do
	PATH=$PATH:/usr/sbin:/sbin command -v "$need" >/dev/null && continue
	echo "$need is missing: script/setup installs it" >&2
	exit 2
done
"$stack" db-start "$dir" --build "$build" --env ARGON2_MEMORY_KIB=128 \
	--env ARGON2_PASSES=1 >"$here/lines" || exit 2
atrium migrate up </dev/null
[ "$status" -eq 0 ] || {
	printf '%s\n' "$out" "$err" >&2
	exit 2
}
worker_start || exit 2

for part in words create change last list keys products products-files \
	manual; do
	# shellcheck source=/dev/null
	. "$root/tests/cli/$part.sh"
done

database_is_away() {
	"$stack" db-stop "$dir" && gives 1 user ls </dev/null &&
		has 'The database did not answer' "$err" && is '' "$out"
}
check 'a database that is away is a sentence' database_is_away

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
