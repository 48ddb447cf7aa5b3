#!/bin/sh
# A leak that grows by one hundredth of a heap of 150 MB which churns: found, and in no more than 1.5 times what
# `summary` takes for the files one by one: medians of five rounds, CPU seconds and on the clock (give it a quiet
# machine). Needs npm, 1 GB of disk and 2 GB of memory; HEAPDIFF_SHARED says that the machine has them; without it the
# test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
node capture.mjs large-noise --raw --out "$work/out" --stage "$work/app"
HEAPDIFF_SCENARIOS="$work/out" "$HEAPDIFF_TESTS" -tc="every labelled series is judged as its truth says"

# Milliseconds of `sh -c COMMAND`: on the clock, and of processors in all that it ran.
cost() {
  { TIMEFORMAT='%R %U %S'; export TIMEFORMAT; bash -c "time { $1; }" 2>&1 >/dev/null; } | tail -1 |
    awk '{ printf "%d %d\n", 1000 * $1, 1000 * ($2 + $3) }'
}
middle() { cut -d ' ' -f "$2" "$1" | sort -n | sed -n 3p; }
each="for file in '$work'/out/large-noise/*.heapsnapshot; do '$HEAPDIFF_BINARY' summary --quiet \"\$file\"; done"
all="'$HEAPDIFF_BINARY' analyze --quiet '$work'/out/large-noise/*.heapsnapshot --format json --no-source"
cat "$work"/out/large-noise/*.heapsnapshot >/dev/null
for round in 1 2 3 4 5; do
  cost "$each" >> "$work/single"
  cost "$all" >> "$work/series"
done
failed=0
for what in 1:clock 2:CPU; do
  single=$(middle "$work/single" "${what%:*}")
  series=$(middle "$work/series" "${what%:*}")
  echo "${what#*:}, median of 5: summary of each $single ms, analyze $series ms"
  [ "$series" -le $((single * 3 / 2)) ] || failed=1
done
exit $failed
