#!/bin/sh
# A client that is generated from the OpenAPI document, by tools that know
# nothing of Atrium, type-checks and does its round. Usage: run.sh [BUILDDIR]
exec node "$(dirname "$0")/../api/run.mjs" client "$@"
