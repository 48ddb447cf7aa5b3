#!/bin/sh
# Redacted snapshots: DevTools' own worker loads them and says of every node and class what heapdiff says, and each
# stored series gives the same verdict, suspects and numbers as before. One line a file and a series.
# HEAPDIFF_SHARED names the folder that holds peers/; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/peers" ] || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export PEERS_DIR="${PEERS_DIR:-$work/peers}"
mkdir -p "$PEERS_DIR"
oracle() { "$HEAPDIFF_SHARED/peers/run.sh" oracle "$@"; }
failed=0

for folder in "$HEAPDIFF_TESTDATA"/snapshots/*/; do
  name=$(basename "$folder")
  mkdir "$work/$name"
  for file in "$folder"*.heapsnapshot.zst; do
    masked="$work/$name/$(basename "$file" .zst)"
    "$HEAPDIFF_BINARY" redact -q --key "$name" "$file" -o "$masked"
    [ "$name" = corpus ] || case $name in chromium-*) ;; *) continue;; esac
    oracle dump "$masked" > "$work/devtools"
    "$HEAPDIFF_BINARY" export --show-names -q "$masked" > "$work/heapdiff"
    if answer=$(oracle compare "$work/devtools" "$work/heapdiff"); then
      echo "$(basename "$file"): $(grep -c '^{"node"' "$work/devtools") nodes, equal"
    else
      echo "$(basename "$file"): DIFFERENT"; echo "$answer"; failed=1
    fi
  done
  [ "$name" != corpus ] || continue
  "$HEAPDIFF_BINARY" "$folder" -q --source-root "$folder/source" -o "json=$work/before.json"
  "$HEAPDIFF_BINARY" "$work/$name" -q --source-root "$folder/source" -o "json=$work/after.json"
  node "$here/redact.mjs" "$name" "$work/before.json" "$work/after.json" || failed=1
  rm -r "${work:?}/$name"
done
exit $failed
