# shellcheck shell=bash disable=SC2154
# The parts that script/stack.sh sources: MariaDB, the worker pool, the task
# runners; nginx.sh has the fourth.

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
innodb-ft-result-cache-limit=32M
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
# As root mariadb-install-db takes no path with blanks: that of RUN has none.
db_install() {
	local more=() at=$dir/db.part

	[ ! -d "$dir/db" ] || return 0
	rm -rf "$dir/db.part"
	mkdir -m 0750 "$dir/db.part"
	give "$dir/db.part"
	if [ "$user" = root ]; then
		more=(--user=root)
		at=$run/db.part
		ln -sfn "$dir/db.part" "$at"
	fi
	if ! "${as[@]}" mariadb-install-db --no-defaults \
		--datadir="$at" --skip-test-db --skip-name-resolve \
		--auth-root-authentication-method=socket \
		--auth-root-socket-user="$user" --innodb-log-file-size=64M \
		${more[@]+"${more[@]}"} >"$dir/log/db-install.log" 2>&1 8>&- 9>&-; then
		log_end "$dir/log/db-install.log"
		die "the database's data directory could not be made"
	fi
	[ "$user" != root ] || rm "$at"
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
	drained_end pool 35
	end_orphans pool
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

# drained_end NAME SECONDS: waits for generations that still drain, then ends
# them.
drained_end() {
	local pid

	[ -e "$run/$1.draining" ] || return 0
	while read -r pid; do
		if ! is_number "$pid" || ! is_part "$1" "$pid"; then
			continue
		fi
		kill -s TERM "$pid" 2>/dev/null || true
		wait_gone "$pid" $(($2 * 10)) ||
			kill -s KILL "$pid" 2>/dev/null || true
	done <"$run/$1.draining"
	rm -f "$run/$1.draining"
}

# hand_over NAME OLD NEW: NEW is the part from now on, OLD drains. Until then
# NEW stood among those that a stop ends.
hand_over() {
	printf '%s\n' "$(grep -vx "$3" "$run/$1.draining")" "$2" \
		>"$run/$1.draining.new"
	echo "$3" >"$run/$1.pid"
	mv "$run/$1.draining.new" "$run/$1.draining"
}

# The new generation takes the socket's name only once it answers; nginx
# connects by name, so nothing falls between the two.
pool_reload() {
	local old from

	old=$(pid_of pool) || die 'the worker pool does not run' \
		"start it: script/stack start '$dir'"
	from=$(size_of "$dir/log/worker.log")
	pool_spawn "$socket.new"
	echo "$pool_pid" >>"$run/pool.draining"
	if ! pool_await "$socket.new" /healthz; then
		kill -s TERM "$pool_pid" 2>/dev/null || true
		rm -f "$socket.new"
		log_end "$dir/log/worker.log" "$from"
		die 'the new workers did not start; the old ones go on'
	fi
	hand_over pool "$old" "$pool_pid"
	mv -T "$socket.new" "$socket"
	note 'new workers have the socket; the old ones finish what they hold'
	drained_end pool 35
	note 'the old workers are gone'
}

# --- the task runners: multiwatch keeps them staffed

# tasks_spawn: leaves the pid in $tasks_pid.
tasks_spawn() {
	(
		cd "$dir" || exit
		exec setsid "${as[@]}" env "${environment[@]}" \
			"$(command -v multiwatch)" -f "$runners" \
			-r 10 -t 1000 -- "$build/atrium" tasks
	) </dev/null >>"$dir/log/tasks.log" 2>&1 8>&- 9>&- &
	tasks_pid=$!
}

# Whether a process has the file open.
has_open() {
	local fd

	for fd in "/proc/$1/fd/"*; do
		[ ! "$fd" -ef "$2" ] || return 0
	done
	return 1
}

# tasks_listening FIFO: how many runners hear their doorbell.
tasks_listening() {
	local pid n=0

	for pid in $(cat "/proc/$tasks_pid/task/$tasks_pid/children" 2>/dev/null); do
		! has_open "$pid" "$1" || n=$((n + 1))
	done
	echo "$n"
}

# Until all runners listen; without a doorbell, until they have lived a second.
tasks_await() {
	local i bell

	bell=$(setting TASK_FIFO)
	[[ -z $bell || $bell == /* ]] || bell=$dir/$bell
	for ((i = 0; i < 400; i++)); do
		alive "$tasks_pid" || return 1
		if [ -z "$bell" ]; then
			[ "$i" -lt 20 ] || return 0
		elif [ "$(tasks_listening "$bell")" -ge "$runners" ]; then
			return 0
		fi
		sleep 0.05
	done
	return 1
}

# The number that was asked for last, when none is asked for now.
runners_default() {
	[ -z "$runners" ] || return 0
	runners=$(cat "$run/runners" 2>/dev/null || true)
	in_range "$runners" 1 64 || runners=1
}

tasks_start() {
	local from

	end_part tasks TERM 35
	drained_end tasks 35
	end_orphans tasks
	echo "$runners" >"$run/runners"
	rm -f "$run/tasks.stopped"
	[ "$runners" != 0 ] || return 0
	[ -x "$build/atrium" ] || die "there is no $build/atrium" \
		'build first: make -C build'
	from=$(size_of "$dir/log/tasks.log")
	touch "$dir/log/tasks.log"
	give "$dir/log/tasks.log"
	tasks_spawn
	echo "$tasks_pid" >"$run/tasks.pid"
	if ! tasks_await; then
		end_part tasks TERM 5
		end_orphans tasks
		log_end "$dir/log/tasks.log" "$from"
		die 'the task runners did not start' 'the log above says why'
	fi
	note "task runners listen: $runners"
}

tasks_stop() {
	: >"$run/tasks.stopped"
	end_part tasks TERM 35
	drained_end tasks 35
	end_orphans tasks
	rm -f "$fifo"
	note 'the task runners have ended; what is queued stays queued'
}

# The new runners work before the old ones drain: any number share the queue.
tasks_reload() {
	local old from

	runners=''
	runners_default
	[ ! -e "$run/tasks.stopped" ] && [ "$(cat "$run/runners")" != 0 ] ||
		return 0
	if ! old=$(pid_of tasks); then
		tasks_start
		return
	fi
	from=$(size_of "$dir/log/tasks.log")
	tasks_spawn
	echo "$tasks_pid" >>"$run/tasks.draining"
	if ! tasks_await; then
		kill -s TERM "$tasks_pid" 2>/dev/null || true
		log_end "$dir/log/tasks.log" "$from"
		die 'the new task runners did not start; the old ones go on'
	fi
	hand_over tasks "$old" "$tasks_pid"
	drained_end tasks 35
	note 'the old task runners are gone'
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

# The first key that signs tokens, where KEYS_DIR is a folder for it. It is
# whose the workers are.
keys_make() {
	local folder

	folder=$(setting KEYS_DIR)
	[ -n "$folder" ] || return 0
	[[ $folder == /* ]] || folder=$dir/$folder
	if [ -e "$folder/keys" ]; then
		[ "$folder" != "$dir/keys" ] ||
			[ "$(stat -c %U "$folder")" = "$user" ] ||
			give -R "$folder"
		return 0
	fi
	if ! run_cli keys new >"$dir/log/keys.log" 2>&1; then
		log_end "$dir/log/keys.log"
		die 'there is no key to sign tokens with' 'why stands above'
	fi
	note "a new key in $folder signs tokens"
}

# A free port can be taken by somebody else before nginx has it: then again,
# with another, which the workers must know too.
stack_start() {
	local chosen=$port tries reply path=/readyz

	end_part nginx QUIT 10
	runners=${runners:-1}
	for tries in 1 2 3; do
		[ "$chosen" != 0 ] || port_choose
		port_check
		env_write
		env_args
		settings_read
		frontend_find
		if [ "$tries" = 1 ]; then
			[ -z "$own_db" ] || db_start
			stack_migrate
			keys_make
		fi
		pool_start
		tasks_start
		! nginx_start || break
		[ "$chosen" = 0 ] && [ "$tries" -lt 3 ] ||
			die "port $port was taken meanwhile"
	done
	[ -n "$migrate" ] || path=/healthz
	reply=$(http_get "$path") || true
	[[ $reply == HTTP/1.1\ 200* ]] ||
		die "nginx runs, but $path says:" "${reply:-nothing}"
}

stack_reload() {
	env_running
	settings_read
	pool_reload
	tasks_reload
}

stack_tasks_start() {
	runners_default
	env_running
	settings_read
	tasks_start
}

# nginx first: it lets go of the workers' connections, so that they drain.
stack_stop() {
	end_part nginx QUIT 15
	end_part pool TERM 35
	drained_end pool 35
	end_orphans pool
	end_part tasks TERM 35
	drained_end tasks 35
	end_orphans tasks
	rm -f "$socket" "$socket.new" "$fifo"
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

	for name in db pool tasks nginx; do
		if pid=$(pid_of "$name"); then
			echo "$name runs ($pid)"
		elif [ "$name" = tasks ] &&
			[ "$(cat "$run/runners" 2>/dev/null)" = 0 ]; then
			echo 'tasks: no runner is wanted (--runners 0)'
		else
			echo "$name does not run"
			bad=1
		fi
	done
	return "$bad"
}
