#!/bin/sh
# Captures a corpus of leaks and healthy programs with known truth, and prints how every gate judges them: none fails a
# healthy one, and `leak` and `rate>5MB/h` fail every leak above it. HEAPDIFF_LAB_OUT names a corpus captured already.
# HEAPDIFF_SHARED names the folder that holds lab/; without both the test is skipped (exit code 77).
set -eu
out=${HEAPDIFF_LAB_OUT:-}
if [ -z "$out" ]; then
  [ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/lab" ] || exit 77
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  cp -r "$HEAPDIFF_SHARED/lab" "$work/lab"
  cd "$work/lab"
  [ -d node_modules ] || npm ci --silent >/dev/null
  out=$work/out
  node capture.mjs --all --out "$out" >/dev/null
fi
HEAPDIFF_SCENARIOS=$out "$HEAPDIFF_TESTS" -tc="gates: every labelled series through all of them"
