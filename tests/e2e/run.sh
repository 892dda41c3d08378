#!/bin/bash
# The pages in a real browser, against a private stack of their own.
# Usage: tests/e2e/run.sh [BUILDDIR [NAME]...]     (default: build, all files)
# NAME: only the files whose name begins so.
# Environment: E2E_URL    test what answers there, start nothing
#              E2E_MAIL   where it puts its mails as files (none: no test of them)
#              E2E_ENV    its settings, with the first administrator
#              E2E_BUILD  what a site of passkeys is started from (none: no test)
#              E2E_SHOTS  where the pictures of the pages go and stay
#              E2E_STRICT 1: Lighthouse's number of performance counts, too
#              E2E_SLOW   so many ms each request takes longer, on a third of the
#                         processor: finds what a test does not wait for
#              CHROMIUM   the browser (default: /usr/bin/chromium)
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build}
case $build in
-h | --help)
	sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
	exit 0
	;;
/*) ;;
*) build=$PWD/$build ;;
esac

[ $# -eq 0 ] || shift
names=("$@")
chosen()
{
	local name

	[ ${#names[@]} -gt 0 ] || return 0
	for name in "${names[@]}"; do
		[[ $1 != "$name"* ]] || return 0
	done
	return 1
}

fail()
{
	echo "e2e: $*" >&2
	echo "e2e: 0 passed, 1 failed"
	exit 1
}

[ -x "${CHROMIUM:-/usr/bin/chromium}" ] ||
	fail "no Chromium: apt-get install chromium"
[ -d "$root/node_modules/playwright-core" ] ||
	fail "no playwright-core: npm ci in $root"

work=$(mktemp -d "${TMPDIR:-/tmp}/atrium-e2e.XXXXXX")
started=
finish()
{
	[ -z "$started" ] || "$root/script/stack" stop "$work/stack" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -z "${E2E_URL:-}" ]; then
	started=yes
	"$root/script/assets" "$root" "$build/site" || fail "no pages"
	"$root/script/stack" start "$work/stack" --port 0 --build "$build" \
		>"$work/lines" || fail "the stack does not start"
	E2E_URL=$(sed -n 's/^url=//p' "$work/lines")
	[ -n "$E2E_URL" ] || fail "the stack names no url"
	E2E_MAIL=$work/stack/mail
	E2E_ENV=$work/stack/atrium.env
	E2E_BUILD=$build
fi
export E2E_URL
export E2E_MAIL="${E2E_MAIL:-}"
export E2E_ENV="${E2E_ENV:-}"
export E2E_BUILD="${E2E_BUILD:-}"
export E2E_SHOTS="${E2E_SHOTS:-$work/shots}"
mkdir -p "$E2E_SHOTS"

# Two files at a time, for a browser waits a lot; Lighthouse alone, at the end.
run_file()
{
	local out=$work/out.${1##*/} status ok bad

	node --test "$1" >"$out" 2>&1 && status=0 || status=$?
	ok=$(sed -n 's/^\(# \|ℹ \)pass \([0-9]*\)$/\2/p' "$out")
	bad=$(sed -n 's/^\(# \|ℹ \)\(fail\|cancelled\) \([0-9]*\)$/\3/p' \
		"$out" | paste -sd+ | sed 's/^$/0/')
	bad=$((${bad:-0}))
	[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	echo "${ok:-0} $bad" >"$out.sum"
	flock "$work" cat "$out"
	echo "e2e/${1##*/}: ${ok:-0} passed, $bad failed ($SECONDS s)"
}

last=
for file in "$root"/tests/e2e/*.test.mjs; do
	chosen "${file##*/}" || continue
	case $file in
	*/lighthouse.test.mjs)
		last=$file
		continue
		;;
	esac
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		wait -n || true
	done
	run_file "$file" &
done
wait
[ -z "$last" ] || run_file "$last"
read -r passed failed <<<"$(cat "$work"/out.*.sum 2>/dev/null |
	awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }')"
[ $((passed + failed)) -gt 0 ] || failed=1
echo "e2e: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
