#!/bin/sh
# Captures the scenarios that are not stored in testdata, judges them as the stored ones are judged, and prints the
# figures of both.
# Needs npm; HEAPDIFF_SHARED says that the machine has it; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
for name in binary-index finalization-held function-emitter healthy-template-warmup healthy-traffic-step \
  healthy-wandering-sessions npm-debug-4.2 npm-debug-4.3 span-chain symbol-outbox tenants-nested-map; do
  node capture.mjs "$name" --raw --out "$work/out" --stage "$work/app"
done
export HEAPDIFF_SCENARIO_TABLE=1
HEAPDIFF_SCENARIOS="$work/out" "$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"
"$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"
