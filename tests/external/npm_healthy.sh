#!/bin/sh
# assertNoLeak on functions that keep nothing: none may be called a leak, at most 2 % may stay open; and leaks of 100 B per
# operation that have to be seen. RUNS is how often (2).
# Needs node. Skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
command -v node >/dev/null || { echo "no node"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export HEAPDIFF_ARTIFACTS="$work/artifacts"
mkdir "$work/node_modules"
ln -s "$(cd "$here/../../apps/npm/heapdiff" && pwd)" "$work/node_modules/heapdiff"
cp "$here"/npm_healthy/*.mjs "$work"
kinds="cache jit pool timers lazyRequire log fetching streams events promises"
for _ in $(seq "${RUNS:-2}"); do
  # shellcheck disable=SC2086
  node "$work/run.mjs" $kinds 2>/dev/null
done >"$work/healthy.ndjson"
node "$work/planted.mjs" "${RUNS:-2}" >"$work/planted.ndjson"
node "$work/score.mjs" "$work/healthy.ndjson" "$work/planted.ndjson"
