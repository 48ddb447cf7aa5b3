#!/bin/sh
# Compares small programs with their leaking builds, on several versions of Node.js (compare.mjs).
# Needs npm; HEAPDIFF_SHARED says that the machine has it; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
[ -d "$work/capture/node_modules" ] || (cd "$work/capture" && npm ci --silent >/dev/null)
node "$(dirname "$0")/compare.mjs" "$HEAPDIFF_BINARY" "$work/capture/node_modules" "$work/out"
