#!/bin/sh
# The tests of src/db against a private MariaDB, which is stopped at the end.
# Usage: run.sh [BUILDDIR]   (default: .) It is brought up to date first.
set -eu
build=${1:-.}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d /tmp/atrium-db.XXXXXX)
user=$(id -un)

for need in mariadbd mariadb-install-db mariadb; do
	command -v "$need" >/dev/null && continue
	echo "$need is missing: run script/setup" >&2
	exit 2
done
# shellcheck disable=SC2317 # called by the trap
leave() {
	sh "$here/server.sh" stop "$dir" || true
	rm -rf "$dir"
}
trap leave EXIT
trap 'exit 130' INT TERM

[ ! -f "$build/Makefile" ] || make -C "$build" -s tests/db/db
sh "$here/server.sh" start "$dir"
mariadb --no-defaults -S "$dir/m.sock" -u "$user" <<SQL
CREATE DATABASE t CHARACTER SET utf8mb4;
CREATE USER app@localhost IDENTIFIED BY 'app pass@word';
GRANT SELECT, INSERT, UPDATE, DELETE ON t.* TO app@localhost;
CREATE USER admin@localhost IDENTIFIED BY 'admin';
GRANT ALL ON *.* TO admin@localhost;
SQL
export ATRIUM_TEST_SERVER="$here/server.sh" ATRIUM_TEST_DIR="$dir"
export ATRIUM_TEST_DATABASE_URL="mysql://app:app%20pass%40word@localhost/t?unix_socket=$dir/m.sock"
export ATRIUM_TEST_ADMIN_URL="mysql://admin:admin@localhost/t?unix_socket=$dir/m.sock"
"$build/tests/db/db"
