#!/bin/sh
# Breaks each rule once, in a small tree of its own, and looks whether the
# check says so. Usage: selftest.sh
set -u
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d "${TMPDIR:-/tmp}/atrium-lint.XXXXXX") || exit 2
trap 'rm -rf "$tree"' EXIT
cp "$lint/../../.clang-format" "$tree" || exit 2
cd "$tree" || exit 2
build=out # for checks.sh
# shellcheck source=checks.sh
. "$lint/checks.sh"
failed=0

# write FILE: standard input, under a comment that opens it.
write() {
	mkdir -p "$(dirname "$1")"
	{
		printf '/*\n * A file of the self-test.\n */\n'
		cat
	} >"$1"
}

# compile FILE: its object, under the name that automake gives it.
compile() {
	dir=$build/$(dirname "$1")
	mkdir -p "$dir"
	gcc -std=gnu17 -O0 -w -fPIE -Isrc -c -x c "$1" \
		-o "$dir/${2:-libatrium_a-}$(basename "$1" .c).o"
}

say() {
	echo "$1 - $2"
	[ "$1" = ok ] || failed=$((failed + 1))
}

# catches CHECK TEXT WHAT: the check fails and its findings hold the text. The
# tree is empty afterwards.
catches() {
	findings=$("check_$1")
	status=$?
	if [ $status -ne 0 ] && printf '%s' "$findings" | grep -qF -- "$2"; then
		say ok "$1 catches $3"
	else
		say 'not ok' "$1 misses $3: status $status: $findings"
	fi
	rm -rf src tests script static out package-lock.json Makefile.am
}

accepts() {
	if findings=$("check_$1"); then
		say ok "$1 accepts $2"
	else
		say 'not ok' "$1 refuses $2: $findings"
	fi
	rm -rf src tests script static out package-lock.json Makefile.am
}

# includes FILE INCLUDE FINDING
includes() {
	echo "#include $2" | write "src/$1"
	catches layers "$3" "$2 in $1"
}

# calls FILE SYMBOL FINDING
calls() {
	printf 'int %s();\nint use(void)\n{\n\treturn %s();\n}\n' "$2" "$2" |
		write "src/$1"
	compile "src/$1"
	catches symbols "$3" "$2 in $1"
}

# globals FILE DECLARATION FINDING
globals() {
	echo "$2" | write "src/$1"
	compile "src/$1"
	catches symbols "$3" "'$2' in $1"
}

lines() {
	awk -v n="$1" -v text="$2" 'BEGIN { while (n--) print text }'
}

includes core/a.c '"db/db.h"' 'upward include'
includes db/a.c '"http/ctx.h"' 'upward include'
includes db/a.c '"services/mail.h"' 'siblings'
includes services/a.c '"db/db.h"' 'siblings'
includes http/a.c '"tasks/queue.h"' 'siblings'
includes tasks/a.c '"http/ctx.h"' 'siblings'
includes http/a.c '"users/model.h"' 'upward include'
includes users/a.c '"app.h"' 'only the top'
includes users/a.c '"items/model.h"' 'no edge'
includes users/a.c '"items/dao.h"' 'only model.h'
includes users/router.c '"db/db.h"' 'SQL lives in dao.c'
includes users/auth.c '"db/db.h"' 'SQL lives in dao.c'
includes users/dao.c '"http/ctx.h"' 'a dao knows'
includes users/dao.c '"items/model.h"' 'a dao knows'
includes users/schemas.c '"http/ctx.h"' 'schemas are data'
includes users/model.h '"http/ctx.h"' 'does not pull in'
includes http/router.c '"db/unit.h"' 'end transactions'
includes users/dao.c '"db/unit.h"' 'end transactions'
includes core/a.c '<mysql.h>' 'belongs to db/'
includes http/loop.c '<fcgiapp.h>' 'belongs to http/engine.c'
includes http/loop.c '<fastcgi.h>' 'belongs to http/engine.c'
includes core/decode.c '<json-c/json.h>' 'belongs to core/json.c'
includes core/crypto.c '<argon2.h>' 'belongs to core/password.c'
includes users/auth.c '<jwt.h>' 'belongs to core/token.c'
includes http/a.c '<curl/curl.h>' 'belongs to services/'
includes users/auth.c '<openssl/evp.h>' 'belongs to core/'
{
	echo '#include "core/err.h"'
	echo '#include "http/router.h"'
	echo '#include "users/model.h"'
	echo '#include "build.h"'
} | write src/users/router.c
echo '#include "db/unit.h"' | write src/http/dispatch.c
echo '#include "users/model.h"' | write src/app.c
accepts layers 'a tree in order'

