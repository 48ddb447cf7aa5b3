#!/bin/sh
# A leak that grows by one hundredth of a heap of 150 MB which churns: found, and in no more than 1.5 times what
# `summary` takes for the files one by one. Needs npm, 1.5 GB of disk and 3 GB of memory; HEAPDIFF_SHARED says that the
# machine has them; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
node capture.mjs large-noise --raw --out "$work/out" --stage "$work/app"
HEAPDIFF_SCENARIOS="$work/out" "$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"

now() { date +%s%N; }
cat "$work"/out/large-noise/*.heapsnapshot >/dev/null
start=$(now)
for file in "$work"/out/large-noise/*.heapsnapshot; do "$HEAPDIFF_BINARY" summary "$file" >/dev/null; done
single=$(( $(now) - start ))
start=$(now)
"$HEAPDIFF_BINARY" analyze "$work"/out/large-noise/*.heapsnapshot --format json --no-source >/dev/null
series=$(( $(now) - start ))
echo "summary of each: $((single / 1000000)) ms; analyze: $((series / 1000000)) ms"
[ "$series" -le $((single * 3 / 2)) ]
