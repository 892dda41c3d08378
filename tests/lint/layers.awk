# Who may include whom.
# Usage: cd src && awk -f layers.awk $(find * -name '*.[ch]')
#
#	core <- db, services <- http, tasks <- domains <- app, main, cli

BEGIN {
	rank["core"] = 0
	rank["db"] = rank["services"] = 1
	rank["http"] = rank["tasks"] = 2
	domain = 3
	rank["cli"] = top = 4

	# Edges between domains: only through model.h, and only these.
	edge["items:users"]
	edge["service:users"]
	edge["users:throttle"]
	edge["users:tickets"]
	edge["auth:users"]
	edge["auth:throttle"]
	edge["auth:tickets"]
	edge["admin:users"]
	edge["admin:throttle"]
	edge["audit:users"]
	edge["privacy:users"]
	edge["privacy:items"]
	edge["privacy:auth"]
	edge["privacy:audit"]
	edge["privacy:throttle"]
	edge["privacy:preferences"]
	edge["users:preferences"]
	edge["service:preferences"]
	edge["auth:preferences"]
	edge["products:users"]
	edge["kv:users"]
	edge["privacy:kv"]
	edge["overview:users"]
	edge["overview:auth"]
	edge["overview:preferences"]
	edge["overview:kv"]
	edge["stats:users"]
	edge["stats:admin"]
	edge["stats:products"]
	edge["stats:kv"]
	edge["stats:service"]
	edge["jobs:users"]
	edge["jobs:service"]

	# One owner for each foreign library (the start of a path).
	own["<mysql.h>"] = "db/"
	own["<fcgiapp.h>"] = own["<fastcgi.h>"] = "http/engine.c"
	own["<json-c/"] = "core/json.c"
	own["<argon2.h>"] = "core/password.c"
	own["<crypt.h>"] = "core/password.c"
	own["<jwt.h>"] = "core/token.c"
	own["<liboath/"] = own["<oath.h>"] = "core/totp.c"
	own["<qrencode.h>"] = "core/qr.c"
	own["<fido.h>"] = own["<fido/"] = "core/webauthn"
	own["<hiredis/"] = "kv/store_redis"
	own["<msgpack"] = "kv/store_tarantool"
	own["<csv.h>"] = "core/csv.c"
	own["<curl/"] = "services/"
	own["<openssl/"] = "core/"
	own["<idn2.h>"] = own["<unicase.h>"] = own["<unictype.h>"] = "core/"
	own["<uninorm.h>"] = own["<uniname.h>"] = own["<unistr.h>"] = "core/"

	# Files outside a layer that all may know.
	free["build.h"]
}

function layer(dir)
{
	return dir == "" ? top : (dir in rank) ? rank[dir] : domain
}

function bad(why)
{
	printf "src/%s:%d: %s: %s\n", FILENAME, FNR, $2, why
	n++
}

# What a file of a domain may know, by its kind.
function check_kind(you, their)
{
	if (file == "model.h") {
		if (you != "core" && you != me)
			bad("a model.h declares, it does not pull in")
	} else if (file == "schemas.c") {
		if (you != "core" && layer(you) != domain)
			bad("schemas are data")
	} else if (file ~ /^dao(_[a-z]+)?\.c$/) {
		if (you != "core" && you != "db" && you != me)
			bad("a dao knows core, db and its own model")
	} else if (you == "db")
		bad("SQL lives in dao.c and dao_*.c")
	if (layer(you) != domain || you == me)
		return
	if (!((me ":" you) in edge))
		bad("no edge from " me " to " you)
	if (their != "model.h")
		bad("only model.h crosses domains")
}

function check_include(path,	i, you, their)
{
	if (path in free)
		return
	if (!(i = index(path, "/"))) {
		if (me != "" && me != "cli")
			bad("only the top may include this")
		return
	}
	you = substr(path, 1, i - 1)
	their = substr(path, i + 1)
	if (layer(you) > layer(me))
		bad("upward include")
	if (layer(you) == layer(me) && you != me && layer(me) < domain)
		bad("siblings do not know each other")
	if (path == "db/unit.h" && me !~ /^(db|tasks|cli|)$/ &&
	    FILENAME !~ /^http\/(dispatch|attempt|bookkeeper)\./)
		bad("only the dispatcher, tasks and cli end transactions")
	if (layer(me) == domain)
		check_kind(you, their)
}

FNR == 1 {
	i = index(FILENAME, "/")
	me = i ? substr(FILENAME, 1, i - 1) : ""
	file = substr(FILENAME, i + 1)
}

# "#  include" is one too.
/^[ \t]*#[ \t]*include/ {
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "include ")
	for (lib in own)
		if (index($2, lib) == 1 && index(FILENAME, own[lib]) != 1)
			bad("belongs to " own[lib])
	if ($2 ~ /^"/)
		check_include(substr($2, 2, length($2) - 2))
}

END { exit n > 0 }
