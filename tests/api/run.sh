#!/bin/sh
# The API tests: real nginx, workers and MariaDB. Usage: run.sh [BUILDDIR]
exec node "$(dirname "$0")/run.mjs" api "$@"