calls http/a.c mysql_init 'only db/ talks'
calls http/loop.c FCGX_Accept_r 'only the engine'
calls users/router.c db_commit 'only the dispatcher'
calls http/router.c db_rollback 'only the dispatcher'
calls users/dao.c db_phase 'only the dispatcher'
calls users/dao.c db_release 'only the dispatcher'
calls users/router.c db_one 'SQL lives in dao.c'
calls http/dispatch.c db_exec 'SQL lives in dao.c'
calls users/auth.c malloc 'from its arena'
calls http/form.c free 'from its arena'
calls core/a.c strcpy banned
calls core/a.c __sprintf_chk banned
calls core/a.c localtime banned
calls core/a.c strerror banned
calls core/a.c rand banned
calls core/a.c atoi banned
globals core/a.c 'int counter = 1;' 'a writable global'
globals core/a.c 'static int zero; int *at(void) { return &zero; }' \
	'a writable global'
globals core/a.c 'int *f(void) { static int n; return &n; }' \
	'a writable global'
globals users/a.c 'int x; int *pointers[] = {&x};' 'pointers'
globals http/a.c '_Thread_local int mine = 3;' 'each thread'
catches symbols 'build first' 'a tree that was not built'
for file in core/log.c users/dao.c; do
	echo 'static const char *const names[] = {"a", "b"};' \
		'const char *const *f(void) { return names; }' |
		write "src/$file"
	compile "src/$file"
done
printf 'int db_one(); void free(); int n;\n' | write src/core/log.c
compile src/core/log.c
accepts symbols 'const tables and the globals of core/log.c'

echo 'int a;' | write src/core/a.c
: >Makefile.am
catches sources 'not in Makefile.am' 'a source that Makefile.am leaves out'
echo 'int a;' | write src/core/a.c
echo src/core/a.c >Makefile.am
catches sources 'no object' 'a source without its object'

body() {
	printf 'static void\nf(void)\n{\n'
	lines "$1" '	g();'
	printf '}\n'
}
body 57 | write src/core/a.c
catches sizes 'f() has 61 lines' 'a function of 61 lines'
body 56 | write src/core/a.c
accepts sizes 'a function of 60 lines'
lines 398 'int a(void);' | write src/core/a.h
catches sizes '401 lines in a file' 'a file of 401 lines'
mkdir script
{
	echo '#!/bin/sh'
	lines 400 'echo'
} >script/a
catches sizes '401 lines in a file' 'a script of 401 lines'
nest() {
	printf 'void\nf(int a)\n{\n\tif (a) {\n\t\tfor (;;) {\n'
	printf '\t\t\tswitch (a) {\n\t\t\tcase 1:\n%s' "$1"
	printf '\t\t\t\tbreak;\n\t\t\t}\n\t\t}\n\t}\n}\n'
}
nest '				if (a)
					f(2);
' | write src/core/a.c
catches sizes 'nesting of 4' 'four levels of nesting'
nest '' | write src/core/a.c
accepts sizes 'three levels of nesting'

echo 'int   a;' | write src/core/a.c
catches style 'src/core/a.c' 'a space too many'
echo 'int a;' | write tests/unit/a.c
accepts style 'what clang-format writes'

echo 'size_t length(void);' | write src/core/a.h
catches headers 'gcc: ./src/core/a.h' 'a header that needs another one'
{
	echo '#include <stddef.h>'
	echo 'size_t length(void);'
} | write src/core/a.h
accepts headers 'a header that stands alone'

mkdir -p src/core
echo 'int a;' >src/core/a.c
catches opening 'src/core/a.c' 'a file without a word on why it exists'

echo '/* TO''DO: later */' | write src/core/a.c
catches unfinished 'src/core/a.c:4' 'unfinished work'
mkdir script
printf '#!/bin/sh\n: # FIX''ME\n' >script/a
catches unfinished 'script/a:2' 'unfinished work in a script'

