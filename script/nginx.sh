# shellcheck shell=bash disable=SC2154
# nginx in front of the parts: its configuration from the templates in nginx/,
# its port, the front end that it serves. Sourced by script/stack.sh.

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

	own=$(setting BODY_LIMIT)
	echo "${body_limit:-$((${own:-1048576} + 65536))}"
}

# FRONTEND_DIR, as nginx can take it: leaves the path in $frontend, or nothing.
frontend_find() {
	frontend=$(setting FRONTEND_DIR)
	[ -n "$frontend" ] || return 0
	[[ $frontend == /* ]] || frontend=$root/$frontend
	[ -d "$frontend" ] || die "FRONTEND_DIR is $frontend, which is no folder" \
		'build the front end first, name the folder that the build wrote,' \
		'or take FRONTEND_DIR out of the settings'
	frontend=$(cd "$frontend" && pwd -P)
	is_plain_path "$frontend" || die "FRONTEND_DIR is $frontend:" \
		'a path may not hold quotes, dollars, braces or semicolons'
	[ -f "$frontend/index.html" ] ||
		die "there is no index.html in FRONTEND_DIR, $frontend" \
			'name the folder that the build of the front end wrote'
	"${as[@]}" test -r "$frontend/index.html" ||
		die "the user $user cannot read FRONTEND_DIR, $frontend" \
			"let it: chmod -R o+rX there, and o+x for the folders above"
	note "the front end is $frontend"
}

# Where the pages are: what make built of them, or the checkout. Leaves the
# folder in $site.
site_find() {
	site=$root
	if [ -z "$live" ] && [ -e "$build/site/state" ] &&
		is_plain_path "$build"; then
		site=$build/site
	fi
	note "the pages are those of $site"
}

# EXPORT_DIR, where the workers have it: leaves the path in $exports.
exports_find() {
	exports=$(setting EXPORT_DIR)
	[[ $exports == /* ]] || exports=$dir/${exports:-exports}
	is_plain_path "$exports" || die "EXPORT_DIR is $exports:" \
		'a path may not hold quotes, dollars, braces or semicolons'
}

# FRONTEND_HOST for a regular expression; nothing when no browser says it so.
origin_pattern() {
	local origin

	origin=$(setting FRONTEND_HOST)
	[[ $origin =~ ^https?://[][A-Za-z0-9.:_-]+$ ]] || return 0
	sed 's/[].[]/\\&/g' <<<"$origin"
}

nginx_config() {
	local files file exports site
	local -A fill

	exports_find
	site_find
	files=$(ulimit -n)
	[ "$files" != unlimited ] && [ "$files" -le 16384 ] || files=16384
	fill=([DIR]=$dir [RUN]=$run [ROOT]=$root [SITE]=$site
		[PORT]=$port [SOCKET]=$socket
		[FILES]=$files [CONNECTIONS]=$((files / 2))
		[BODY_LIMIT]=$(body_limit_of_nginx) [ORIGIN]=$(origin_pattern)
		[FILES_OF]=pages [FRONTEND_DIR]=$frontend
		[EXPORT_DIR]=$exports
		[CACHE]='' [CACHED]=''
		[USER]='' [RATE]=1000000 [LIMIT_FROM]=0 [LIMIT_LOOPBACK]=0)
	[ -z "$frontend" ] || fill[FILES_OF]=frontend
	[ "$user" != root ] || fill[USER]='user root;'
	if [[ $(setting PUBLIC_CACHE_SECONDS) =~ [1-9] ]]; then
		fill[CACHE]="include \"$dir/nginx/cache.conf\";"
		fill[CACHED]="include \"$dir/nginx/cached.conf\";"
	fi
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

port_check() {
	! port_taken "$port" || die "port $port is taken" \
		'end what listens there, or choose another: --port N'
}

# Fails when the port has been taken meanwhile.
nginx_start() {
	local i

	touch "$dir/log/nginx.log" "$dir/log/access.log"
	give "$dir/log/nginx.log" "$dir/log/access.log"
	nginx_config
	if ! nginx_run; then
		! grep -q 'bind() to' "$dir/log/nginx-start.log" || return 1
		cat "$dir/log/nginx-start.log" >&2
		die 'nginx did not start'
	fi
	for ((i = 0; i < 250; i++)); do
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
