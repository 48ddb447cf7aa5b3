#!/bin/sh
# Captures a corpus of leaks with known truth and scores the reports: at least 80 points, and every report by the schema.
# HEAPDIFF_SHARED names the folder that holds lab/; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/lab" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_SHARED/lab" "$work/lab"
cd "$work/lab"
npm ci --silent >/dev/null
node capture.mjs --all --out out >/dev/null
node score.mjs --out out --min-score 80 --command "'$HEAPDIFF_BINARY' analyze {snapshots} --format json --source-root {source}"
