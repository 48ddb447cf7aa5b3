#!/bin/sh
# Compares every node and class of captured snapshots with what Chrome DevTools' own worker says.
# HEAPDIFF_SHARED names the folder that holds peers/ and lab/; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/peers" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export PEERS_DIR="${PEERS_DIR:-$work/peers}"
mkdir -p "$PEERS_DIR"
for file in "$HEAPDIFF_TESTDATA"/snapshots/*/*.zst; do
  plain="$work/$(basename "$file" .zst)"
  zstd -q -d -f "$file" -o "$plain"
  "$HEAPDIFF_SHARED/peers/run.sh" oracle dump "$plain" > "$work/devtools.ndjson"
  "$HEAPDIFF_BINARY" export "$plain" > "$work/heapdiff.ndjson"
  "$HEAPDIFF_SHARED/peers/run.sh" oracle compare "$work/devtools.ndjson" "$work/heapdiff.ndjson"
  rm -f "$plain"
done
