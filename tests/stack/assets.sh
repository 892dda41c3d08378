# shellcheck shell=bash disable=SC2154
# The cases of script/assets, on a small static/ and pages/ of their own, and of
# --live. Sourced by run.sh.

assets() {
	"$root/script/assets" "$here/src" "$here/made"
}

# What is in static/ now, the newest of it alone.
assets_hash() {
	sed -n 2p "$here/made/state"
}

assets_are_made() {
	local hash

	mkdir -p "$here/src/pages" "$here/src/static/"{js/views,lang} || return 1
	echo '<script src="/static/js/a.js"></script><a href="/statics/">' \
		>"$here/src/pages/index.html"
	echo 'import "./views/b.js";' >"$here/src/static/js/a.js"
	echo 'export {};' >"$here/src/static/js/views/b.js"
	echo 'left' >"$here/src/static/js/a.js~"
	echo 'left' >"$here/src/static/js/.a.js.swp"
	echo 'export type A = 1;' >"$here/src/static/js/types.d.ts"
	printf '\211PNG' >"$here/src/static/a b.png"
	echo '{}' | tee "$here/src/static/lang/en.json" \
		>"$here/src/static/lang/ru.json"
	assets && hash=$(assets_hash) && [[ $hash =~ ^[0-9a-f]{16}$ ]] &&
		(cd "$here/made" && find . -type f | sort) >"$here/found" &&
		sort >"$here/wanted" <<-TEXT
			./pages/index.html
			./pages/index.html.gz
			./state
			./static/$hash/a b.png
			./static/$hash/js/a.js
			./static/$hash/js/a.js.gz
			./static/$hash/js/views/b.js
			./static/$hash/js/views/b.js.gz
			./static/$hash/lang/en.json
			./static/$hash/lang/en.json.gz
			./static/$hash/lang/index.json
			./static/$hash/lang/index.json.gz
			./static/$hash/lang/ru.json
			./static/$hash/lang/ru.json.gz
		TEXT
	diff "$here/wanted" "$here/found" &&
		grep -qxF "<script src=\"/static/$hash/js/a.js\"></script><a href=\"/statics/\">" \
			"$here/made/pages/index.html" &&
		zcat "$here/made/pages/index.html.gz" |
		cmp - "$here/made/pages/index.html" &&
		[ ! "$here/made/static/$hash/js/a.js" -nt "$here/src/static/js/a.js" ]
}

# Another folder, another time: the same bytes.
assets_are_the_same() {
	cp -r "$here/src" "$here/copy" &&
		"$root/script/assets" "$here/copy" "$here/again" &&
		diff -r "$here/made" "$here/again"
}

assets_rest() {
	local before

	before=$(find "$here/made" -printf '%p %C@\n' | sort)
	assets && [ "$before" = "$(find "$here/made" -printf '%p %C@\n' | sort)" ]
}

# The last two stand; a page has another time, whatever it was.
assets_follow() {
	local first second third

	first=$(assets_hash)
	touch -d '2020-01-01' "$here/made/pages/index.html"
	echo '/* */' >>"$here/src/static/js/a.js" && assets || return 1
	second=$(assets_hash)
	[ "$first" != "$second" ] && [ -d "$here/made/static/$first" ] &&
		grep -q "$second" "$here/made/pages/index.html" &&
		[ -n "$(find "$here/made/pages/index.html" -newermt 2021-01-01)" ] &&
		rm "$here/src/static/a b.png" && assets || return 1
	third=$(assets_hash)
	[ "$(ls "$here/made/static")" = "$(printf '%s\n' "$second" "$third" | sort)" ]
}

# Back to what was before: its folder is there already.
assets_go_back() {
	local now

	now=$(assets_hash)
	printf '\211PNG' >"$here/src/static/a b.png"
	rm "$here/src/static/lang/ru.json"
	echo 'more' >"$here/src/pages/more.html"
	assets && [ -e "$here/made/pages/more.html.gz" ] || return 1
	rm "$here/src/static/a b.png" "$here/src/pages/more.html"
	echo '{}' >"$here/src/static/lang/ru.json"
	assets && [ "$now" = "$(assets_hash)" ] &&
		[ "$(find "$here/made/static" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ] &&
		grep -q "$now" "$here/made/pages/index.html" &&
		[ ! -e "$here/made/pages/more.html" ] &&
		[ ! -e "$here/made/pages/more.html.gz" ]
}

# meanwhile TEXT: assets, with a `cat` that is followed by that command.
meanwhile() {
	mkdir -p "$here/bin" && cat >"$here/bin/cat" <<-TEXT
		#!/bin/sh
		/bin/cat "\$@"
		$1
	TEXT
	chmod +x "$here/bin/cat" && PATH=$here/bin:$PATH assets
}

# No folder has a name that is not that of its content.
assets_change() {
	local before grow

	before=$(assets_hash)
	grow="echo '/* */' >>'$here/src/static/js/a.js'"
	echo '/* */' >>"$here/src/static/js/a.js"
	fails_saying 'changes while' meanwhile "$grow" &&
		[ "$before" = "$(assets_hash)" ] &&
		! find "$here/made/static" -name '*.part' | grep . &&
		meanwhile "[ -e '$here/once' ] || { : >'$here/once'; $grow; }" &&
		cmp "$here/src/static/js/a.js" \
			"$here/made/static/$(assets_hash)/js/a.js"
}

# Another script, another folder; that which is being served stays.
assets_of_another_script() {
	local before

	before=$(assets_hash)
	mkdir -p "$here/other" && cp "$root/script/assets" "$here/other/assets" &&
		echo '# new' >>"$here/other/assets" &&
		"$here/other/assets" "$here/src" "$here/made" &&
		[ "$before" != "$(assets_hash)" ] &&
		[ -e "$here/made/static/$before/js/a.js" ]
}

assets_refuse() {
	fails_saying 'there is no static/' "$root/script/assets" "$root/tests" \
		"$here/none" && [ ! -e "$here/none" ]
}

# says PATH TEXT: the whole reply, as a browser would have it.
says() {
	curl -s -m 10 -i --compressed "$(field url)$1" | tr -d '\r' |
		grep -qE -- "$2" || {
		echo "$1 does not say $2"
		return 1
	}
}

built_is_served() {
	says / '"/static/[0-9a-f]{16}/js/' &&
		says "/static/$(sed -n 2p "$build/site/state")/js/app.js" \
			'^Cache-Control: public, max-age=31536000, immutable$'
}

# The checkout itself, and back.
live_is_served() {
	start --live && says / '"/static/js/' &&
		says /static/js/app.js '^Cache-Control: no-cache$' &&
		says /products/x '"/static/js/' &&
		says /static/lang/xx.json '"tag": *"en"' &&
		says /static/lang/ '"en.json"' &&
		answers "$(field url)/static/$(sed -n 2p "$build/site/state")/js/app.js" \
			404 && start && built_is_served
}
