# shellcheck shell=bash disable=SC2154
# The cases of the task runners and of the mails that they send. Sourced by
# run.sh.

# runner_of DIR: prints the pids of the runners.
runner_of() {
	local pool

	pool=$(cat "$1/run/tasks.pid") || return 1
	tr ' ' '\n' <"/proc/$pool/task/$pool/children" | grep .
}

# within TENTHS COMMAND...: until the command succeeds.
within() {
	local i n=$1

	shift
	for ((i = 0; i < n; i++)); do
		! "$@" || return 0
		sleep 0.1
	done
	echo "not within $((n / 10)) s: $*"
	return 1
}

status_says() {
	"$stack" status "$1" | grep -q "^tasks $2"
}

setting_of() {
	sed -n "s/^$1=//p" "$(field env_file)"
}

tasks_run() {
	status_says "$here/one" 'runs' && [ -p "$(setting_of TASK_FIFO)" ] &&
		[ "$(setting_of TASK_FIFO)" = "$(field run)/tasks.fifo" ] &&
		[ "$(setting_of MAIL_DIR)" = "$here/one/mail" ] &&
		[ "$(setting_of TEMPLATES_DIR)" = "$root/templates" ] &&
		has_mode 660 "$(field run)/tasks.fifo" &&
		has_mode 700 "$here/one/mail" &&
		[ "$(stat -c %U "$here/one/mail")" = "$(stat -c %U "$here/one/db")" ]
}

has_other_runner() {
	local now

	now=$(runner_of "$here/one") && [ "$now" != "$1" ] && ! gone "$now"
}

killed_runner() {
	local before

	before=$(runner_of "$here/one")
	kill -KILL "$before"
	within 50 has_other_runner "$before" && status_says "$here/one" runs
}

tasks_alone() {
	local before

	before=$(cat "$here/one/run/tasks.pid" && runner_of "$here/one")
	"$stack" tasks-stop "$here/one" || return 1
	! "$stack" status "$here/one" >/dev/null || return 1
	# shellcheck disable=SC2086
	all_gone $before && answers_all && [ ! -e "$(field run)/tasks.fifo" ] &&
		"$stack" tasks-start "$here/one" --runners 2 &&
		[ "$(runner_of "$here/one" | wc -l)" = 2 ] &&
		"$stack" tasks-stop "$here/one" &&
		"$stack" tasks-start "$here/one" &&
		[ "$(runner_of "$here/one" | wc -l)" = 2 ] &&
		"$stack" status "$here/one"
}

no_runner_wanted() {
	start --runners 0 && "$stack" status "$here/one" | tee "$here/status" &&
		grep -q '^tasks: no runner' "$here/status" &&
		[ ! -e "$here/one/run/tasks.pid" ] && answers_all &&
		"$stack" reload "$here/one" && [ ! -e "$here/one/run/tasks.pid" ] &&
		"$stack" tasks-start "$here/one" && status_says "$here/one" runs
}

# The folder's programs, with an `atrium` that cannot run tasks.
break_runner() {
	mkdir -p "$here/weak" && cp "$build/atrium" "$here/weak/real" &&
		cp "$build/atrium-worker" "$here/weak/" || return 1
	cat >"$here/weak/new" <<TEXT
#!/bin/sh
[ "\$1" != tasks ] || { echo weak >&2; exit 1; }
exec '$here/weak/real' "\$@"
TEXT
	chmod 0755 "$here/weak/new"
}

broken_runner_start() {
	break_runner && mv "$here/weak/new" "$here/weak/atrium" &&
		"$stack" stop "$here/one" || return 1
	fails_saying 'the task runners did not start' "$stack" start \
		"$here/one" --build "$here/weak" &&
		[ ! -e "$here/one/run/tasks.pid" ] && start
}

broken_runner_reload() {
	local before

	rm -rf "$here/weak"
	break_runner && cp "$here/weak/real" "$here/weak/atrium" &&
		"$stack" stop "$here/one" || return 1
	"$stack" start "$here/one" --build "$here/weak" >"$here/lines" || return 1
	before=$(cat "$here/one/run/tasks.pid" && runner_of "$here/one")
	mv "$here/weak/new" "$here/weak/atrium"
	fails_saying 'the old ones go on' "$stack" reload "$here/one" || return 1
	[ "$before" = "$(cat "$here/one/run/tasks.pid" &&
		runner_of "$here/one")" ] && answers_all || return 1
	"$stack" stop "$here/one" && start
}

sign_in() {
	curl -s "$(field url)/api/v1/login/access-token" \
		-d username=admin@example.com \
		-d "password=$(setting_of FIRST_SUPERUSER_PASSWORD)" |
		sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p'
}

# mail_to ADDRESS: through the API, as the administrator.
mail_to() {
	curl -s -o /dev/null -w '%{http_code}\n' -X POST \
		-H "Authorization: Bearer $token" \
		"$(field url)/api/v1/utils/test-email/?email_to=$1"
}

arrived() {
	grep -rlq "^To:.*$1" "$here/one/mail"
}

all_arrived() {
	local i

	for i in $(seq "$1"); do
		arrived "flow$i@example.com" || return 1
	done
}

mail_arrives() {
	local token

	token=$(sign_in)
	[ "$(mail_to first@example.com)" = 201 ] &&
		within 20 arrived first@example.com
}

# One mail after another, while the runners are replaced twice.
mails_flow() {
	local token i status=0

	token=$(sign_in)
	(
		"$stack" reload "$here/one" && "$stack" reload "$here/one"
	) >"$here/reloads" 2>&1 &
	for i in $(seq 30); do
		[ "$(mail_to "flow$i@example.com")" = 201 ] || status=1
		sleep 0.1
	done
	wait $! || status=1
	cat "$here/reloads"
	within 50 all_arrived 30 && [ "$status" = 0 ]
}

# Mails that are queued without a runner leave when one comes.
mails_wait() {
	local token

	token=$(sign_in)
	"$stack" tasks-stop "$here/one" &&
		[ "$(mail_to later@example.com)" = 201 ] && sleep 1 || return 1
	! arrived later@example.com && "$stack" tasks-start "$here/one" &&
		within 30 arrived later@example.com
}

host_follows_port() {
	local url

	[ "$(setting_of FRONTEND_HOST)" = "$(field url)" ] || return 1
	url=$(field url)
	"$stack" stop "$here/one" && start || return 1
	[ "$url" != "$(field url)" ] &&
		[ "$(setting_of FRONTEND_HOST)" = "$(field url)" ]
}

host_is_kept() {
	local own=https://shop.example

	start --env "FRONTEND_HOST=$own" &&
		[ "$(setting_of FRONTEND_HOST)" = "$own" ] && start &&
		[ "$(setting_of FRONTEND_HOST)" = "$own" ] &&
		curl -si "$(field url)/none" -H "Origin: $own" -X POST -T /dev/null \
			-H 'Content-Length: 99999999999' | tr -d '\r' |
		grep -qx "Access-Control-Allow-Origin: $own" &&
		"$stack" db-start "$here/one" >/dev/null &&
		[ "$(setting_of FRONTEND_HOST)" = "$own" ] &&
		start --env FRONTEND_HOST= && start &&
		[ "$(setting_of FRONTEND_HOST)" = "$(field url)" ]
}