echo 'ten times, or @TIMES@' >README.md
catches blanks 'README.md:1' 'a figure that was never filled in'
rm README.md

echo 'void *f(int n) { return alloca(n); }' | write src/core/a.c
catches banned 'src/core/a.c:4' alloca

if command -v shellcheck >/dev/null; then
	mkdir script
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nrm $1\n' >script/a
	catches shell SC2086 'a word that the shell splits'
fi
if command -v node >/dev/null; then
	mkdir tests
	echo 'const a = ;' >tests/a.mjs
	catches javascript tests/a.mjs 'JavaScript that does not parse'
	mkdir -p tests
	echo 'crypto.randomUUID();' >tests/a.mjs
	catches javascript tests/a.mjs:1 'what Node 18 does not have'

	# texts ENGLISH RUSSIAN CODE: what stands in the files.
	texts() {
		mkdir -p static/lang static/js
		echo "{\"language\":{\"tag\":\"en\"},$1}" >static/lang/en.json
		echo "{\"language\":{\"tag\":\"ru\"},$2}" >static/lang/ru.json
		echo "$3" >static/js/a.js
	}
	one='"a":{"b":"B {x}"}'
	many='"a":{"b":{"one":"one","few":"{count}","many":"{count}","other":"1"}}'
	some='"a":{"b":{"one":"one","other":"{count}"}}'
	texts "$one" "$one" "t('a.b'); t('a.c');"
	catches lang 'static/js/a.js:1: a.c is not in English' 'a key without a text'
	texts "$one" '"a":{}' "t('a.b')"
	catches lang 'ru.json: a.b is missing' 'a text that a language lacks'
	texts "$one" '"a":{"b":"{x}","c":""}' "t('a.b')"
	catches lang 'ru.json: a.c is not in English' 'a text that English lacks'
	texts "$one" '"a":{"b":"{y}"}' "t('a.b')"
	catches lang '"{y}", English has "{x}"' 'another value in a text'
	texts "$one" "$one" 't("c")'
	catches lang 'a.b is used nowhere' 'a text that nobody shows'
	texts "$some" "$some" "n('a.b', 1)"
	catches lang 'a.b has no form few, many' 'a plural form too few'
	texts "$some" "$many" "t('a.b')"
	catches lang 'a.b has forms: n()' 'a text by number without one'
	texts "$one" "$one" '/* lang: c.* */ t("a.b")'
	catches lang 'keeps c.*' 'a section that is not there'
	texts "$one" '"language":{"tag":"de"},"a":{"b":"{x}"}' 't("a.b")'
	catches lang 'language.tag is not ru' 'a language with another name'
	texts "$some" "$many,\"faults\":{\"no\":\"N\"}" '/* t("c.d") lang: a.* */'
	accepts lang 'texts in order'

	# says CODE RUSSIAN SAID: a source, and what the pages say of it.
	says() {
		echo "$1" | write src/core/a.c
		texts '"a":{}' "$2" ''
		mkdir -p static/lang/said
		echo "{$3}" >static/lang/said/ru.json
	}
	says 'fail(c, e, "No " "%s", a);' '"faults":{}' '"Yes":"Y"'
	catches words 'does not say "No 1" (src/core/a.c)' 'a sentence too few'
	says 'fail_code(c, e, "no", "No");' '"errors":{}' ''
	catches words 'does not say "No"' 'a refusal without a text'
	says 'a = (struct fault){.type = "odd"};' '"faults":{}' ''
	catches words 'has no faults.odd' 'a fault without a text'
	says '' '"faults":{"odd":"O"}' ''
	catches words 'faults.odd: no fault' 'a text of no fault'
	says 'fail_code(c, e, "no", "No"); fail(c, e, "A %d (b)", a);' \
		'"errors":{"no":"N"}' '"A {a} (b)":"{a}"'
	accepts words 'what is said in another language'
fi
mkdir -p static/js
echo "import('/static/js/b.js');" >static/js/a.js
catches addresses static/js/a.js:1 'an address without the hash'
printf '"%s": "http://a/b.tgz",\n' resolved >package-lock.json
catches locks package-lock.json 'a lock file that names a host'

[ "$failed" -eq 0 ]
