#!/bin/sh
# One suite on every key-value store, each on its real server, which runs in a
# folder of its own and is stopped at the end.
# Usage: run.sh [BUILDDIR [STORE [SUITE]...]]
# STORE: mariadb, mariadb-tx (no call is alone in its transaction), redis,
# tarantool; without one, all. The last line is `N passed, N failed`.
set -eu
build=${1:-.}
[ $# -eq 0 ] || shift
all='mariadb mariadb-tx redis tarantool'
stores=${1:-$all}
[ $# -eq 0 ] || shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$build/tests/kv/kv
passed=0
failed=0
dir=''
store=''

# shellcheck disable=SC2317 # called by the trap
leave() {
	[ -z "$dir" ] || {
		sh "$here/server.sh" stop "$store" "$dir" || true
		rm -rf "$dir"
	}
}
trap leave EXIT
trap 'exit 130' INT TERM

# need COMMAND PACKAGE: says what to install.
need() {
	command -v "$1" >/dev/null && return 0
	echo "$1 is missing: install $2"
	return 1
}

server_there() {
	case $store in
	mariadb) need mariadbd mariadb-server && need mariadb mariadb-client ;;
	redis) need redis-server redis-server ;;
	tarantool) need tarantool tarantool ;;
	*)
		echo "there is no store $store: $all"
		return 1
		;;
	esac
}

make_database() {
	mariadb --no-defaults -S "$dir/m.sock" -u "$(id -un)" <<SQL
CREATE DATABASE t CHARACTER SET utf8mb4;
CREATE USER app@localhost IDENTIFIED BY 'app';
GRANT SELECT, INSERT, UPDATE, DELETE ON t.* TO app@localhost;
CREATE USER admin@localhost IDENTIFIED BY 'admin';
GRANT ALL ON *.* TO admin@localhost;
SQL
}

# What the program prints goes out; its count is kept in $dir/out.
run() {
	sh "$here/server.sh" start "$store" "$dir" || return 1
	[ "$store" != mariadb ] || make_database || return 1
	export ATRIUM_TEST_KV="$store" ATRIUM_TEST_DIR="$dir"
	export ATRIUM_TEST_KV_URL="unix:$dir/m.sock"
	export ATRIUM_TEST_SERVER="$here/server.sh"
	export ATRIUM_TEST_MIGRATIONS="$root/migrations"
	export ATRIUM_TEST_DATABASE_URL="mysql://app:app@localhost/t?unix_socket=$dir/m.sock"
	export ATRIUM_TEST_ADMIN_URL="mysql://admin:admin@localhost/t?unix_socket=$dir/m.sock"
	status=0
	"$program" "$@" >"$dir/out" 2>&1 || status=$?
	cat "$dir/out"
	return $status
}

# count NAME STATUS
count() {
	line=$(grep -oE '^[0-9]+ passed, [0-9]+ failed$' "$dir/out" 2>/dev/null |
		tail -n 1) || true
	p=${line%% *}
	f=${line#*, }
	f=${f%% *}
	p=${p:-0}
	f=${f:-0}
	[ "$2" -eq 0 ] || [ "$f" -gt 0 ] || f=1
	[ "$p" -gt 0 ] || [ "$f" -gt 0 ] || f=1
	echo "kv $1: $p passed, $f failed"
	passed=$((passed + p))
	failed=$((failed + f))
}

[ ! -f "$build/Makefile" ] || make -C "$build" -s tests/kv/kv
for name in $stores; do
	export ATRIUM_TEST_KV_ALONE=1
	[ "$name" != mariadb-tx ] || ATRIUM_TEST_KV_ALONE=0
	store=${name%-tx}
	dir=$(mktemp -d /tmp/atrium-kv.XXXXXX)
	status=0
	if server_there; then
		run "$@" || status=$?
		sh "$here/server.sh" stop "$store" "$dir" || status=1
	else
		status=1
	fi
	count "$name" "$status"
	rm -rf "$dir"
	dir=''
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
