# The checks of the source, a function each; run.sh runs them on the tree and
# selftest.sh on trees that break one rule each. The current directory is the
# tree, $build its build directory. A check prints what it found and fails, or
# is silent; status 77 means that it was skipped, and why is printed. $lint is
# this folder. To be sourced.
# shellcheck shell=sh

: "${build:?}" "${lint:?}"

# files DIR... -- NAME...: what belongs to the tree under these.
files() {
	dirs=
	while [ "$1" != -- ]; do
		[ -e "$1" ] && dirs="$dirs $1"
		shift
	done
	shift
	[ -n "$dirs" ] || return 0
	names="-name $1"
	shift
	for name; do
		names="$names -o -name $name"
	done
	# The words of $dirs and $names are meant to be split.
	set -f
	# shellcheck disable=SC2086
	find $dirs \( -name .git -o -name node_modules -o -name var \
		-o -path "./$build" -o -path "$build" -o -name 'build*' -type d \
		-o -name autom4te.cache \) -prune -o -type f \( $names \) -print |
		sort
	set +f
}

c_files() {
	files src tests bench -- '*.c' '*.h'
}

shell_files() {
	files script tests bench nginx .ci packaging -- '*' |
		while read -r file; do
			case $(head -c 64 "$file" | head -n 1 | tr -d '\0') in
			'#!'*[/\ ]sh | '#!'*[/\ ]sh\ * | '#!'*bash*) echo "$file" ;;
			esac
		done
}

# No finding is success.
quiet() {
	found=$(cat)
	[ -z "$found" ] && return 0
	printf '%s\n' "$found"
	return 1
}

check_layers() (
	cd src || exit 1
	# shellcheck disable=SC2046
	awk -f "$lint/layers.awk" $(find . -name '*.[ch]' | sed 's,^\./,,' | sort)
)

check_symbols() {
	sh "$lint/symbols.sh" "$build/src"
}

# An object for each source, or the symbols prove nothing.
check_sources() {
	files src -- '*.c' | while read -r file; do
		base=$(basename "$file" .c)
		dir=$(dirname "$file")
		grep -qF "$file" Makefile.am ||
			echo "$file: not in Makefile.am"
		find "$build/$dir" -name "$base.o" -o -name "*-$base.o" \
			2>/dev/null | grep -q . ||
			echo "$file: no object in $build"
	done | quiet
}

check_sizes() {
	# shellcheck disable=SC2046
	awk -f "$lint/sizes.awk" $(c_files; shell_files
		files script static tests bench -- '*.mjs' '*.js' '*.css' '*.awk')
}

# The version counts: each formats a little differently.
check_style() {
	format=
	for name in clang-format-14 clang-format; do
		"$name" --version 2>/dev/null | grep -q 'version 14\.' || continue
		format=$name
		break
	done
	if [ -z "$format" ]; then
		echo 'clang-format 14 is missing: install clang-format (Debian 12)'
		return 1
	fi
	# shellcheck disable=SC2046
	"$format" --dry-run -Werror $(c_files) 2>&1 |
		sed -n 's/^\([^:]*\):[0-9:]* \(error\|warning\): .*/\1/p' | uniq -c |
		sed "s/^ *\([0-9]*\) \(.*\)/\2: \1 places: $format -i \2/" | quiet
}

check_headers() {
	flags="-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Isrc -I$build/src"
	flags="$flags $(pkg-config --cflags libmariadb json-c 2>/dev/null)"
	for cc in gcc clang; do
		if ! command -v "$cc" >/dev/null; then
			echo "$cc is missing"
			continue
		fi
		for header in $(files src tests -- '*.h'); do
			# shellcheck disable=SC2086
			$cc $flags -I"$(dirname "$header")" -fsyntax-only -x c \
				-include "$header" /dev/null 2>&1 |
				grep -E 'error|warning' | sed "s,^,$cc: ,"
		done
	done | quiet
}

check_opening() {
	for file in $(c_files); do
		case $(head -c 2 "$file") in
		'/*') ;;
		*) echo "$file: does not open with a comment on why it exists" ;;
		esac
	done | quiet
}

# The words are split so that this file does not find itself.
check_unfinished() {
	# shellcheck disable=SC2046
	grep -nwE 'TO''DO|FIX''ME|XX''X|HA''CK' /dev/null \
		$(files . -- '*.[ch]' '*.sh' '*.awk' '*.m?js' '*.js' '*.css' '*.html' \
			'*.sql' '*.md' '*.am' '*.ac' '*.conf' '*.in'; shell_files) |
		quiet
}

# A figure that was to be filled in.
check_blanks() {
	# shellcheck disable=SC2046
	grep -nE '@[A-Z]+@' /dev/null $(files . -- '*.md') | quiet
}

# What no compiler turns into a symbol.
check_banned() {
	# shellcheck disable=SC2046
	grep -nE '(^|[^a-z_])(alloca|__builtin_[a-z]*alloca)[ (]' \
		/dev/null $(files src -- '*.[ch]') | quiet
}

check_shell() {
	if ! command -v shellcheck >/dev/null; then
		echo 'shellcheck is not installed'
		return 77
	fi
	# shellcheck disable=SC2046
	shellcheck -x -P SCRIPTDIR -f gcc $(shell_files)
}

# newer FILE: what Node has since 20; Debian 12 has 18.
newer() {
	grep -HnE 'import\.meta\.(dirname|filename)' "$1"
	grep -q node:crypto "$1" ||
		grep -HnE '(^|[^.[:alnum:]_])crypto\.' "$1"
}

check_javascript() {
	if ! command -v node >/dev/null; then
		echo 'node is not installed'
		return 77
	fi
	files static pages script tests bench -- '*.js' '*.mjs' |
		while read -r file; do
			node --check "$file" 2>&1 | sed "s,^,$file: ,"
			case $file in
			tests/* | bench/*) newer "$file" ;;
			esac
		done | quiet
}

# The texts of the pages, in each language.
check_lang() {
	if ! command -v node >/dev/null; then
		echo 'node is not installed'
		return 77
	fi
	[ ! -d static/lang ] || node "$lint/lang.mjs"
}

# What the server says, in each language but its own.
check_words() {
	if ! command -v node >/dev/null; then
		echo 'node is not installed'
		return 77
	fi
	node "$lint/words.mjs"
}

# From another file of static/ a whole address would miss the hash that is in
# what make builds: relative ones hold.
check_addresses() {
	# shellcheck disable=SC2046
	grep -nE "[\"'(\`]/static/" /dev/null \
		$(files static -- '*.js' '*.css' '*.svg') | quiet
}

# A lock file names packages and checksums; where from is npm's setting.
check_locks() {
	# shellcheck disable=SC2046
	grep -n '"resolved"' /dev/null $(files . -- package-lock.json) | quiet
}

all_checks='layers symbols sources sizes style headers opening unfinished blanks
	banned shell javascript lang words addresses locks'
export all_checks
