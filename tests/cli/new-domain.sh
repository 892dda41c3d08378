#!/bin/bash
# script/new-domain in a copy of the checkout: what it writes compiles without
# a warning, passes the lint and its own tests, and is in the OpenAPI document.
# Usage: new-domain.sh   (it builds by itself, in about a minute)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd -P)
here=$(mktemp -d /tmp/atrium-domain-XXXXXX)
chmod 0755 "$here"
copy=$here/copy
passed=0
failed=0
trap 'rm -rf "$here"' EXIT
trap 'exit 130' INT TERM

# check WHAT COMMAND...: what it printed is shown when it fails.
check() {
	local what=$1

	shift
	if "$@" >"$here/said" 2>&1; then
		echo "ok - $what"
		passed=$((passed + 1))
		return 0
	fi
	echo "not ok - $what"
	tail -n 40 "$here/said" | sed 's/^/    /'
	failed=$((failed + 1))
	return 1
}

# What belongs to the checkout, committed or not; not what was built from it.
copy_tree() {
	mkdir "$copy"
	tar -C "$root" --exclude-vcs --exclude=./.env --exclude=./var \
		--exclude=./build --exclude='./build-[!a]*' --exclude=./build-asan \
		--exclude=./node_modules --exclude=./autom4te.cache \
		--exclude='./atrium-*' -cf - . | tar -C "$copy" -xf - || return 1
	[ ! -d "$root/node_modules" ] || ln -s "$root/node_modules" "$copy"
	# A build in the checkout itself would get in the way of this one.
	rm -f "$copy/config.status" "$copy/Makefile"
	state >"$here/before"
}

# Names and contents of everything.
state() {
	(cd "$copy" && find . -type f -exec cksum {} + | sort -k 3)
}

# refuses STATUS TEXT ARG...: says so, and leaves the tree as it is.
refuses() {
	local wanted=$1 text=$2 status=0

	shift 2
	"$copy/script/new-domain" "$@" >"$here/out" 2>&1 || status=$?
	cat "$here/out"
	[ "$status" -eq "$wanted" ] && grep -qF -- "$text" "$here/out" &&
		state | diff "$here/before" -
}

writes() {
	"$copy/script/new-domain" "$@" >"$here/out" 2>&1 || {
		cat "$here/out"
		return 1
	}
	grep -F 'Next:' "$here/out"
}

# has_files NAME
has_files() {
	local file

	for file in model.h schemas.c dao.c dependencies.c router.c; do
		[ -s "$copy/src/$1/$file" ] || return 1
		grep -qE "^	src/$1/$file( .)?$" "$copy/Makefile.am" || return 1
	done
	[ -s "$copy/tests/api/$1.test.mjs" ] &&
		grep -q "^	migrations/[0-9]*_create_$1.sql" "$copy/Makefile.am" &&
		grep -qx "    &$1," "$copy/src/app.c" &&
		[ "$(grep -c "'/$1/.*'$1-" "$copy/tests/api/operations.mjs")" -eq 5 ] &&
		grep -qx "#include \"$1/model.h\"" "$copy/src/app.c" &&
		! grep -rniE '(^|[^a-z_])items?([^a-z_]|$)' "$copy/src/$1" \
			"$copy"/migrations/*_create_"$1".sql \
			"$copy/tests/api/$1.test.mjs"
}

# Without comments and empty lines.
code_lines() {
	cat "$copy/src/$1"/*.[ch] |
		gcc -fpreprocessed -dD -E -P -xc - 2>/dev/null | grep -c .
}

build() {
	cd "$copy" && script/build build --enable-werror CFLAGS=-O1
}

in_document() {
	local id

	env ATRIUM_ENV_FILE= SECRET_KEY=01234567890123456789012345678901 \
		DATABASE_URL=mysql://a:b@localhost/c \
		"$copy/build/atrium-worker" --openapi >"$here/openapi" || return 1
	for id in invoices-read_invoices invoices-create_invoice \
		invoices-read_invoice invoices-update_invoice \
		invoices-delete_invoice purchase_orders-read_purchase_orders; do
		grep -qF "\"operationId\":\"$id\"" "$here/openapi" || {
			echo "$id is missing"
			return 1
		}
	done
	grep -qF '"InvoicesPublic"' "$here/openapi" &&
		grep -qF '    &perm_purchase_orders,' "$copy/src/app.c" &&
		[ ! -e "$copy/src/invoices/dao_export.c" ]
}

api_tests() (
	cd "$copy" && export UPDATE_GOLDEN=1 || exit 1
	tests/api/run.sh build service invoices purchase_orders &&
		grep -qF '"invoices-read_invoices"' tests/golden/openapi.json
)

copy_tree || exit 2
"$copy/script/new-domain" --help | grep -q 'Usage: script/new-domain' || exit 2

check 'a name is needed' refuses 64 'takes a name'
for name in invoice Invoices 1nvoices _invoices invoices_ in-voices \
	in__voices purchase_s 'in voices' ../etcs 'invoices;ls' ss \
	aninvoicethatgoesonandonandonandons; do
	check "\"$name\" is no name" refuses 64 'name' "$name"
done
for name in ints cases keys rows; do
	check "\"$name\" is refused: a word of C or SQL" \
		refuses 64 'a word of C or SQL' "$name"
done
check 'an unknown option' refuses 64 'no option' invoices --force
check 'two names' refuses 64 'one name' invoices orders
check 'a singular that is none' refuses 64 'one of them' invoices --singular 2
check 'a word that is its own plural' refuses 64 '--singular WORD' news \
	--singular news
for name in items users; do
	check "\"$name\" exists" refuses 1 'exists' "$name"
done
for name in lists messages sessions routes titles owners; do
	check "\"$name\" would clash" refuses 1 'Nothing was written' "$name"
done

check 'it writes invoices' writes invoices && check 'all of it' has_files invoices
check 'it writes purchase_orders' writes purchase_orders &&
	check 'all of that' has_files purchase_orders
state >"$here/before"
check 'a second time it refuses' refuses 1 'src/invoices exists' invoices
mkdir "$copy/src/party"
check 'one of many parties is a party' refuses 1 'src/party exists' parties
rmdir "$copy/src/party"

if check 'it compiles, warnings are errors' build; then
	check 'it is in the OpenAPI document' in_document
	check 'the lint has nothing against it' "$copy/tests/lint/run.sh" build
	if command -v node >/dev/null; then
		check 'its API tests pass, and the golden document is written' \
			api_tests
	else
		echo 'ok - its API tests # SKIP node is not installed'
	fi
fi
echo "invoices has $(code_lines invoices) lines of C without comments," \
	"$(cat "$copy"/src/invoices/*.[ch] | wc -l) with them"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
