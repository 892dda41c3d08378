#!/bin/sh
# Every rule of the source is a check that fails. Usage: run.sh [BUILDDIR]
# BUILDDIR (default: build) holds the objects, as make left them. A line a check,
# its findings under it; the exit status says whether all hold.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
cd "$lint/../.." || exit 2
build=${1:-build}
# shellcheck source=checks.sh
. "$lint/checks.sh"
passed=0
failed=0

# report NAME STATUS FINDINGS
report() {
	case $2 in
	0) echo "ok - $1" ;;
	77) echo "ok - $1 # SKIP $3" ;;
	*) echo "not ok - $1" ;;
	esac
	case $2 in
	0 | 77) passed=$((passed + 1)) ;;
	*)
		failed=$((failed + 1))
		[ -z "$3" ] || printf '%s\n' "$3" | sed 's/^/    /'
		;;
	esac
}

for name in $all_checks; do
	findings=$("check_$name")
	report "lint $name" $? "$findings"
done
# The checks themselves: each one catches what it is for.
findings=$(sh "$lint/selftest.sh")
status=$?
report 'lint catches what it is for' $status \
	"$(printf '%s\n' "$findings" | grep -v '^ok - ')"
echo "lint: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
