#!/bin/sh
# The modules of static/js against the types of the OpenAPI document, by tsc.
# A file is a case. Usage: run.sh [BUILDDIR]     (default: build)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd -P)
build=${1:-$root/build}
mkdir -p "$build/types" || exit 2
build=$(cd "$build" && pwd -P)
bin=$root/node_modules/.bin

fail()
{
	echo "types: $1" >&2
	echo "types: 0 passed, 1 failed"
	exit 1
}

if ! [ -x "$bin/tsc" ] || ! [ -x "$bin/openapi-typescript" ]; then
	fail "no tsc: npm ci in $root"
fi
cd "$root" || exit 2
"$bin/openapi-typescript" tests/golden/openapi.json \
	-o "$build/types/openapi.d.ts" >"$build/types/made" 2>&1 ||
	fail "no types of the document: $(cat "$build/types/made")"
# Editors take tests/types; another build directory has its own types.
cat >"$build/types/tsconfig.json" <<TEXT
{
	"extends": "$root/tests/types/tsconfig.json",
	"compilerOptions": { "paths": { "openapi": ["$build/types/openapi.d.ts"] } },
	"include": ["$root/static/js/**/*"]
}
TEXT
"$bin/tsc" -p "$build/types/tsconfig.json" --pretty false \
	>"$build/types/said"
status=$?

# A finding is FILE(LINE,COLUMN): error ..., and lines that go on with blanks.
passed=0
failed=0
for file in $(find static/js -name '*.js' | sort); do
	if grep -q "^$file(" "$build/types/said"; then
		echo "not ok - types $file"
		awk -v file="$file(" '/^[^ ]/ { own = index($0, file) == 1 }
			own { print "    " $0 }' "$build/types/said"
		failed=$((failed + 1))
	else
		echo "ok - types $file"
		passed=$((passed + 1))
	fi
done
# What belongs to none of them: a declaration, the settings.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
	cat "$build/types/said"
	failed=1
fi
echo "types: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
