# shellcheck shell=bash disable=SC2154
# The cases of FRONTEND_DIR: a made-up build through the real nginx. Sourced by
# run.sh.

front_make() {
	local front=$here/front

	mkdir -p "$front"/{assets/deep,static/js,guide,empty,.git,.well-known} \
		"$front/my docs" || return 1
	echo '<!doctype html><title>front</title>' >"$front/index.html"
	echo '<!doctype html><title>guide</title>' >"$front/guide/index.html"
	echo '<!doctype html><title>odd</title>' >"$front/my docs/index.html"
	echo 'front docs' >"$front/docs.html"
	for name in index-BUK1x2yz.js index-DfExTAbc.css a-_b1-Cd9z.mjs \
		deep/x-8bJkd_aQ.woff2 plain.js logo-document.svg \
		Annual-Report24.pdf log-20240101.txt my-old-file.js README-FIRST123.md; do
		echo "file $name" >"$front/assets/$name"
	done
	echo 'file main' >"$front/static/js/main.3f2a9b1c.chunk.js"
	echo 'file own' >"$front/static/own.css"
	echo '{}' >"$front/site.webmanifest"
	echo 'file root' >"$front/index-BUK1x2yz.js"
	for name in .env .git/config .well-known/x assets/.map static/.x; do
		echo SECRET >"$front/$name"
	done
	chmod -R a+rX "$front"
}

front_starts() {
	front_make && start --env "FRONTEND_DIR=$here/front"
}

# front_case METHOD PATH ACCEPT STATUS TEXT: TEXT is a regular expression for
# the head and the body. `-`: no Accept.
front_case() {
	local accept=(-H "Accept: $3") said

	[ "$3" != - ] || accept=(-H 'Accept:')
	[ "$1" != HEAD ] || accept+=(-I)
	said=$(curl -s -m 10 -i --path-as-is -X "$1" "${accept[@]}" \
		"$(field url)$2" | tr -d '\r')
	if [[ $said == HTTP/1.1\ $4\ * && $said != *SECRET* ]] &&
		grep -Eq -- "$5" <<<"$said"; then
		return 0
	fi
	echo "$1 $2, Accept $3: not $4 with $5"
	echo "$said"
	return 1
}

# A line: method, path, Accept, status, what the reply holds.
front_table() {
	local method path accept status text bad=0 n=0

	while IFS='|' read -r method path accept status text; do
		front_case "$method" "$path" "$accept" "$status" "$text" || bad=1
		n=$((n + 1))
	done
	[ "$bad" = 0 ] && [ "$n" -gt 0 ]
}

front_files() {
	front_table <<'TEXT'
GET|/|-|200|<title>front<
GET|/|image/png|200|<title>front<
HEAD|/|*/*|200|^Content-Type: text/html
GET|/index.html|*/*|200|<title>front<
GET|/assets/plain.js|text/html|200|file plain.js
GET|/assets/plain.js?v=1|-|200|^Content-Type: application/javascript
GET|/assets/a-_b1-Cd9z.mjs|-|200|^Content-Type: application/javascript
GET|/site.webmanifest|-|200|^Content-Type: application/manifest\+json
HEAD|/assets/plain.js|-|200|^Content-Length: 14
GET|/static/own.css|-|200|file own
GET|/guide/|-|200|<title>guide<
GET|/guide/|text/html|200|<title>guide<
GET|/my%20docs/|-|200|<title>odd<
GET|//assets//plain.js|-|200|file plain.js
TEXT
}

front_folders() {
	front_table <<'TEXT'
GET|/guide|-|302|^Location: /guide/$
GET|/guide|text/html|302|^Location: /guide/$
HEAD|/guide|-|302|^Location: /guide/$
GET|/guide?a=1&b=%20|-|302|^Location: /guide/\?a=1&b=%20$
GET|//guide|-|302|^Location: /guide/$
GET|/my%20docs|-|302|^Location: /my%20docs/$
GET|/empty|-|404|^{"detail":"Not Found"}
GET|/empty/|-|404|^{"detail":"Not Found"}
GET|/empty|text/html|200|<title>front<
GET|/empty/|text/html|200|<title>front<
GET|/assets/|text/html|200|<title>front<
TEXT
}

