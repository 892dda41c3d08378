# shellcheck shell=bash disable=SC2154
# The three parts that script/stack.sh sources: MariaDB, the worker pool, nginx.

# --- MariaDB: own data directory, unix socket, no TCP

db_config() {
	cat >"$dir/db.cnf" <<TEXT
# Written at each start.
[mariadbd]
datadir=$dir/db
socket=$db_socket
pid-file=$run/db.pid
log-error=$dir/log/db.log
tmpdir=$dir/tmp
init-file=$run/init.sql
skip-networking
skip-name-resolve
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
default-time-zone=+00:00
performance-schema=OFF
max-connections=300
innodb-buffer-pool-size=128M
innodb-buffer-pool-size-max=256M
innodb-log-file-size=64M
innodb-use-native-aio=OFF
query-cache-type=OFF
query-cache-size=0
TEXT
	[ "$user" != root ] || echo user=root >>"$dir/db.cnf"
	rm -f "$run/init.sql" "$client_cnf"
	(umask 077 && touch "$run/init.sql" "$client_cnf")
	cat >"$run/init.sql" <<TEXT
CREATE DATABASE IF NOT EXISTS atrium CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS atrium_app@localhost;
ALTER USER atrium_app@localhost IDENTIFIED BY '$app_password';
GRANT SELECT, INSERT, UPDATE, DELETE ON atrium.* TO atrium_app@localhost;
CREATE USER IF NOT EXISTS atrium_admin@localhost;
ALTER USER atrium_admin@localhost IDENTIFIED BY '$admin_password';
GRANT ALL ON \`atrium%\`.* TO atrium_admin@localhost;
TEXT
	cat >"$client_cnf" <<TEXT
[client]
user=atrium_admin
password=$admin_password
socket=$db_socket
TEXT
	give "$run/init.sql" "$client_cnf" "$dir/db.cnf"
}

# Into a directory beside it first: a half-made one is never taken for whole.
db_install() {
	local more=()

	[ ! -d "$dir/db" ] || return 0
	[ "$user" != root ] || more=(--user=root)
	rm -rf "$dir/db.part"
	mkdir -m 0750 "$dir/db.part"
	give "$dir/db.part"
	if ! "${as[@]}" mariadb-install-db --no-defaults \
		--datadir="$dir/db.part" --skip-test-db --skip-name-resolve \
		--auth-root-authentication-method=socket \
		--auth-root-socket-user="$user" --innodb-log-file-size=64M \
		${more[@]+"${more[@]}"} >"$dir/log/db-install.log" 2>&1 8>&- 9>&-; then
		log_end "$dir/log/db-install.log"
		die "the database's data directory could not be made"
	fi
	mv "$dir/db.part" "$dir/db"
	note 'a new data directory for MariaDB'
}

db_answers() {
	mariadb --defaults-file="$client_cnf" --connect-timeout=2 \
		-e 'SELECT 1' atrium >/dev/null 2>&1
}

db_start() {
	local pid i from

	env_write
	env_args
	end_part db TERM 60
	db_config
	db_install
	[ "$(stat -c %U "$dir/db")" = "$user" ] || give -R "$dir/db"
	from=$(size_of "$dir/log/db.log")
	rm -f "$run/db.stopped"
	(
		cd "$dir" || exit
		exec setsid "${as[@]}" mariadbd --defaults-file="$dir/db.cnf"
	) </dev/null >>"$dir/log/db.out" 2>&1 8>&- 9>&- &
	pid=$!
	echo "$pid" >"$run/db.pid"
	give "$run/db.pid"
	for ((i = 0; i < 1200; i++)); do
		if [ -S "$db_socket" ] && db_answers; then
			note 'MariaDB answers'
			return 0
		fi
		alive "$pid" || break
		sleep 0.05
	done
	log_end "$dir/log/db.out"
	log_end "$dir/log/db.log" "$from"
	die 'MariaDB did not start' "its data are in $dir/db; the log says why"
}

db_stop() {
	: >"$run/db.stopped"
	end_part db TERM 60
	rm -f "$db_socket"
	note 'MariaDB has ended'
}

db_print() {
	printf '%s=%s\n' db_socket "$db_socket" database atrium \
		admin_url "$admin_url" env_file "$env_file" \
		dir "$dir" run "$run" db_client "$client_cnf"
}

# --- the worker pool: spawn-fcgi binds the socket, multiwatch keeps it staffed

# pool_spawn SOCKET: leaves the pid in $pool_pid.
pool_spawn() {
	rm -f "$1"
	(
		cd "$dir" || exit
		exec setsid "${as[@]}" env "${environment[@]}" \
			spawn-fcgi -n -s "$1" -M 0660 -b 4096 -- \
			"$(command -v multiwatch)" -f "$workers" \
			-r 10 -t 1000 -- "$build/atrium-worker"
	) </dev/null >>"$dir/log/worker.log" 2>&1 8>&- 9>&- &
	pool_pid=$!
}

# fcgi_get SOCKET PATH: the reply of a worker, without nginx.
fcgi_get() {
	timeout 5 env -i PATH="$PATH" REQUEST_METHOD=GET REQUEST_URI="$2" \
		REMOTE_ADDR=127.0.0.1 cgi-fcgi -bind -connect "$1" 2>/dev/null
}

# pool_await SOCKET PATH: until a worker answers that with 200.
pool_await() {
	local i reply=''

	for ((i = 0; i < 400; i++)); do
		if [ -S "$1" ]; then
			reply=$(fcgi_get "$1" "$2" | tr -d '\0\r') || true
			[[ $reply != Status:\ 200* ]] || return 0
		fi
		alive "$pool_pid" || return 1
		sleep 0.05
	done
	[ -z "$reply" ] || printf '%s said: %s\n' "$2" "$reply" >&2
	return 1
}

pool_start() {
	local from path=/readyz

	[ -x "$build/atrium-worker" ] ||
		die "there is no $build/atrium-worker" 'build first: make -C build'
	end_part pool TERM 35
	drained_end 35
	end_orphans
	from=$(size_of "$dir/log/worker.log")
	touch "$dir/log/worker.log"
	give "$dir/log/worker.log"
	pool_spawn "$socket"
	echo "$pool_pid" >"$run/pool.pid"
	[ -n "$migrate" ] || path=/healthz
	if ! pool_await "$socket" "$path"; then
		end_part pool TERM 5
		log_end "$dir/log/worker.log" "$from"
		die 'the workers did not start' 'the log above says why'
	fi
	note "$workers workers answer"
}

# drained_end SECONDS: waits for generations that still drain, then ends them.
drained_end() {
	local pid

	[ -e "$run/draining.pids" ] || return 0
	while read -r pid; do
		if ! is_number "$pid" || ! is_part pool "$pid"; then
			continue
		fi
		kill -s TERM "$pid" 2>/dev/null || true
		wait_gone "$pid" $(($1 * 10)) ||
			kill -s KILL "$pid" 2>/dev/null || true
	done <"$run/draining.pids"
	rm -f "$run/draining.pids"
}

# The new generation takes the socket's name only once it answers; nginx
# connects by name, so nothing falls between the two.
pool_reload() {
	local old from

	old=$(pid_of pool) || die 'the worker pool does not run' \
		"start it: script/stack start '$dir'"
	workers=$(tr '\0' ' ' <"/proc/$old/cmdline" |
		sed -n 's/.* -f \([0-9]*\) .*/\1/p')
	build=$(tr '\0' '\n' <"/proc/$old/cmdline" |
		sed -n 's|/atrium-worker$||p')
	env_args
	from=$(size_of "$dir/log/worker.log")
	pool_spawn "$socket.new"
	echo "$pool_pid" >>"$run/draining.pids"
	if ! pool_await "$socket.new" /healthz; then
		kill -s TERM "$pool_pid" 2>/dev/null || true
		rm -f "$socket.new"
		log_end "$dir/log/worker.log" "$from"
		die 'the new workers did not start; the old ones go on'
	fi
	printf '%s\n' "$(grep -vx "$pool_pid" "$run/draining.pids")" "$old" \
		>"$run/draining.new"
	echo "$pool_pid" >"$run/pool.pid"
	mv "$run/draining.new" "$run/draining.pids"
	mv -T "$socket.new" "$socket"
	note 'new workers have the socket; the old ones finish what they hold'
	drained_end 35
	note 'the old workers are gone'
}

# --- nginx, unprivileged

# nginx_fill FILE: a template with its @NAMES@ replaced, into DIR/nginx.
nginx_fill() {
	local text name value

	text=$(<"$root/nginx/$1")
	for name in "${!fill[@]}"; do
		value=${fill[$name]}
		text=${text//"@$name@"/"$value"}
	done
	printf '%s\n' "$text" >"$dir/nginx/$1"
}

# What nginx lets through is a little more than the worker takes, so that the
# worker's own 413 is what a client near the limit sees.
body_limit_of_nginx() {
	local own

	if [ -z "$body_limit" ]; then
		own=$(run_cli config 2>/dev/null |
			sed -n 's/^BODY_LIMIT=\([0-9]*\).*/\1/p') || true
		body_limit=$((${own:-1048576} + 65536))
	fi
	echo "$body_limit"
}

nginx_config() {
	local files file
	local -A fill

	files=$(ulimit -n)
	[ "$files" != unlimited ] && [ "$files" -le 16384 ] || files=16384
	fill=([DIR]=$dir [RUN]=$run [ROOT]=$root [PORT]=$port [SOCKET]=$socket
		[FILES]=$files [CONNECTIONS]=$((files / 2)) [BODY_LIMIT]=$(body_limit_of_nginx)
		[USER]='' [RATE]=1000000 [LIMIT_FROM]=0 [LIMIT_LOOPBACK]=0)
	[ "$user" != root ] || fill[USER]='user root;'
	if [ "$api_rate" -gt 0 ]; then
		fill[RATE]=$api_rate
		fill[LIMIT_FROM]=1
		fill[LIMIT_LOOPBACK]=$limit_loopback
	fi
	for file in "$root"/nginx/*.conf; do
		nginx_fill "${file##*/}"
	done
}

port_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Below the ports that the kernel gives to outgoing connections.
port_choose() {
	local i

	for ((i = 0; i < 200; i++)); do
		port=$((20000 + SRANDOM % 12000))
		port_taken "$port" || return 0
	done
	die 'there is no free port between 20000 and 32000'
}

nginx_run() {
	(cd "$dir" && exec "${as[@]}" nginx -p "$dir" \
		-c "$dir/nginx/nginx.conf" -e "$dir/log/nginx.log") \
		>"$dir/log/nginx-start.log" 2>&1 8>&- 9>&-
}

nginx_start() {
	local chosen=$port tries

	end_part nginx QUIT 10
	touch "$dir/log/nginx.log" "$dir/log/access.log"
	give "$dir/log/nginx.log" "$dir/log/access.log"
	[ "$chosen" = 0 ] || ! port_taken "$port" || die "port $port is taken" \
		'end what listens there, or choose another: --port N'
	for tries in 1 2 3; do
		[ "$chosen" != 0 ] || port_choose
		nginx_config
		! nginx_run || break
		if [ "$tries" = 3 ] || [ "$chosen" != 0 ]; then
			cat "$dir/log/nginx-start.log" >&2
			die 'nginx did not start'
		fi
	done
	for ((tries = 0; tries < 250; tries++)); do
		if pid_of nginx >/dev/null; then
			note "nginx listens on http://127.0.0.1:$port"
			return 0
		fi
		sleep 0.02
	done
	log_end "$dir/log/nginx.log"
	die 'nginx did not start'
}

# http_get PATH: the whole reply of nginx.
http_get() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
		printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$1" >&3
		timeout 10 cat <&3
	) 2>/dev/null
}

# --- all of it

stack_migrate() {
	local log=$dir/log/migrate.log

	[ -n "$migrate" ] || return 0
	if ! run_cli migrate up >"$log" 2>&1; then
		log_end "$log"
		die 'the migrations failed' 'what to do stands above'
	fi
	note 'the schema is up to date'
	if ! run_cli user first >"$log" 2>&1; then
		log_end "$log"
		die 'the first administrator could not be made'
	fi
}

stack_start() {
	local reply path=/readyz

	end_part nginx QUIT 10
	env_write
	env_args
	[ -z "$own_db" ] || db_start
	stack_migrate
	pool_start
	nginx_start
	[ -n "$migrate" ] || path=/healthz
	reply=$(http_get "$path") || true
	[[ $reply == HTTP/1.1\ 200* ]] ||
		die "nginx runs, but $path says:" "${reply:-nothing}"
}

# nginx first: it lets go of the workers' connections, so that they drain.
stack_stop() {
	end_part nginx QUIT 15
	end_part pool TERM 35
	drained_end 35
	end_orphans
	rm -f "$socket" "$socket.new"
	end_part db TERM 60
	rm -f "$db_socket"
	if [ "$run" != "$dir/run" ]; then
		rm -rf "$run"
		rm -f "$dir/run"
	fi
}

stack_print() {
	printf '%s=%s\n' url "http://127.0.0.1:$port" port "$port" \
		socket "$socket" log "$dir/log/worker.log"
	db_print
}

stack_status() {
	local name pid bad=0

	for name in db pool nginx; do
		if pid=$(pid_of "$name"); then
			echo "$name runs ($pid)"
		else
			echo "$name does not run"
			bad=1
		fi
	done
	return "$bad"
}
