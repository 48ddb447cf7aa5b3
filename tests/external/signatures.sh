#!/bin/sh
# One leak, one signature: captures the stored scenarios that leak on Node 18, 20, 22, 24 and 26, and minified, file by
# file and as a bundle, and compares the signatures of all pairs. At least 95 % have to be equal; the others are listed.
# Needs npm; Chromium and redis-server for some scenarios, which are else left out. Skipped (77) without
# HEAPDIFF_SHARED. Arguments: names of scenarios. HEAPDIFF_CAPTURES names a folder for the captures, which are taken
# only once then.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
cd "$work/capture"
[ -d node_modules ] || npm ci --silent >/dev/null
names=${*:-$(node -p 'fs.readdirSync("scenarios").filter((name) => {
  const { stored, verdict } = JSON.parse(fs.readFileSync(`scenarios/${name}/scenario.json`));
  return stored !== false && verdict === "leak";
}).join(" ")')}
runs=${HEAPDIFF_CAPTURES:-$work/runs}
take() {  # RUN NAME OPTIONS...
  run=$1 name=$2; shift 2
  [ -f "$runs/$run/$name/truth.json" ] || node capture.mjs "$name" "$@" --raw --out "$runs/$run" --stage "$work/app"
}
for name in $names; do
  if grep -q '"browser"' "scenarios/$name/scenario.json"; then
    command -v chromium >/dev/null || { echo "$name: left out, no chromium"; continue; }
    take chromium "$name"
    take files "$name" --minify files
    continue
  fi
  if grep -q '"redis"' "scenarios/$name/scenario.json" && ! command -v redis-server >/dev/null; then
    echo "$name: left out, no redis-server"; continue
  fi
  for node in node18 node20 node22 node24 node26; do
    take "$node" "$name" --node "node_modules/$node/bin/node"
  done
  for how in files bundle; do
    take "$how" "$name" --minify "$how" --node node_modules/node22/bin/node
  done
done
node "$here/signatures.mjs" "$HEAPDIFF_BINARY" "$runs"
