#!/bin/sh
# Captures the scenarios that are not stored in testdata, judges them as the stored ones are judged, prints the figures
# of both, and searches all reports for sentences that are false there.
# Needs npm; HEAPDIFF_SHARED says that the machine has it; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
# large-noise has a test of its own.
names=$(node -p 'fs.readdirSync("scenarios").filter((name) => name !== "large-noise" &&
  JSON.parse(fs.readFileSync(`scenarios/${name}/scenario.json`)).stored === false).join(" ")')
for name in $names; do
  node capture.mjs "$name" --raw --out "$work/out" --stage "$work/app"
done
export HEAPDIFF_SCENARIO_TABLE=1
HEAPDIFF_SCENARIOS="$work/out" "$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"
"$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"
node "$here/sentences.mjs" "$HEAPDIFF_BINARY" "$work/out" "$HEAPDIFF_TESTDATA/snapshots"
