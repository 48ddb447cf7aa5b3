#!/bin/sh
# Reports of a fleet in DuckDB: 100,000 generated reports are exported, and the queries of apps/docs/fleet.md give the answers
# that the generator knows. Needs node and npm with its registry, and 1 GB of disk. Skipped (77) without HEAPDIFF_SHARED.
# REPORTS is their number (100000).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
(cd "$work" && npm install --ignore-scripts --no-audit --no-fund --silent @duckdb/node-api@1.5.6-r.1)
cp "$here/fleet/run.mjs" "$work/"
node "$work/run.mjs" "$here/../.." "$work" "${REPORTS:-100000}"
