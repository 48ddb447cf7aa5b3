#!/bin/sh
# assertNoLeak on functions that keep nothing: none may be called a leak, at most 2 % may stay open; and leaks of 100 B per
# operation that have to be seen; and what an assertion costs on a heap of 20 MB.
# RUNS is how often each of the ten kinds runs (2), PLANTED how often the leak is planted (RUNS). HEALTHY_LOG names a folder
# that keeps the answers, so that a long series of runs goes on where it was stopped. NODES are programs of Node.js that take
# turns (node).
# Needs node. Skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
command -v node >/dev/null || { echo "no node"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
log=${HEALTHY_LOG:-$work/log}
mkdir -p "$log" "$work/node_modules"
export HEAPDIFF_ARTIFACTS="$log/artifacts"
ln -s "$(cd "$here/../../apps/npm/heapdiff" && pwd)" "$work/node_modules/heapdiff"
cp "$here"/npm_healthy/*.mjs "$work"
touch "$log/healthy.ndjson" "$log/planted.ndjson"
kinds="cache jit pool timers lazyRequire log fetching streams events promises"
runs=${RUNS:-2}
turn() { for program in ${NODES:-node}; do echo "$program"; done | awk -v n="$1" '{ a[NR] = $0 } END { print a[(n - 1) % NR + 1] }'; }
for run in $(seq "$runs"); do
  for kind in $kinds; do
    # A run that is in the log is not done again.
    [ "$(grep -c "\"kind\":\"$kind\"" "$log/healthy.ndjson")" -lt "$run" ] || continue
    "$(turn "$run")" "$work/run.mjs" "$kind" >>"$log/healthy.ndjson" 2>>"$log/errors"
  done
done
for run in $(seq "${PLANTED:-$runs}"); do
  [ "$(grep -c . "$log/planted.ndjson")" -lt "$run" ] || continue
  "$(turn "$run")" "$work/planted.mjs" 1 >>"$log/planted.ndjson"
done
node "$work/cost.mjs"
node "$work/score.mjs" "$log/healthy.ndjson" "$log/planted.ndjson"
