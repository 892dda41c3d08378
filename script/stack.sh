# shellcheck shell=bash disable=SC2034,SC2155
# The running parts of Atrium in one directory: MariaDB, worker pool, task
# runners, nginx.
# Sourced by script/stack, server, test and bench; script/stack says what is
# where. A part is known by its pid file, and only ended when the process of
# that number is really that part.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PATH=$PATH:/usr/sbin:/sbin
export PATH

port=0
build=$root/build
workers=2
runners=
api_rate=0
limit_loopback=1
body_limit=
migrate=1
env_mode=private # private: atrium.env alone; shared: .env and environment too
verbose=
settings=()
as=()
own_db=1
config=
frontend=
live=

die() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@" >&2
	exit 1
}

usage_error() {
	printf '%s: %s\nTry %s --help.\n' "${0##*/}" "$1" "$0" >&2
	exit 64
}

# note TEXT: what is being done, with the seconds since the start.
note() {
	local now=${EPOCHREALTIME/[^0-9]/} ms

	[ -n "$verbose" ] || return 0
	ms=$(((now - began) / 1000))
	printf '%4d.%d s  %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$1" >&2
}
began=${EPOCHREALTIME/[^0-9]/}

# log_end FILE [FROM]: the last lines of a log, from byte FROM on.
log_end() {
	[ -s "$1" ] || return 0
	printf -- '--- the end of %s\n' "$1" >&2
	tail -c +$((${2:-0} + 1)) "$1" | tail -n 25 >&2
	echo '---' >&2
}

size_of() {
	stat -c %s "$1" 2>/dev/null || echo 0
}

is_number() {
	case $1 in
	'' | *[!0-9]* | ???????*) return 1 ;;
	esac
}

# in_range TEXT FROM TO
in_range() {
	is_number "$1" && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

stack_options() {
	while [ $# -gt 0 ]; do
		case $1 in
		--port | --build | --workers | --runners | --env | --api-rate | \
			--body-limit)
			[ $# -ge 2 ] || usage_error "$1 needs a value"
			;;
		esac
		case $1 in
		--port)
			in_range "$2" 0 65535 ||
				usage_error "--port takes a number up to 65535"
			port=$2
			;;
		--build)
			build=$(cd "$2" 2>/dev/null && pwd -P) ||
				die "there is no build directory $2"
			;;
		--workers)
			in_range "$2" 1 256 ||
				usage_error "--workers takes 1 to 256"
			workers=$2
			;;
		--runners)
			in_range "$2" 0 64 ||
				usage_error "--runners takes 0 to 64"
			runners=$2
			;;
		--env)
			[[ $2 =~ ^[A-Z][A-Z0-9_]*= ]] ||
				usage_error "--env takes KEY=value"
			settings+=("$2")
			;;
		--api-rate)
			is_number "$2" || usage_error "--api-rate takes a number"
			api_rate=$2
			;;
		--body-limit)
			[[ $2 =~ ^[0-9]{1,12}$ ]] ||
				usage_error "--body-limit takes bytes"
			body_limit=$2
			;;
		--no-migrate)
			migrate=
			shift
			continue
			;;
		--live)
			live=1
			shift
			continue
			;;
		--verbose)
			verbose=1
			shift
			continue
			;;
		*) usage_error "unknown option $1" ;;
		esac
		shift 2
	done
}

# --- who, where

# As root the parts run as the user atrium, when it can read what it needs.
choose_user() {
	as=()
	user=$(id -un)
	[ "$(id -u)" = 0 ] || return 0
	if ! id -u atrium >/dev/null 2>&1; then
		[ -n "${said_root-}" ] ||
			note "no user atrium (script/setup makes it): running as root"
		said_root=1
		return 0
	fi
	as=(setpriv --reuid=atrium --regid="$(id -g atrium)" --clear-groups)
	if "${as[@]}" test -r "$root/nginx/site.conf" -a -x "${dir%/*}/" &&
		{ [ ! -e "$build" ] || "${as[@]}" test -x "$build"; }; then
		user=atrium
		return 0
	fi
	as=()
	[ -n "${said_root-}" ] ||
		note "the user atrium cannot read $root: running as root"
	said_root=1
}

