#!/bin/sh
# What breaks while clients are at work: reloads, kills. Usage: run.sh [BUILDDIR]
exec node "$(dirname "$0")/../api/run.mjs" chaos "$@"
