#!/bin/bash
# A short run of each fuzz_*.c, with libFuzzer, ASan and UBSan.
# Usage: run.sh [SECONDS]      of each (default: 10)
# What it finds is kept in build-fuzz/found/; tests/fuzz/seeds/ is the start.
set -eu
seconds=${1:-10}
root=$(cd "$(dirname "$0")/../.." && pwd -P)
build=$root/build-fuzz
sanitizers=address,undefined
passed=0
failed=0

"$root/script/build" "$build" CC=clang --enable-sanitizer=$sanitizers \
	CFLAGS='-O1 -g -fsanitize=fuzzer-no-link'
cd "$build"
mkdir -p found corpus
# What the makefile knows.
value_of() {
	make -s --no-print-directory --eval="value: ; @echo \$($1)" value
}
read -ra flags <<<"$(value_of AM_CFLAGS)"
read -ra libs <<<"$(value_of libs)"

for source in "$root"/tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	clang -O1 -g -D_GNU_SOURCE "${flags[@]}" \
		-fsanitize=fuzzer,$sanitizers -I"$root/src" -Isrc \
		-o "fuzz_$name" "$source" "${libs[@]}"
	mkdir -p "corpus/$name" "$root/tests/fuzz/seeds/$name"
	if "./fuzz_$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 \
		-print_final_stats=1 -verbosity=0 -artifact_prefix="found/$name-" \
		"corpus/$name" "$root/tests/fuzz/seeds/$name" \
		>"fuzz_$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"fuzz_$name.log")
		echo "ok - $name, $runs inputs"
		passed=$((passed + 1))
	else
		echo "not ok - $name (all of it: $build/fuzz_$name.log)"
		tail -n 40 "fuzz_$name.log" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
