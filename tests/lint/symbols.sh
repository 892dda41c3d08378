#!/bin/sh
# What the linker says about the layers: who references what, and which object
# keeps something writable. Includes can be got round, symbols can not.
# Usage: symbols.sh OBJECTS_DIR
set -u
objs=${1:?usage: symbols.sh OBJECTS_DIR}
bad=0

if ! find "$objs" -name '*.o' 2>/dev/null | grep -q .; then
	echo "$objs: no object files: build first"
	exit 1
fi

# "users/dao.o mysql_init", a pair a line; automake's prefix of a per-target
# object (libatrium_a-dao.o) is cut off.
short='s,^\./,,; s,\([^/ ]*-\)\([^/ ]*\.o\),\2,'
undefined=$(cd "$objs" && find . -name '*.o' -exec nm -A {} + 2>/dev/null |
	sed -n 's,^\(.*\.o\):  *[Uw] \([^@]*\).*,\1 \2,p' | sed "$short")

# only SYMBOLS PATHS WHY: extended regular expressions.
only() {
	found=$(printf '%s\n' "$undefined" |
		grep -E " (__)?($1)(_chk)?\$" | grep -vE "^($2)")
	[ -z "$found" ] && return
	printf '%s\n' "$found" | sed "s,\$,: $3,"
	bad=1
}

only 'mysql_.*' 'db/' 'only db/ talks to the database'
only 'FCGX_.*|FCGI_.*' 'http/engine\.o' 'only the engine knows libfcgi'
only 'db_(init|phase|commit|rollback|release)' \
	'db/|http/(dispatch|attempt|bookkeeper)\.o|cli/|tasks/' 'only the dispatcher ends transactions'
only 'db_(one|all|exec|alone|change|search|search_count)' '[a-z_]+/dao(_[a-z]+)?\.o|db/(counts|search)\.o|tasks/' 'SQL lives in dao.c'
only 'malloc|calloc|realloc|reallocarray|free|strdup|strndup|v?asprintf' \
	'core/|db/|services/|cli/|http/(engine|loop|lanes|router|dispatch|again|tally|bookkeeper|lately)|kv/store\.o' \
	'memory of a request comes from its arena'
only 'strcpy|stpcpy|strcat|v?sprintf|strtok|gets|localtime|gmtime|ctime|asctime' \
	'NOBODY' 'banned'
only 'ato[il]|atoll|rand|srand|random|strerror|setenv|putenv|alloca|system|popen' \
	'NOBODY' 'banned'

# Const tables of pointers sit in .data.rel.ro, which RELRO makes read-only.
allowed='(core/(log|config)|http/(engine|loop)|main)\.o'
threadly='core/(log|password|uuid)\.o'
writable=$(cd "$objs" && find . -name '*.o' | while read -r o; do
	objdump -t "$o" | awk -v o="$o" '
		$0 !~ / O / && $0 !~ /\*COM\*/ &&
		    $0 !~ / \.t(data|bss)[.\t]/ { next }
		substr($0, 23, 1) == "d" { next } # of a section
		{ split($0, side, "\t"); n = split(side[1], left, " ")
		  section = left[n]; name = $NF }
		name ~ /^(__odr_asan|__asan|__ubsan|__tsan|__msan|__sancov|\.L)/ { next }
		section ~ /^\.t(data|bss)/ { print o, "threadly", name; next }
		section ~ /^\.data\.rel\.ro/ { next }
		section ~ /^(\.data|\.bss|\.lbss|\*COM\*)/ { print o, "writable", name }'
done | sed "$short" | grep -vE "^$allowed writable|^$threadly threadly")
if [ -n "$writable" ]; then
	printf '%s\n' "$writable" |
		sed 's/threadly \(.*\)/\1: a global that each thread may write/
		s/writable \(.*\)/\1: a writable global/'
	bad=1
fi
exit $bad
