#!/bin/sh
# The npm package in an empty project, and its assertion under node --test, jest, vitest and mocha on Node 18, 20, 22 and
# 24: red with the line while the program leaks, green when it does not.
# Needs node and npm with its registry. Skipped (77) without HEAPDIFF_SHARED, like all external tests.
# Arguments: names of runners, default all.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
binary=${HEAPDIFF_BINARY:?}
unset HEAPDIFF_BINARY HEAPDIFF_ARTIFACTS # the package has to find its own program
node "$here/../../apps/npm/pack.mjs" --out "$work/packages" --binary "linux-x64=$binary" >/dev/null
node "$here/npm_runners/run.mjs" "$work" "$@"
