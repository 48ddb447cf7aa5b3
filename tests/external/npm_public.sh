#!/bin/sh
# Leaks of public packages and of Node, asserted with heapdiff/test: red on the version that leaks, green on the fixed one.
# Needs node and npm with its registry. Skipped (77) without HEAPDIFF_SHARED. Arguments: names of subjects, default all.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$here/npm_public/project" "$work/project"
(cd "$work/project" && npm ci --ignore-scripts --no-audit --no-fund --silent)
ln -s "$(cd "$here/../../apps/npm/heapdiff" && pwd)" "$work/project/node_modules/heapdiff"
node "$here/npm_public/run.mjs" "$work" "$@"
