#!/bin/sh
# Validates the HTML report with html-validate and drives it in Chromium: sort, search, path, theme, no request, no error.
# Without HEAPDIFF_SHARED, or without Chromium, the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
HEAPDIFF_CHROMIUM="${HEAPDIFF_CHROMIUM:-$(command -v chromium || true)}"
[ -n "$HEAPDIFF_CHROMIUM" ] || exit 77
export HEAPDIFF_CHROMIUM
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp "$here"/html/* "$work"
cd "$work"
npm ci --silent >/dev/null
"$HEAPDIFF_BINARY" "$HEAPDIFF_TESTDATA/snapshots/bug-892" -q \
  --source-root "$HEAPDIFF_TESTDATA/snapshots/bug-892/source" -o "$work/leak.html"
"$HEAPDIFF_BINARY" "$HEAPDIFF_TESTDATA/snapshots/healthy-lru" -q --no-source -o "$work/healthy.html"
npx --no-install html-validate leak.html healthy.html
node drive.mjs "$work/leak.html" "$work/healthy.html"
