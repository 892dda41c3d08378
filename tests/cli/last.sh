# shellcheck shell=bash disable=SC2154,SC2034
# Administrators, of whom one always stays. Sourced by run.sh.

# admins EMAIL...: these are administrators, and nobody else.
admins() {
	local email

	sql 'UPDATE users SET is_superuser = 0, is_active = 1'
	for email; do
		sql "UPDATE users SET is_superuser = 1 WHERE email = '$email'"
	done
}

active_admins() {
	sql 'SELECT email FROM users WHERE is_superuser AND is_active ORDER BY email' |
		tr '\n' ' '
}

grants() {
	admins root@example.com
	gives 0 user superuser EVE@example.com </dev/null &&
		is 'eve@example.com is an administrator now.' "$out" &&
		is 'eve@example.com root@example.com ' "$(active_admins)" &&
		gives 0 user superuser eve@example.com </dev/null &&
		is 'eve@example.com is an administrator already.' "$out" || return 1
	gives 0 user superuser eve@example.com --off </dev/null &&
		is 'eve@example.com is no administrator any more.' "$out" &&
		is 'root@example.com ' "$(active_admins)" &&
		gives 0 user superuser --off eve@example.com </dev/null &&
		is 'eve@example.com is no administrator.' "$out"
}
check 'superuser gives the rights, and --off takes them' grants

keeps_signed_in() {
	signs_in 200 eve@example.com 'hushhush tty' &&
		gives 0 user superuser eve@example.com </dev/null &&
		reads_me 200 "$token" && has '"is_superuser":true' "$(<"$here/reply")"
}
check 'rights change at once, and end no session' keeps_signed_in

# last_stays ARG...
last_stays() {
	admins root@example.com
	gives 1 user "$@" root@example.com </dev/null && is '' "$out" &&
		has 'root@example.com is the last active administrator.' "$err" &&
		has 'Nothing was changed' "$err" &&
		is 'root@example.com ' "$(active_admins)"
}
check 'the last administrator stays active' last_stays deactivate
check 'the last administrator keeps the rights' last_stays superuser --off

inactive_counts_not() {
	admins root@example.com eve@example.com
	gives 0 user deactivate eve@example.com </dev/null &&
		gives 1 user deactivate root@example.com </dev/null &&
		gives 1 user superuser --off root@example.com </dev/null &&
		is 'root@example.com ' "$(active_admins)" || return 1
	gives 0 user superuser --off eve@example.com </dev/null &&
		is 'eve@example.com is no administrator any more.' "$out"
}
check 'an inactive administrator is none' inactive_counts_not

one_of_two() {
	admins root@example.com eve@example.com
	gives 0 user deactivate root@example.com </dev/null &&
		is 'eve@example.com ' "$(active_admins)"
}
check 'one of two may go' one_of_two

# The password of the last one can change, and an inactive one come back.
last_is_not_locked() {
	admins root@example.com
	gives 0 user passwd root@example.com <<<"$password" &&
		gives 0 user activate root@example.com </dev/null &&
		is 'root@example.com ' "$(active_admins)"
}
check 'other changes of the last one are free' last_is_not_locked

# race COMMAND...: at the same time against each of two, 10 times.
race() {
	local i email jobs

	for ((i = 0; i < 10; i++)); do
		admins root@example.com eve@example.com
		jobs=''
		for email in root@example.com eve@example.com; do
			(cd "$dir" && clean_env "$build/atrium" user "$@" "$email" \
				</dev/null >>"$here/race" 2>&1) &
			jobs+=" $!"
		done
		# The words are meant to be split.
		# shellcheck disable=SC2086
		wait $jobs
		is 1 "$(number users 'is_superuser AND is_active')" || {
			cat "$here/race"
			return 1
		}
	done
}
check 'two at the same time do not deactivate both' race deactivate
check 'two at the same time do not demote both' race superuser --off
