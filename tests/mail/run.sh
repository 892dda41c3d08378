#!/bin/sh
# The mail tests: the real sender against SMTP servers of their own, and the
# files of MAIL_DIR. Usage: run.sh [BUILDDIR [FILE...]]
exec node "$(dirname "$0")/run.mjs" "$@"
