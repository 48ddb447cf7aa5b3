#!/bin/sh
# The CI script of README.md on a leaking and on a healthy service, five times each, with real clocks: gaps of 3 to 20
# seconds drawn at random, names that carry no time. Expects exit code 1 five times and 0 five times.
# Needs Node on the PATH and two minutes; without HEAPDIFF_SHARED the test is skipped (exit code 77), as all external ones.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && command -v node >/dev/null || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for kind in leaking healthy; do
  for run in 1 2 3 4 5; do
    mkdir "$work/$kind-$run"
    node --expose-gc "$here/ci_clock/service.cjs" "$kind" "$work/$kind-$run" "$run$run" &
  done
done
wait
wrong=0
for kind in leaking healthy; do
  [ "$kind" = leaking ] && expected=1 || expected=0
  for run in 1 2 3 4 5; do
    code=0
    "$HEAPDIFF_BINARY" "$work/$kind-$run" --ops 400 --fail-on leak --no-source -q -o "json=$work/$kind-$run.json" \
      >/dev/null 2>&1 || code=$?
    echo "$kind $run: exit $code, expected $expected"
    [ "$code" = "$expected" ] || wrong=$((wrong + 1))
  done
done
[ "$wrong" = 0 ]
