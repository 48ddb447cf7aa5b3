#!/bin/sh
# action.yml, step by step as a runner executes it, with nothing but a tarball of the program: verdict, outputs, summary,
# SARIF, and one comment that is made once and updated twice. `gh` is a stand-in that keeps comments in a file.
# Needs bash, node, and npm's registry for a YAML reader. Skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node npm bash; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/release/heapdiff-0/bin"
cp "$HEAPDIFF_BINARY" "$work/release/heapdiff-0/bin/heapdiff"
tar -C "$work/release" -czf "$work/heapdiff.tar.gz" heapdiff-0
(cd "$work" && npm install --ignore-scripts --no-audit --no-fund --silent yaml@2.9.1)
cp "$here/action/run.mjs" "$work/"
node "$work/run.mjs" "$here/../.." "$work"
