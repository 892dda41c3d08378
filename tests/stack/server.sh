# shellcheck shell=bash disable=SC2154
# The cases of script/server, in a copy of what it needs. Sourced by run.sh.

server_start() {
	local i

	mkdir -p "$here/site"
	cp -r "$root/script" "$root/nginx" "$root/pages" "$root/static" \
		"$root/migrations" "$root/templates" "$here/site/"
	# What the one before said must not be taken for an answer.
	: >"$here/server.out"
	# Not with `&` alone: that would have it ignore SIGINT; and nohup, SIGHUP.
	(cd "$here/site" && exec env --default-signal=HUP "$@" \
		script/server --port 0 --build "$build" \
		>"$here/server.out" 2>&1) &
	server=$!
	for ((i = 0; i < 300; i++)); do
		! grep -q 'Ctrl-C' "$here/server.out" || break
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	sed -n 's/.*answers at *http/url=http/p' "$here/server.out" \
		>"$here/lines"
	[ -n "$(field url)" ] || {
		cat "$here/server.out"
		return 1
	}
}

server_runs() {
	server_start && answers_all && has_mode 600 "$here/site/var/admin.txt"
}

admin_signs_in() {
	local password

	password=$(sed -n 's/^password: //p' "$here/site/var/admin.txt")
	curl -s "$(field url)/api/v1/login/access-token" \
		-d username=admin@example.com -d "password=$password" |
		grep -q access_token
}

only_one_server() {
	fails_saying 'another script/server' "$here/site/script/server" \
		--port 0 --build "$build"
}

hup_reloads() {
	local before i

	before=$(cat "$here/site/var/run/pool.pid")
	kill -HUP "$server"
	for ((i = 0; i < 600; i++)); do
		! grep -q 'old workers are gone' "$here/server.out" || break
		sleep 0.1
	done
	[ "$before" != "$(cat "$here/site/var/run/pool.pid")" ] &&
		gone "$before" && answers_all
}

database_comes_back() {
	local before i

	before=$(cat "$here/site/var/run/db.pid")
	kill -KILL "$before"
	for ((i = 0; i < 100; i++)); do
		[ "$(code_of "$(field url)/readyz")" != 200 ] || break
		sleep 0.1
	done
	answers_all && [ "$before" != "$(cat "$here/site/var/run/db.pid")" ]
}

site_runner_is_new() {
	local now

	now=$(cat "$here/site/var/run/tasks.pid" 2>/dev/null) &&
		[ "$now" != "$1" ] && ! gone "$now" &&
		status_says "$here/site/var" runs
}

# The runner is an orphan then: it ends too.
runners_come_back() {
	local before runner

	before=$(cat "$here/site/var/run/tasks.pid")
	runner=$(runner_of "$here/site/var")
	kill -KILL "$before"
	within 200 site_runner_is_new "$before" && all_gone "$runner" &&
		grep -q 'task runners have ended by themselves' "$here/server.out"
}

runners_stay_away() {
	"$here/site/script/stack" tasks-stop "$here/site/var" || return 1
	within 50 grep -q 'task runners were stopped' "$here/server.out" &&
		[ ! -e "$here/site/var/run/tasks.pid" ] && answers_all &&
		"$here/site/script/stack" tasks-start "$here/site/var" &&
		status_says "$here/site/var" runs
}

mails_are_announced() {
	grep -q "Mails  *$here/site/var/mail" "$here/server.out" &&
		grep -q 'atrium. mail ls' "$here/server.out"
}

# What script/server was told is in no file that script/stack reads.
dotenv_stays() {
	local pid

	"$here/site/script/stack" reload "$here/site/var" &&
		curl -s "$(field url)/version" | grep -q 'From .env' &&
		"$here/site/script/stack" tasks-stop "$here/site/var" &&
		"$here/site/script/stack" tasks-start "$here/site/var" || return 1
	pid=$(runner_of "$here/site/var")
	tr '\0' '\n' <"/proc/$pid/environ" | grep -qx LOG_LEVEL=warn
}

term_ends_server() {
	local before

	mapfile -t before < <(pids_of "$here/site/var")
	kill -TERM "$server"
	wait "$server"
	server=''
	all_gone "${before[@]}"
}

killed_server() {
	local before

	server_start || return 1
	mapfile -t before < <(pids_of "$here/site/var")
	kill -KILL "$server"
	wait "$server" 2>/dev/null
	server_start && all_gone "${before[@]}" && answers_all && admin_signs_in
}

dotenv_wins() {
	term_ends_server || return 1
	printf 'PROJECT_NAME="From .env"\nLOG_LEVEL=debug\n' >"$here/site/.env"
	chmod 0600 "$here/site/.env"
	server_start env LOG_LEVEL=warn &&
		curl -s "$(field url)/version" | grep -q 'From .env' || return 1
	! grep -q '"level":"debug"' "$here/site/var/log/worker.log"
}

