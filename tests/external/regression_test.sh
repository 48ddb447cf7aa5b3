#!/bin/sh
# The regression tests of reports, in sample projects: red while it leaks, green once it is fixed.
# Needs node 18 or later, npm and the lab; redis-server for BUG-892 itself and Chromium for DOM nodes, else those are left
# out and named. Skipped (77) without HEAPDIFF_SHARED, like all external tests. Arguments: names of scenarios, default all.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
export HEAPDIFF_BINARY HEAPDIFF_TESTDATA HEAPDIFF_SHARED
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
node "$here/regression_test.mjs" "$work" "$@"
