#!/bin/sh
# Validates HTML reports with html-validate, drives one in Chromium (drill-down, search, copy, compare, keyboard alone, sort,
# theme, print; no request, no message on the console), and looks at all of them with axe-core in light, dark, 400 px wide
# and as they are printed.
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
"$HEAPDIFF_BINARY" "$HEAPDIFF_TESTDATA/snapshots/two-leaks" -q --no-source -o "$work/two.html"
"$HEAPDIFF_BINARY" "$HEAPDIFF_TESTDATA/snapshots/chromium-detached-rows" -q --no-source -o "$work/page.html"
"$HEAPDIFF_BINARY" "$HEAPDIFF_TESTDATA/snapshots/poll-tail-promise" -q --no-source -o "$work/promise.html"
last=$(find "$HEAPDIFF_TESTDATA/snapshots/bug-892" -name '*.heapsnapshot.zst' | sort | tail -n 1)
"$HEAPDIFF_BINARY" "$last" -q --no-source -o "$work/one.html"
"$HEAPDIFF_BINARY" compare "$HEAPDIFF_TESTDATA/snapshots/bug-892-fixed" "$HEAPDIFF_TESTDATA/snapshots/bug-892" -q \
  --no-source -o "$work/compared.html"
npx --no-install html-validate *.html
node drive.mjs "$work/leak.html" "$work/healthy.html"
node accessible.mjs "$work/leak.html" "$work/healthy.html" "$work/two.html" "$work/page.html" "$work/promise.html" \
  "$work/one.html" "$work/compared.html"