# give PATH...: to the user that the parts run as.
give() {
	[ ${#as[@]} -eq 0 ] || chown atrium: "$@"
}

# Others can write in /tmp: a name there may be somebody else's by now.
is_own_folder() {
	[ -n "$1" ] && [ -d "$1" ] && [ ! -L "$1" ] &&
		[ "$(stat -c %U "$1")" = "$user" ]
}

# Sockets need a short and plain path; else RUN stands in /tmp.
choose_run() {
	local name

	run=$dir/run
	if [ ${#run} -le 86 ] && [[ $run =~ ^[A-Za-z0-9_./-]+$ ]]; then
		[ ! -L "$run" ] || rm "$run"
		mkdir -p "$run"
	else
		name=$(readlink "$run" 2>/dev/null || true)
		if ! is_own_folder "$name"; then
			name=$(mktemp -d /tmp/atrium-XXXXXX)
			ln -sfn "$name" "$run"
			note "sockets and pids are in $name (the path is long)"
		fi
		run=$name
	fi
	chmod 0750 "$run"
	give "$run"
}

# What nginx can be told in quotes.
is_plain_path() {
	case $1 in
	*[\"\$\;\{\}\\\'\`]* | *$'\n'*) return 1 ;;
	esac
}

# stack_open DIR COMMAND: makes the directory for start, else expects it.
stack_open() {
	case $2 in
	start | db-start)
		mkdir -p "$1"
		[ -d "$1/nginx/extra" ] || [ -z "$(ls -A "$1")" ] ||
			die "$1 holds something else: give an empty directory"
		;;
	status) [ -e "$1/run" ] || die "nothing runs in $1" ;;
	*) [ -d "$1/log" ] || die "there is no stack in $1" ;;
	esac
	dir=$(cd "$1" && pwd -P)
	is_plain_path "$dir$root" ||
		die "a path may not hold quotes, dollars, braces or semicolons: $dir"
	choose_user
	mkdir -p "$dir/log" "$dir/tmp" "$dir/mail" "$dir/exports" \
		"$dir/nginx/extra"
	chmod 0700 "$dir/mail" "$dir/exports"
	[ "$(stat -c %U "$dir")" = "$user" ] || give "$dir"
	give "$dir/log" "$dir/tmp" "$dir/mail" "$dir/exports"
	choose_run
	env_file=$dir/atrium.env
	socket=$run/worker.sock
	db_socket=$run/db.sock
	fifo=$run/tasks.fifo
	client_cnf=$dir/client.cnf
}

# One command at a time in a directory. The parts inherit neither fd 9 nor fd 8
# (script/server's lock).
stack_lock() {
	exec 9>"$run/lock"
	flock -w 120 9 || die "another command is still busy with $dir"
}

# --- processes

alive() {
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	stat=${stat##*) }
	[ "${stat%% *}" != Z ]
}

is_here() {
	[ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$dir" ]
}

# is_part NAME PID: whether the process is this part of this directory.
is_part() {
	local line

	alive "$2" || return 1
	line=$(tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null) || return 1
	case $1 in
	db) [[ $line == *"--defaults-file=$dir/db.cnf"* ]] ;;
	nginx) [[ $line == *"-c $dir/nginx/nginx.conf"* ]] ;;
	pool) is_here "$2" && [[ $line == *multiwatch*'/atrium-worker ' ]] ;;
	tasks) is_here "$2" && [[ $line == *multiwatch*'/atrium tasks ' ]] ;;
	*) return 1 ;;
	esac
}

# pid_of NAME: prints the pid when that part runs.
pid_of() {
	local pid

	{ read -r pid <"$run/$1.pid"; } 2>/dev/null || return 1
	is_number "$pid" && is_part "$1" "$pid" && echo "$pid"
}

# wait_gone PID TENTHS
wait_gone() {
	local i

	for ((i = 0; i < $2 * 5; i++)); do
		alive "$1" || return 0
		sleep 0.02
	done
	return 1
}

