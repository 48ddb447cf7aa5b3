#!/bin/sh
# A leak that grows by one hundredth of a heap of 150 MB which churns: found, and in no more than 1.5 times what
# `summary` takes for the files one by one: medians of three rounds, CPU seconds. Needs npm, 1 GB of disk and 2 GB of
# memory; HEAPDIFF_SHARED says that the machine has them; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
node capture.mjs large-noise --raw --out "$work/out" --stage "$work/app"
HEAPDIFF_SCENARIOS="$work/out" "$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"

# CPU milliseconds of `sh -c COMMAND`: user and system of all that it ran.
cpu() {
  { TIMEFORMAT='%U %S'; export TIMEFORMAT; bash -c "time { $1; }" 2>&1 >/dev/null; } | tail -1 |
    awk '{ printf "%d\n", 1000 * ($1 + $2) }'
}
middle() { printf '%s\n' "$@" | sort -n | sed -n 2p; }
each="for file in '$work'/out/large-noise/*.heapsnapshot; do '$HEAPDIFF_BINARY' summary --quiet \"\$file\"; done"
all="'$HEAPDIFF_BINARY' analyze --quiet '$work'/out/large-noise/*.heapsnapshot --format json --no-source"
cat "$work"/out/large-noise/*.heapsnapshot >/dev/null
one1=$(cpu "$each"); all1=$(cpu "$all"); one2=$(cpu "$each"); all2=$(cpu "$all"); one3=$(cpu "$each"); all3=$(cpu "$all")
single=$(middle "$one1" "$one2" "$one3")
series=$(middle "$all1" "$all2" "$all3")
echo "CPU, median of 3: summary of each $single ms, analyze $series ms"
[ "$series" -le $((single * 3 / 2)) ]
