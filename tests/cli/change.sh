# shellcheck shell=bash disable=SC2154,SC2034
# passwd, activate and deactivate. Sourced by run.sh.

# owns EMAIL: a condition on a table of things that belong to an account.
owns() {
	echo "user_id = (SELECT id FROM users WHERE email = '$1')"
}

# recovery_for EMAIL: a token as a recovery mail leaves one.
recovery_for() {
	sql "INSERT INTO tickets (digest, purpose, user_id, created_at, expires_at)
		SELECT SHA2(email, 256), 'recovery', id, UTC_TIMESTAMP(6),
		UTC_TIMESTAMP(6) + INTERVAL 1 DAY FROM users WHERE email = '$1'"
}

passwd_changes() {
	local first other

	new eve@example.com && new dan@example.com || return 1
	signs_in 200 eve@example.com "$password" && first=$token &&
		signs_in 200 dan@example.com "$password" && other=$token &&
		recovery_for eve@example.com && recovery_for dan@example.com &&
		reads_me 200 "$first" || return 1
	gives 0 user passwd EVE@example.com <<<'hushhush next' &&
		is 'eve@example.com has a new password, and is signed out everywhere.' \
			"$out" && lacks hushhush "$err" || return 1
	reads_me 403 "$first" && signs_in 400 eve@example.com "$password" &&
		signs_in 200 eve@example.com 'hushhush next' || return 1
	is 0 "$(number tickets "$(owns eve@example.com)")" &&
		is 1 "$(number tickets "$(owns dan@example.com)")" &&
		reads_me 200 "$other" && signs_in 200 dan@example.com "$password"
}
check 'passwd sets a password, ends sessions and recovery, of one account' \
	passwd_changes

passwd_refuses() {
	gives 1 user passwd eve@example.com <<<short && has 'not right' "$err" &&
		signs_in 200 eve@example.com 'hushhush next' && reads_me 200 "$token" &&
		gives 1 user passwd eve@example.com <<<'Eve@Example.com1' &&
		is 'atrium: The password must not be the address or the name.' "$err" &&
		signs_in 200 eve@example.com 'hushhush next'
}
check 'a password against the rules changes nothing' passwd_refuses

# nobody COMMAND [OPTION]
nobody() {
	gives 1 user "$1" nobody@example.com "${@:2}" </dev/null &&
		has 'There is no account with the address nobody@example.com.' "$err" &&
		is '' "$out" &&
		gives 1 user "$1" $'a\e[31m\xff' "${@:2}" </dev/null &&
		has 'There is no account with the address a\x1B[31m\xFF.' "$err"
}
for name in passwd activate deactivate superuser 'superuser --off'; do
	# The words are meant to be split.
	# shellcheck disable=SC2086
	check "$name says that there is no such account" nobody $name
done

# At a terminal, which script(1) plays: what it shows is in $here/typed.
at_terminal() {
	(cd "$dir" && { sleep 1 && printf '%s\n' "$1" && sleep 0.5 &&
		printf '%s\n' "$2" && sleep 0.5; } | clean_env script -qec \
		"'$build/atrium' user passwd eve@example.com" /dev/null) \
		>"$here/typed" 2>&1
	tr -d '\r' <"$here/typed" >"$here/text"
	lacks "$1" "$(<"$here/text")" && has 'Password: ' "$(<"$here/text")"
}

asks_twice() {
	at_terminal 'hushhush tty' 'hushhush tty' &&
		has 'The same again: ' "$(<"$here/text")" &&
		signs_in 200 eve@example.com 'hushhush tty'
}
check 'at a terminal it asks twice, and shows nothing' asks_twice

tells_difference() {
	at_terminal 'hushhush one' 'hushhush two'
	has 'The two passwords differ' "$(<"$here/text")" &&
		signs_in 200 eve@example.com 'hushhush tty'
}
check 'two that differ change nothing' tells_difference

deactivates() {
	signs_in 200 eve@example.com 'hushhush tty' || return 1
	recovery_for eve@example.com
	gives 0 user deactivate eve@example.com </dev/null &&
		has 'eve@example.com cannot sign in any more' "$out" &&
		reads_me 400 "$token" && has 'Inactive user' "$(<"$here/reply")" &&
		ended=$token && signs_in 400 eve@example.com 'hushhush tty' &&
		has 'Inactive user' "$(<"$here/reply")" &&
		is 0 "$(number sessions "$(owns eve@example.com)")" &&
		is 0 "$(number tickets "$(owns eve@example.com)")"
}
check 'deactivate ends the sessions and keeps out' deactivates

deactivates_again() {
	gives 0 user deactivate eve@example.com </dev/null &&
		is 'eve@example.com is inactive already.' "$out"
}
check 'deactivate again says that it is so' deactivates_again

activates() {
	gives 0 user activate eve@example.com </dev/null &&
		is 'eve@example.com can sign in again.' "$out" &&
		reads_me 403 "$ended" && signs_in 200 eve@example.com 'hushhush tty' &&
		gives 0 user activate eve@example.com </dev/null &&
		is 'eve@example.com is active already.' "$out" &&
		reads_me 200 "$token"
}
check 'activate lets in again, and does no more' activates

# An address of before the rules, which a private route may take.
odd_address() {
	sql "UPDATE users SET email = 'No Address', email_key = 'no address'
		WHERE email = 'dan@example.com'"
	gives 0 user deactivate 'no address' </dev/null &&
		is 'No Address cannot sign in any more, and is signed out everywhere.' \
			"$out"
}
check 'an account is found even if its address is none' odd_address
