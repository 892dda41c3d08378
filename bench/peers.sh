# shellcheck shell=bash disable=SC2154
# The peers of script/bench --peers: their packages, their database, their
# servers, one nginx in front of them. Sourced by script/bench, which sets root,
# dir, url, admin_url and token.

peers=(sync async php fastify)
peer_pids=()

peers_need() {
	local name

	for name in gunicorn php-fpm8.2 node; do
		command -v "$name" >/dev/null && continue
		echo "bench: $name is missing: script/setup --bench installs it" >&2
		return 1
	done
	[ -d "$root/bench/peers/fastify/node_modules/fastify" ] && return
	echo 'bench: the npm packages of bench/peers/fastify are missing:' \
		'script/setup --bench installs them' >&2
	return 1
}

# The parts of mysql://USER:PASSWORD@localhost/NAME?unix_socket=PATH
peers_credentials() {
	local rest=${admin_url#mysql://}

	export PEER_USER=${rest%%[:@]*}
	PEER_PASSWORD=''
	[[ ${rest%%@*} != *:* ]] || PEER_PASSWORD=${rest#*:}
	PEER_PASSWORD=${PEER_PASSWORD%%@*}
	PEER_SOCKET=$(sed -n 's/^db_socket=//p' <<<"$lines")
	PEER_SECRET=$(openssl rand -hex 32)
	export PEER_PASSWORD PEER_SOCKET PEER_SECRET
}

# A token such as the peers take.
peer_token() {
	local text

	text=$(printf '{"alg":"HS256","typ":"JWT"}' | base64url)
	text=$text.$(printf '{"sub":"1","exp":%d}' $(($(date +%s) + 86400)) |
		base64url)
	printf '%s.%s' "$text" "$(printf %s "$text" |
		openssl dgst -sha256 -hmac "$PEER_SECRET" -binary | base64url)"
}

# peer_fill FILE USERLINE: a template with its @NAMES@ replaced.
peer_fill() {
	sed -e "s|@DIR@|$dir/peers|g" -e "s|@ROOT@|$root|g" \
		-e "s|@PORT@|$peer_port|g" -e "s|@USER@|$2|g" \
		-e "s|@DB_SOCKET@|$PEER_SOCKET|g" -e "s|@DB_USER@|$PEER_USER|g" \
		-e "s|@DB_PASSWORD@|$PEER_PASSWORD|g" \
		-e "s|@SECRET@|$PEER_SECRET|g" "$root/bench/peers/$1"
}

peers_start() {
	local name root_user='' i

	peers_need || return
	peers_credentials
	mkdir -p "$dir/peers"
	mariadb --defaults-file="$dir/stack/client.cnf" \
		<"$root/bench/peers/schema.sql" >/dev/null
	peer_port=$((20000 + SRANDOM % 12000))
	[ "$(id -u)" != 0 ] || root_user=yes
	peer_fill nginx.conf "${root_user:+user root;}" >"$dir/peers/nginx.conf"
	peer_fill php/fpm.conf "${root_user:+user = root}" >"$dir/peers/fpm.conf"
	for name in app app_async; do
		[ "$name" = app ] && i=sync || i=async
		gunicorn --chdir "$root/bench/peers/fastapi" --workers 2 \
			--worker-class uvicorn.workers.UvicornWorker \
			--worker-tmp-dir "$dir/peers" --backlog 4096 --umask 0 \
			--bind "unix:$dir/peers/$i.sock" --log-level warning \
			"$name:app" >"$dir/peers/$i.log" 2>&1 &
		peer_pids+=($!)
	done
	php-fpm8.2 -n -d zend_extension=opcache -d extension=pdo \
		-d extension=mysqlnd \
		-d extension=pdo_mysql -d opcache.enable=1 -F \
		${root_user:+-R} -y "$dir/peers/fpm.conf" \
		>"$dir/peers/php-start.log" 2>&1 &
	peer_pids+=($!)
	PEER_LISTEN=$dir/peers/fastify.sock \
		node "$root/bench/peers/fastify/app.mjs" \
		>"$dir/peers/fastify.log" 2>&1 &
	peer_pids+=($!)
	nginx -p "$dir/peers" -c "$dir/peers/nginx.conf" -g 'daemon off;' \
		-e "$dir/peers/nginx.log" &
	peer_pids+=($!)
	peer_url=http://127.0.0.1:$peer_port
	token_of_peers=$(peer_token)
	peers_wait
}

# Each answers both requests as it should, or the run ends here.
peers_wait() {
	local name i

	for name in "${peers[@]}"; do
		for ((i = 0; i < 150; i++)); do
			curl -fsS "$peer_url/$name/products?limit=20" 2>/dev/null |
				grep -q 'SKU-0000020' && break
			sleep 0.2
		done
		curl -sS -X POST "$peer_url/$name/kv" \
			-H "Authorization: Bearer $token_of_peers" \
			-H 'Content-Type: application/json' \
			-d '{"items":[{"k":"a","v":"1"},{"k":"b","v":"2"}]}' |
			grep -q '"a", *"b"\|"a","b"' && continue
		echo "bench: the peer $name does not answer; its log:" >&2
		tail -n 20 "$dir/peers/$name"*.log "$dir/peers/nginx.log" >&2
		return 1
	done
}

peers_stop() {
	local pid

	for pid in ${peer_pids[@]+"${peer_pids[@]}"}; do
		kill "$pid" 2>/dev/null || true
	done
	wait ${peer_pids[@]+"${peer_pids[@]}"} 2>/dev/null || true
}

# One round: each case of Atrium beside the same of its peers.
peers_round() {
	local name

	BENCH_TOKEN=$token load me 32 /api/v1/users/me
	load products 32 '/api/v1/products/?limit=20'
	BENCH_FRESH=1 load products-new 32 '/api/v1/products/?limit=20'
	for name in "${peers[@]}"; do
		url=$peer_url load "products-$name" 32 "/$name/products?limit=20"
	done
	BENCH_TOKEN=$token BENCH_WRITE=atrium load kv 32 '/api/v1/kv/~/write'
	for name in "${peers[@]}"; do
		BENCH_TOKEN=$token_of_peers BENCH_WRITE=peer \
			url=$peer_url load "kv-$name" 32 "/$name/kv"
	done
}