# end_part NAME SIGNAL SECONDS: asks, waits, and insists.
end_part() {
	local pid

	if pid=$(pid_of "$1"); then
		kill -s "$2" "$pid" 2>/dev/null || true
		if ! wait_gone "$pid" $(($3 * 10)); then
			note "$1 ($pid) did not end within $3 s: killed"
			kill -s KILL "$pid" 2>/dev/null || true
			wait_gone "$pid" 50 || true
		fi
	fi
	rm -f "$run/$1.pid"
}

# is_program NAME PID: whether that is a process of the part itself.
is_program() {
	local name line

	{ read -r name <"/proc/$2/comm"; } 2>/dev/null || return 1
	case $1:$name in
	pool:atrium-worker) return 0 ;;
	tasks:atrium) ;;
	*) return 1 ;;
	esac
	line=$(tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null)
	[[ $line == *'/atrium tasks ' ]]
}

# end_orphans NAME: those whose supervisor was killed stay behind: they stand
# in our directory and nobody watches them any more.
end_orphans() {
	local link pid pids=()

	for link in /proc/[0-9]*; do
		pid=${link#/proc/}
		is_program "$1" "$pid" && is_here "$pid" || continue
		pids+=("$pid")
		kill -s TERM "$pid" 2>/dev/null || true
	done
	for pid in ${pids[@]+"${pids[@]}"}; do
		wait_gone "$pid" 50 || kill -s KILL "$pid" 2>/dev/null || true
	done
}

# --- settings

random_hex() {
	od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

env_quote() {
	local value=$1 c

	if [[ $value =~ ^[A-Za-z0-9_./:@?=\&%+,~-]*$ ]]; then
		printf %s "$value"
		return
	fi
	for c in \\ '"' '$' '`'; do
		value=${value//"$c"/"\\$c"}
	done
	printf '"%s"' "$value"
}

# env_get KEY: of atrium.env, as it stands there.
env_get() {
	sed -n "s/^$1=//p" "$env_file" 2>/dev/null | tail -n 1
}

# env_put KEY VALUE: replaces the line or adds one.
env_put() {
	local line new='' found='' own="$1=$(env_quote "$2")"

	while IFS= read -r line; do
		if [[ $line == "$1="* ]]; then
			[ -z "$found" ] || continue
			line=$own
			found=1
		fi
		new+=$line$'\n'
	done <"$env_file"
	[ -n "$found" ] || new+=$own$'\n'
	printf %s "$new" >"$env_file"
}

env_default() {
	grep -q "^$1=" "$env_file" || env_put "$1" "$2"
}

# The database's passwords live in the URLs: kept when the path changes.
password_of() {
	local url

	url=$(env_get "$1")
	if [[ $url =~ ^\"?mysql://[a-z_]+:([0-9a-f]+)@ ]]; then
		echo "${BASH_REMATCH[1]}"
	else
		random_hex 24
	fi
}

env_write() {
	local where="localhost/atrium?unix_socket=$db_socket" pair folder

	if [ ! -e "$env_file" ]; then
		(umask 077 && printf '%s\n' \
			'# Made at the first start; read at each.' \
			'# Settings of your own belong in .env, which wins.' \
			>"$env_file")
	fi
	chmod 0600 "$env_file"
	app_password=$(password_of DATABASE_URL)
	admin_password=$(password_of DATABASE_ADMIN_URL)
	admin_url=mysql://atrium_admin:$admin_password@$where
	env_default SECRET_KEY "$(random_hex 32)"
	env_put DATABASE_URL "mysql://atrium_app:$app_password@$where"
	env_put DATABASE_ADMIN_URL "$admin_url"
	env_default FIRST_SUPERUSER admin@example.com
	env_default FIRST_SUPERUSER_PASSWORD "$(random_hex 12)"
	env_put MIGRATIONS_DIR "$root/migrations"
	env_put TEMPLATES_DIR "$root/templates"
	env_put MAIL_DIR "$dir/mail"
	env_put EXPORT_DIR "$dir/exports"
	env_default KEYS_DIR "$dir/keys"
	# The directory was moved.
	folder=$(env_get KEYS_DIR)
	[[ $folder != */keys ]] || [ -d "$folder" ] ||
		env_put KEYS_DIR "$dir/keys"
	env_put TASK_FIFO "$fifo"
	[ "$port" = 0 ] || env_write_start
	for pair in ${settings[@]+"${settings[@]}"}; do
		env_put "${pair%%=*}" "${pair#*=}"
	done
	give "$env_file"
}

# What only a start of everything knows.
env_write_start() {
	local slots last now

	# Together the workers hash as many passwords at once as there are cores.
	slots=$(($(nproc) / ${workers:-1}))
	env_put HASH_SLOTS "$((slots > 0 ? slots : 1))"
	# Follows the port, unless it says something else than we did.
	last=$(cat "$dir/nginx/port" 2>/dev/null || true)
	now=$(env_get FRONTEND_HOST)
	if [ -z "$now" ] || [ "$now" = "http://127.0.0.1:$last" ]; then
		env_put FRONTEND_HOST "http://127.0.0.1:$port"
		echo "$port" >"$dir/nginx/port"
	fi
}

# The environment of the workers and of `atrium`, as arguments of env(1).
# Shared: .env wins over atrium.env, and the caller's environment over both.
env_args() {
	local line key

	if [ "$env_mode" = private ]; then
		environment=(-i PATH="$PATH" LANG=C.UTF-8 HOME="$dir"
			ATRIUM_ENV_FILE="$env_file")
		for key in ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS \
			LSAN_OPTIONS LLVM_PROFILE_FILE; do
			[ -z "${!key-}" ] || environment+=("$key=${!key}")
		done
		return 0
	fi
	environment=(ATRIUM_ENV_FILE="$env_file")
	[ -e "$root/.env" ] || return 0
	environment=(ATRIUM_ENV_FILE="$(dotenv_readable)")
	while IFS= read -r line; do
		key=${line%%=*}
		[[ $key =~ ^[A-Z][A-Z0-9_]*$ ]] || continue
		if [ -n "${!key+set}" ] || in_dotenv "$key"; then
			continue
		fi
		line=${line#*=}
		line=${line#\"}
		environment+=("$key=${line%\"}")
	done <"$env_file"
}

in_dotenv() {
	grep -Eq "^[[:blank:]]*(export[[:blank:]]+)?$1=" "$root/.env"
}

# .env itself, or a copy when the user atrium may not read it.
dotenv_readable() {
	if [ ${#as[@]} -eq 0 ] || "${as[@]}" test -r "$root/.env"; then
		echo "$root/.env"
		return
	fi
	install -m 0400 -o atrium "$root/.env" "$run/dotenv"
	echo "$run/dotenv"
}

# As the running workers have it: what script/server was told is in no file.
# Their number, their programs and whom these may run as, too.
env_running() {
	local pid pair

	pid=$(pid_of pool) || {
		env_args
		return
	}
	workers=$(tr '\0' ' ' <"/proc/$pid/cmdline" |
		sed -n 's/.* -f \([0-9]*\) .*/\1/p')
	build=$(tr '\0' '\n' <"/proc/$pid/cmdline" |
		sed -n 's|/atrium-worker$||p')
	choose_user
	if [ "$env_mode" = shared ]; then
		env_args
		return
	fi
	environment=(-i)
	while IFS= read -r -d '' pair; do
		[[ $pair != [A-Za-z_]*=* ]] || environment+=("$pair")
	done <"/proc/$pid/environ"
}

# setting NAME: its value as the programs have it, from `atrium config`.
setting() {
	local line

	line=$(grep -m 1 "^$1=" <<<"$config") || return 0
	line=${line#*=}
	line=${line%  # *}
	if [[ $line == \"*\" ]]; then
		line=$(sed 's/\\\(.\)/\1/g' <<<"${line:1:-1}")
	fi
	printf '%s\n' "$line"
}

# Settings that are wrong are reported by who needs them.
settings_read() {
	config=$(run_cli config 2>/dev/null) || config=''
}

# run_cli ARG...: the sysadmin's command, with the settings of this stack.
run_cli() {
	(cd "$dir" && exec "${as[@]}" env "${environment[@]}" \
		"$build/atrium" "$@" 8>&- 9>&-)
}

# shellcheck source-path=SCRIPTDIR source=parts.sh
. "$root/script/parts.sh"
# shellcheck source-path=SCRIPTDIR source=nginx.sh
. "$root/script/nginx.sh"
