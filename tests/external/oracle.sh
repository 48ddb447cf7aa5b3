#!/bin/sh
# Compares every node, class and class diff with what Chrome DevTools' own worker says: of testdata, of other makers'
# snapshots, and of a captured leak corpus where HEAPDIFF_LAB_OUT names its folder. One line a file: nodes, differences.
# HEAPDIFF_SHARED names the folder that holds peers/ and thirdparty/; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/peers" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export PEERS_DIR="${PEERS_DIR:-$work/peers}"
mkdir -p "$PEERS_DIR"
oracle() { "$HEAPDIFF_SHARED/peers/run.sh" oracle "$@"; }
failed=0

# plain FILE PLACE: the uncompressed bytes, or a link to the file that has them
plain() { case $1 in *.zst) zstd -q -d -f "$1" -o "$2";; *) ln -sf "$1" "$2";; esac; }

compare() { # NAME
  if answer=$(oracle compare "$work/devtools" "$work/heapdiff"); then verdict=equal; else verdict=DIFFERENT; failed=1; fi
  echo "$1: $(grep -c '^{"node"' "$work/devtools" || true) nodes, $verdict, $(echo "$answer" | tail -n 1)"
  [ $verdict = equal ] || echo "$answer"
}

check() { # FILE
  plain "$1" "$work/one"
  if ! oracle dump "$work/one" > "$work/devtools" 2> "$work/error"; then
    echo "$1: DevTools cannot read it: $(grep -m 1 Error "$work/error" || true)"
    return
  fi
  "$HEAPDIFF_BINARY" export --show-names -q "$work/one" > "$work/heapdiff" && compare "$1" || failed=1
}

check_pair() { # BEFORE AFTER
  plain "$1" "$work/one"
  plain "$2" "$work/two"
  oracle diff "$work/one" "$work/two" > "$work/devtools"
  "$HEAPDIFF_BINARY" export --show-names -q --force "$work/one" "$work/two" > "$work/heapdiff" && compare "$(basename "$1") - $(basename "$2")" || failed=1
}

check_series() { # FILES of one process, in order
  last=
  for file in "$@"; do
    check "$file"
    [ -z "$last" ] || check_pair "$last" "$file"
    last=$file
  done
}

for folder in "$HEAPDIFF_TESTDATA"/snapshots/*/; do
  [ "$(basename "$folder")" = corpus ] || check_series "$folder"*.heapsnapshot.zst
done
for first in "$HEAPDIFF_TESTDATA"/snapshots/corpus/*-1.heapsnapshot.zst; do
  check_series "$first" "${first%-1.heapsnapshot.zst}-2.heapsnapshot.zst"
done
others="$HEAPDIFF_SHARED/thirdparty"
if [ -d "$others" ]; then
  for file in "$others"/*.heapsnapshot.zst; do check "$file"; done
  chrome="$others/ChromeDevTools__chrome-devtools-mcp__heap-"
  check_pair "${chrome}1.heapsnapshot.zst" "${chrome}2.heapsnapshot.zst"
  check_pair "${chrome}2.heapsnapshot.zst" "${chrome}3.heapsnapshot.zst"
  check_pair "$others/salamaashoush__ferridriver__handmade.heapsnapshot.zst" "$others/salamaashoush__ferridriver__handmade-grown.heapsnapshot.zst"
  check_pair "$others/briandavid-dev__generate-snapshot__1.heapsnapshot.zst" "$others/briandavid-dev__generate-snapshot__2.heapsnapshot.zst"
  check_pair "$others/nolanlawson__heap-snapshot-toolkit__snapshot1.heapsnapshot.zst" "$others/nolanlawson__heap-snapshot-toolkit__snapshot2.heapsnapshot.zst"
fi
if [ -n "${HEAPDIFF_LAB_OUT:-}" ]; then
  find "$HEAPDIFF_LAB_OUT" -name '*.heapsnapshot' | sed 's|/[^/]*$||' | sort -u > "$work/folders"
  while read -r folder; do check_series "$folder"/*.heapsnapshot; done < "$work/folders"
fi
exit $failed
