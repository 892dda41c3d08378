#!/bin/sh
# A private server of a key-value store, in a folder of its own, on the unix
# socket m.sock, with its process in m.pid.
# Usage: server.sh start|stop|kill mariadb|redis|tarantool DIR
set -eu
usage='usage: server.sh start|stop|kill mariadb|redis|tarantool DIR'
action=${1:?$usage}
store=${2:?$usage}
dir=${3:?$usage}
here=$(cd "$(dirname "$0")" && pwd)

# Whether it has ended; nobody may have asked yet how.
gone() {
	for _ in $(seq 300); do
		case $(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) in
		'' | Z) return 0 ;;
		esac
		sleep 0.1
	done
	return 1
}

# up PID COMMAND...: until it succeeds, or the process is gone.
up() {
	pid=$1
	shift
	for _ in $(seq 150); do
		"$@" >/dev/null 2>&1 && return 0
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 20 "$dir/server.log" >&2
	return 1
}

start_mariadb() {
	sh "$here/../db/server.sh" start "$dir"
}

start_redis() {
	rm -f "$dir/m.sock"
	redis-server --port 0 --unixsocket "$dir/m.sock" --dir "$dir" \
		--save '' --appendonly no >"$dir/server.log" 2>&1 &
	echo $! >"$dir/m.pid"
	up $! redis-cli -s "$dir/m.sock" ping
}

tarantool_up() {
	grep -q 'ready to accept requests' "$dir/server.log" &&
		[ -S "$dir/m.sock" ]
}

start_tarantool() {
	rm -f "$dir/m.sock"
	mkdir -p "$dir/data"
	ATRIUM_TARANTOOL_LISTEN=$dir/m.sock ATRIUM_TARANTOOL_DIR=$dir/data \
		tarantool "$here/../../tarantool/instance.lua" \
		>"$dir/server.log" 2>&1 &
	echo $! >"$dir/m.pid"
	up $! tarantool_up
}

# end SIGNAL
end() {
	[ -f "$dir/m.pid" ] || return 0
	pid=$(cat "$dir/m.pid")
	kill -"$1" "$pid" 2>/dev/null || true
	kill -CONT "$pid" 2>/dev/null || true
	gone "$pid" || kill -KILL "$pid"
	rm -f "$dir/m.pid"
}

case $action:$store in
start:mariadb | start:redis | start:tarantool) "start_$store" ;;
stop:*) end TERM ;;
kill:*) end KILL ;;
*) echo "$usage" >&2 && exit 2 ;;
esac
