#!/bin/bash
# script/stack and script/server themselves, with the real programs in a
# temporary directory. Usage: run.sh [BUILDDIR]
set -u
root=$(cd "$(dirname "$0")/../.." && pwd -P)
build=$(cd "${1:-$root/build}" && pwd -P) || exit 2
stack=$root/script/stack
here=$(mktemp -d /tmp/atrium-stack-XXXXXX)
chmod 0755 "$here"
passed=0
failed=0
server=''

# Whatever a case leaves behind goes with the directory.
end() {
	local dir

	[ -z "$server" ] || kill "$server" 2>/dev/null
	for dir in "$here"/*/ "$here"/*/*/ "$here"/*/var/; do
		[ ! -d "$dir/log" ] || "$stack" stop "$dir" 2>/dev/null
	done
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

field() {
	sed -n "s/^$1=//p" "$here/lines"
}

start() {
	"$stack" start "$here/one" --build "$build" "$@" >"$here/lines"
}

code_of() {
	curl -s -m 10 -o /dev/null -w '%{http_code}' "$1"
}

# answers URL STATUS
answers() {
	local code

	code=$(code_of "$1")
	[ "$code" = "$2" ] || {
		echo "$1 gave $code, not $2"
		return 1
	}
}

sql() {
	mariadb --defaults-file="$here/one/client.cnf" -BNe "$1" atrium
}

has_mode() {
	[ "$(stat -c %a "$2")" = "$1" ] || {
		stat -c '%a %n' "$2"
		return 1
	}
}

gone() {
	local state

	state=$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)
	[ -z "$state" ] || [ "$state" = Z ]
}

# pids_of DIR: MariaDB, nginx, and then the two supervisors and theirs.
pids_of() {
	local pool tasks

	pool=$(cat "$1/run/pool.pid")
	tasks=$(cat "$1/run/tasks.pid")
	cat "$1/run/db.pid" "$1/run/nginx.pid" "$1/run/pool.pid" \
		"$1/run/tasks.pid" "/proc/$pool/task/$pool/children" \
		"/proc/$tasks/task/$tasks/children" | tr ' ' '\n' | grep .
}

all_gone() {
	local pid

	for pid; do
		gone "$pid" || {
			ps -fp "$pid"
			return 1
		}
	done
}

# fails_saying TEXT COMMAND...
fails_saying() {
	local text=$1 said

	shift
	if said=$("$@" 2>&1); then
		echo 'it did not fail'
		return 1
	fi
	grep -qF -- "$text" <<<"$said" || {
		echo "it did not say: $text"
		echo "$said"
		return 1
	}
}

helps() {
	local name

	for name in setup build stack server test bench; do
		"$root/script/$name" --help | grep -q "script/$name" || return 1
	done
}

answers_all() {
	answers "$(field url)/readyz" 200 && answers "$(field url)/" 200 &&
		answers "$(field url)/api/v1/users/me" 401
}

modes_are_right() {
	has_mode 660 "$(field socket)" && has_mode 600 "$(field env_file)" &&
		has_mode 600 "$here/one/client.cnf" &&
		has_mode 750 "$here/one/run" && has_mode 750 "$here/one/db"
}

no_tcp() {
	[ "$(sql 'SELECT @@skip_networking')" = 1 ]
}

# The workers' account: rows yes, tables no.
app_has_no_ddl() {
	local url password

	url=$(sed -n 's/^DATABASE_URL=//p' "$(field env_file)")
	password=${url#*://*:}
	password=${password%%@*}
	as_app() {
		MYSQL_PWD=$password mariadb --no-defaults -u atrium_app \
			-S "$(field db_socket)" -BNe "$1" atrium
	}
	as_app 'SELECT COUNT(*) FROM users' &&
		fails_saying denied as_app 'CREATE TABLE t (i INT)' &&
		fails_saying denied as_app 'DROP TABLE users' &&
		fails_saying denied as_app 'SELECT * FROM mysql.user'
}

restart_keeps_data() {
	local key id

	key=$(grep ^SECRET_KEY= "$(field env_file)")
	id=$(sql 'SELECT HEX(id) FROM users')
	"$stack" stop "$here/one" && start || return 1
	[ "$key" = "$(grep ^SECRET_KEY= "$(field env_file)")" ] &&
		[ -n "$id" ] && [ "$id" = "$(sql 'SELECT HEX(id) FROM users')" ]
}

start_ends_leftovers() {
	local before

	mapfile -t before < <(pids_of "$here/one")
	kill -KILL "$(cat "$here/one/run/pool.pid")" \
		"$(cat "$here/one/run/tasks.pid")"
	start && all_gone "${before[@]}" && answers_all
}

taken_port() {
	local port

	port=$(field port)
	fails_saying "port $port is taken" \
		"$stack" start "$here/two" --build "$build" --port "$port" &&
		"$stack" stop "$here/two"
}

foreign_directory() {
	mkdir "$here/mine" && touch "$here/mine/file" &&
		fails_saying 'something else' "$stack" start "$here/mine" &&
		[ "$(ls "$here/mine")" = file ]
}

# A pid file that names somebody else's process is not believed.
stranger_lives() {
	local pid

	mkdir -p "$here/three/nginx/extra" "$here/three/log" "$here/three/run"
	sleep 60 &
	pid=$!
	echo "$pid" >"$here/three/run/nginx.pid"
	echo "$pid" >"$here/three/run/pool.pid"
	echo "$pid" >"$here/three/run/tasks.pid"
	echo "$pid" >"$here/three/run/pool.draining"
	echo "$pid" >"$here/three/run/db.pid"
	"$stack" stop "$here/three"
	kill -0 "$pid" || return 1
	kill "$pid"
}

bad_setting_is_named() {
	start --env LOG_LEVEL=loud && return 1
	start --env LOG_LEVEL=loud 2>&1 | grep -q LOG_LEVEL
}

setting_arrives() {
	local odd='PROJECT_NAME=a "b" # \c'

	start --env LOG_LEVEL=debug --env "$odd" &&
		curl -s "$(field url)/version" | grep -qF 'a \"b\" # \\c'
}

setting_back() {
	start --env LOG_LEVEL=info --env PROJECT_NAME=Atrium
}

database_alone() {
	"$stack" db-stop "$here/one" || return 1
	! "$stack" status "$here/one" || return 1
	answers "$(field url)/readyz" 503 && answers "$(field url)/healthz" 200 &&
		"$stack" db-start "$here/one" && "$stack" status "$here/one" &&
		answers "$(field url)/readyz" 200
}

reload_replaces() {
	local before

	mapfile -t before < <(pids_of "$here/one" | tail -n +3)
	"$stack" reload "$here/one" && all_gone "${before[@]}" && answers_all &&
		has_mode 660 "$(field socket)"
}

# A new program that does not start leaves the old workers in place.
broken_reload() {
	local before status=0

	mkdir -p "$here/build" && cp "$build/atrium" "$build/atrium-worker" \
		"$here/build/" && "$stack" stop "$here/one" || return 1
	"$stack" start "$here/one" --build "$here/build" >"$here/lines" || return 1
	before=$(cat "$here/one/run/pool.pid")
	printf '#!/bin/sh\necho broken >&2\nexit 1\n' >"$here/build/new"
	chmod 0755 "$here/build/new"
	mv "$here/build/new" "$here/build/atrium-worker"
	fails_saying 'the old ones go on' "$stack" reload "$here/one" || status=1
	[ "$before" = "$(cat "$here/one/run/pool.pid")" ] && answers_all &&
		[ "$status" = 0 ]
}

rate_is_limited() {
	local url

	start --api-rate 1 || return 1
	url=$(field url)
	curl -s -o /dev/null -w '%{http_code}\n' \
		"$url/api/v1/utils/health-check/?[1-420]" |
		sort | uniq -c | tee "$here/codes"
	grep -q ' 429$' "$here/codes" && grep -q ' 200$' "$here/codes" &&
		curl -s -i "$url/api/v1/utils/health-check/?[1-10]" |
		tr -d '\r' | grep -qx 'Retry-After: 1'
}

stop_ends_all() {
	local before

	mapfile -t before < <(pids_of "$here/one")
	"$stack" stop "$here/one" && all_gone "${before[@]}" &&
		! "$stack" status "$here/one"
}

long_path() {
	local dir name='a long name with spaces, '

	dir="$here/$name$name$name$name"
	"$stack" start "$dir" --build "$build" >"$here/lines" || return 1
	answers_all || return 1
	[[ $(field socket) == /tmp/atrium-* ]] || return 1
	"$stack" stop "$dir" && [ ! -e "$(field run)" ]
}

# shellcheck source-path=SCRIPTDIR source=server.sh
. "$root/tests/stack/server.sh"
# shellcheck source-path=SCRIPTDIR source=tasks.sh
. "$root/tests/stack/tasks.sh"
# shellcheck source-path=SCRIPTDIR source=frontend.sh
. "$root/tests/stack/frontend.sh"
# shellcheck source-path=SCRIPTDIR source=assets.sh
. "$root/tests/stack/assets.sh"

check 'every script explains itself' helps
check 'static/ and pages/ are built' assets_are_made
check 'the same of them is the same' assets_are_the_same
check 'what has not changed is left alone' assets_rest
check 'the build before this one stays' assets_follow
check 'what was before comes back' assets_go_back
check 'what changes meanwhile has no name that is wrong' assets_change
check 'another script takes nothing away' assets_of_another_script
check 'where there is neither, it says so' assets_refuse
check 'a fresh start answers' start
check 'pages and the API answer' answers_all
check 'secrets, sockets and data are for their owner alone' modes_are_right
check 'MariaDB listens on no TCP port' no_tcp
check "the workers' account has no rights on tables" app_has_no_ddl
check 'a taken port is named' taken_port
check 'a directory with other things in it is left alone' foreign_directory
check 'a pid file that names a stranger is not believed' stranger_lives
check 'a restart keeps the data and the secrets' restart_keeps_data
check 'a start ends what a killed supervisor left' start_ends_leftovers
check 'a bad setting is named' bad_setting_is_named
check 'a setting arrives as it is written' setting_arrives
check 'a setting can be taken back' setting_back
check 'the database stops and comes back alone' database_alone
check 'a reload replaces every worker and every runner' reload_replaces
check 'a reload that fails leaves the old workers' broken_reload
check 'a start after it' start
check 'a task runner listens' tasks_run
check 'a killed runner is replaced' killed_runner
check 'the task runners stop and come back alone' tasks_alone
check 'a stack without a runner' no_runner_wanted
check 'a start whose runners do not start says so' broken_runner_start
check 'a reload whose runners do not start leaves the old' broken_runner_reload
check 'a mail leaves within seconds' mail_arrives
check 'mails flow while runners are replaced' mails_flow
check 'mails wait for a runner' mails_wait
check 'FRONTEND_HOST follows the port' host_follows_port
check 'FRONTEND_HOST of the user is kept' host_is_kept
check 'a front end built elsewhere' front_starts
check 'its files' front_files
check 'its folders' front_folders
check 'index.html for pages alone' front_fallback
check 'other methods' front_methods
check 'hidden files' front_hides
check 'what stays beside it' front_beside
check 'our own files beside it' front_assets
check 'how long its files are kept' front_caching
check 'what browsers are told of it' front_headers
check 'a front end that is not there' front_refused
check 'our own pages again' front_taken_back
check 'the pages are those that make built' built_is_served
check 'or those of the checkout' live_is_served
check 'the rate limit answers 429' rate_is_limited
check 'stop ends every process' stop_ends_all
check 'a long path with spaces' long_path
check 'script/server answers' server_runs
check 'the administrator signs in with admin.txt' admin_signs_in
check 'there is one script/server in a checkout' only_one_server
check 'HUP restarts the workers' hup_reloads
check 'a killed MariaDB is started again' database_comes_back
check 'killed task runners are started again' runners_come_back
check 'stopped task runners stay away' runners_stay_away
check 'it says where mails go' mails_are_announced
check 'TERM ends all of script/server' term_ends_server
check 'after kill -9 the next start cleans up' killed_server
check '.env wins over var/atrium.env' dotenv_wins
check 'a reload by command keeps what .env says' dotenv_stays
check 'TERM ends it again' term_ends_server
echo "stack: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
