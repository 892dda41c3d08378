#!/bin/sh
# A private MariaDB for tests, in a folder of its own, on a unix socket.
# Usage: server.sh start|stop DIR
# DIR must be short: the path of a socket has at most 107 bytes.
set -eu
action=${1:?usage: server.sh start|stop DIR}
dir=${2:?usage: server.sh start|stop DIR}
user=$(id -un)

wait_up() {
	for _ in $(seq 150); do
		mariadb --no-defaults -S "$dir/m.sock" -u "$user" -e 'DO 1' \
			>/dev/null 2>&1 && return 0
		sleep 0.1
	done
	tail -n 20 "$dir/error.log" >&2
	return 1
}

start() {
	mkdir -p "$dir"
	if [ ! -d "$dir/data/mysql" ]; then
		mariadb-install-db --no-defaults --user="$user" \
			--datadir="$dir/data" --skip-test-db \
			--auth-root-authentication-method=socket \
			--auth-root-socket-user="$user" >"$dir/install.log" 2>&1 || {
			tail -n 20 "$dir/install.log" >&2
			return 1
		}
	fi
	mariadbd --no-defaults --user="$user" --datadir="$dir/data" \
		--socket="$dir/m.sock" --pid-file="$dir/m.pid" \
		--log-error="$dir/error.log" --tmpdir="$dir" --skip-networking \
		--skip-name-resolve --character-set-server=utf8mb4 \
		--innodb-buffer-pool-size=32M --innodb-log-file-size=16M \
		--innodb-flush-log-at-trx-commit=0 --performance-schema=OFF \
		>/dev/null 2>&1 &
	wait_up
}

stop() {
	[ -f "$dir/m.pid" ] || return 0
	pid=$(cat "$dir/m.pid")
	kill -TERM "$pid"
	for _ in $(seq 300); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$pid"
}

case $action in
start | stop) "$action" ;;
*) echo "usage: server.sh start|stop DIR" >&2 && exit 2 ;;
esac
