# Files of at most 400 lines; in C, functions of at most 60 lines from their
# return type to the closing brace and at most three levels of nesting.
# clang-format has the last word on layout, so layout is what is read here: a
# function's body stands between braces in the first column, and a statement's
# leading tabs are its depth.
# Usage: awk -f sizes.awk FILE...

BEGIN { max_file = 400; max_function = 60; max_nesting = 3 }

function bad(line, why)
{
	printf "%s:%d: %s\n", file, line, why
	n++
}

function end_file()
{
	if (lines > max_file)
		bad(lines, lines " lines in a file, at most " max_file)
}

FNR == 1 {
	end_file()
	file = FILENAME
	c = file ~ /\.[ch]$/
	head = body = 0
}

{ lines = FNR }

!c { next }

body && /^}/ {
	if (FNR - head + 1 > max_function)
		bad(head, name "() has " FNR - head + 1 " lines, at most " \
		    max_function)
	body = head = 0
	next
}

!body && /^{$/ { body = FNR; next }

# The head: the lines in a row above the brace.
!body && (/^$/ || /^[#}\/]/ || /;$/ || /\*\/$/) { head = 0; next }
!body && /^[A-Za-z_]/ {
	if (!head)
		head = FNR
	if (match($0, /[A-Za-z_0-9]+\(/))
		name = substr($0, RSTART, RLENGTH - 1)
}

body && /^\t+(} )?(if|else|for|while|do|switch)[ ;({]|^\t+(do|else)$/ {
	match($0, /^\t+/)
	if (RLENGTH > max_nesting)
		bad(FNR, "nesting of " RLENGTH ", at most " max_nesting)
}

END { end_file(); exit n > 0 }