# When index.html stands in for what is not there.
front_fallback() {
	front_table <<'TEXT'
GET|/login|text/html|200|<title>front<
GET|/reset-password?token=x|text/html|200|<title>front<
GET|/a/b.c/d|text/html|200|<title>front<
GET|/none/|text/html|200|<title>front<
HEAD|/login|text/html|200|^Content-Type: text/html
GET|/static/none.js|text/html|200|<title>front<
GET|/x|application/xhtml+xml|200|<title>front<
GET|/x|text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|200|<title>front<
GET|/x|application/json, TEXT/HTML|200|<title>front<
GET|/x|text/html;level=1|200|<title>front<
GET|/x|text/html;q=0.001|200|<title>front<
GET|/x|text/html ; q=1|200|<title>front<
GET|/x|text/html;q=0, application/xhtml+xml|200|<title>front<
GET|/x|a/b;q=0,text/html|200|<title>front<
GET|/x|text/html,a/b;q=0|200|<title>front<
GET|/x|text/html;q=0|404|^{"detail":"Not Found"}
GET|/x|text/html; q=0.000|404|^{"detail":"Not Found"}
GET|/x|text/html;Q=0.|404|^{"detail":"Not Found"}
GET|/x|text/html;level=1;q=0|404|^{"detail":"Not Found"}
GET|/x|text/html;q=0,application/xhtml+xml;q=0.0|404|^{"detail":"Not Found"}
GET|/x|text/htmlx|404|^{"detail":"Not Found"}
GET|/x|xtext/html|404|^{"detail":"Not Found"}
GET|/x|application/xhtml xml|404|^{"detail":"Not Found"}
GET|/x|*/*|404|^{"detail":"Not Found"}
GET|/x|text/*|404|^{"detail":"Not Found"}
GET|/x|application/json|404|^Content-Type: application/json
GET|/x|-|404|^{"detail":"Not Found"}
GET|/assets/none.js|-|404|^Content-Type: application/json$
GET|/none.html|-|404|^Content-Type: application/json$
GET|/assets/none-BUK1x2yz.js|-|404|^Cache-Control: no-store
HEAD|/x|-|404|^Content-Type: application/json
TEXT
}

front_methods() {
	front_table <<'TEXT'
POST|/|text/html|405|^{"detail":"Method Not Allowed"}
POST|/index.html|-|405|^Allow: GET, HEAD$
POST|/assets/plain.js|-|405|^Content-Type: application/json$
POST|/assets/plain.js|-|405|^{"detail":"Method Not Allowed"}
PUT|/assets/plain.js|text/html|405|^{"detail":"Method Not Allowed"}
DELETE|/assets/plain.js|-|405|^{"detail":"Method Not Allowed"}
OPTIONS|/assets/plain.js|-|405|^{"detail":"Method Not Allowed"}
PATCH|/guide/|-|405|^{"detail":"Method Not Allowed"}
POST|/guide|-|405|^{"detail":"Method Not Allowed"}
POST|/static/js/docs.js|-|405|^{"detail":"Method Not Allowed"}
POST|/login|text/html|404|^{"detail":"Not Found"}
DELETE|/x|text/html|404|^{"detail":"Not Found"}
POST|/empty/|text/html|404|^{"detail":"Not Found"}
TEXT
}

front_hides() {
	front_table <<'TEXT'
GET|/.env|text/html|404|^{"detail":"Not Found"}
GET|/%2eenv|-|404|^{"detail":"Not Found"}
GET|/.git/config|text/html|404|^{"detail":"Not Found"}
GET|/.git|text/html|404|^{"detail":"Not Found"}
GET|/.well-known/x|-|404|^{"detail":"Not Found"}
GET|/assets/.map|text/html|404|^{"detail":"Not Found"}
GET|/static/.x|text/html|404|^{"detail":"Not Found"}
GET|/assets/../.env|text/html|404|^{"detail":"Not Found"}
GET|/../one/atrium.env|text/html|400|^{"detail":"Bad Request"}
GET|/..%2fone/atrium.env|text/html|400|^{"detail":"Bad Request"}
TEXT
}

# What stays ours beside it.
front_beside() {
	front_table <<'TEXT'
GET|/docs|-|200|<title>API reference
GET|/docs|-|200|require-trusted-types-for
GET|/docs/|text/html|301|^Location: /docs$
GET|/docs.html|text/html|301|^Location: /docs$
GET|/redoc|text/html|301|^Location: /docs$
GET|/static/js/docs.js|-|200|^Content-Type: application/javascript
GET|/static/lang/tlh.json|-|200|"tag": *"en"
GET|/static/lang/|-|200|"name":"en.json"
GET|/static/lang/|-|200|^Content-Type: application/json
GET|/static/0123456789abcdef/js/docs.js|text/html|404|^{"detail":"Not Found"}
GET|/static/css/docs.css|text/html|200|^Content-Type: text/css
GET|/healthz|text/html|200|"status":"ok"
GET|/readyz|text/html|200|"status":"ok"
GET|/version|text/html|200|"version"
GET|/api/v1/utils/health-check/|text/html|200|^true$
GET|/api/v1/none|text/html|404|^{"detail":"Not Found"}
GET|/api|text/html|404|^{"detail":"Not Found"}
TEXT
}

# Our own files, as /docs names them.
front_assets() {
	local at

	at=/static/$(sed -n 2p "$build/site/state")
	front_table <<TEXT
GET|/docs|-|200|href="$at/css/docs.css"
GET|$at/css/docs.css|-|200|^Cache-Control: public, max-age=31536000, immutable$
GET|$at/js/docs.js|-|200|^X-Content-Type-Options: nosniff$
GET|$at/lang/tlh.json|-|200|"tag": *"en"
GET|$at/lang/|-|200|"name":"en.json"
GET|$at/.x|-|404|^{"detail":"Not Found"}
TEXT
}

front_caching() {
	front_table <<'TEXT'
GET|/assets/index-BUK1x2yz.js|-|200|^Cache-Control: public, max-age=31536000, immutable$
GET|/assets/index-DfExTAbc.css|-|200|^Cache-Control: .*immutable$
GET|/assets/a-_b1-Cd9z.mjs|-|200|^Cache-Control: .*immutable$
GET|/assets/deep/x-8bJkd_aQ.woff2|-|200|^Cache-Control: .*immutable$
GET|/static/js/main.3f2a9b1c.chunk.js|-|200|^Cache-Control: .*immutable$
GET|/|-|200|^Cache-Control: no-cache$
GET|/login|text/html|200|^Cache-Control: no-cache$
GET|/assets/none-BUK1x2yz.js|text/html|200|^Cache-Control: no-cache$
GET|/index-BUK1x2yz.js|-|200|^Cache-Control: no-cache$
GET|/assets/plain.js|-|200|^Cache-Control: no-cache$
GET|/assets/logo-document.svg|-|200|^Cache-Control: no-cache$
GET|/assets/Annual-Report24.pdf|-|200|^Cache-Control: no-cache$
GET|/assets/log-20240101.txt|-|200|^Cache-Control: no-cache$
GET|/assets/my-old-file.js|-|200|^Cache-Control: no-cache$
GET|/assets/README-FIRST123.md|-|200|^Cache-Control: no-cache$
TEXT
}

# What a browser is told about a page, and about a file.
front_headers() {
	local csp="^Content-Security-Policy: default-src 'self'; script-src 'self'"

	csp+="; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
	front_table <<TEXT
GET|/login|text/html|200|$csp
GET|/assets/plain.js|-|200|$csp
GET|/guide|-|302|$csp
GET|/login|text/html|200|^X-Content-Type-Options: nosniff$
GET|/login|text/html|200|^Referrer-Policy: no-referrer$
GET|/login|text/html|200|^X-Request-ID: [0-9a-f]{32}$
GET|/none|-|404|^X-Content-Type-Options: nosniff$
TEXT
	! curl -si "$(field url)/login" -H 'Accept: text/html' |
		grep -q 'trusted-types'
}

# Starts that must not come about, each with what to do.
front_refused() {
	mkdir -p "$here/hollow" "$here/closed" "$here/odd \$name" &&
		touch "$here/closed/index.html" "$here/odd \$name/index.html" &&
		chmod 0700 "$here/closed" || return 1
	fails_saying 'which is no folder' \
		start --env "FRONTEND_DIR=$here/nowhere" &&
		fails_saying 'build the front end first' \
			start --env "FRONTEND_DIR=$here/nowhere" &&
		fails_saying 'there is no index.html in FRONTEND_DIR' \
			start --env "FRONTEND_DIR=$here/hollow" &&
		fails_saying 'may not hold quotes' \
			start --env "FRONTEND_DIR=$here/odd \$name" || return 1
	[ "$(stat -c %U "$here/one/db")" != atrium ] ||
		fails_saying 'the user atrium cannot read' \
			start --env "FRONTEND_DIR=$here/closed"
}

# Empty again: our own pages.
front_taken_back() {
	start --env FRONTEND_DIR= && answers_all &&
		answers "$(field url)/login" 404 &&
		answers "$(field url)/docs" 200 &&
		answers "$(field url)/static/.x" 404
}
