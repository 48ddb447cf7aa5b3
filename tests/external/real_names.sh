#!/bin/sh
# Draws 25,000 names from real snapshots and counts those that the filter for secrets masks although they hold none: at
# most 0.1 %. The snapshots are those of testdata, and all below HEAPDIFF_SHARED and the folders that HEAPDIFF_CORPORA
# names (blanks between them). Needs Node.js and zstd; skipped without HEAPDIFF_SHARED (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && command -v node >/dev/null && command -v zstd >/dev/null || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086
node "$(dirname "$0")/real_names.mjs" "$work/names.json" 25000 "$HEAPDIFF_TESTDATA/snapshots" "$HEAPDIFF_SHARED" ${HEAPDIFF_CORPORA:-}
HEAPDIFF_NAMES="$work/names.json" "$HEAPDIFF_TESTS" -s -tc='names drawn from real snapshots are masked for what they hold only'
