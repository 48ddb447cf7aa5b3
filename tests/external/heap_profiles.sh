#!/bin/sh
# Sampling profiles that other people's programs wrote years ago are read, and blame no program that they do not name.
# HEAPDIFF_SHARED names the folder that holds thirdparty/; without it the test is skipped (exit code 77).
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
series="$HEAPDIFF_TESTDATA/snapshots/bug-892"
read_count=0
"$HEAPDIFF_BINARY" analyze "$series" --format json --no-source | grep -v '"commandLine"' > "$work/plain"
for packed in "$HEAPDIFF_SHARED"/thirdparty/*.heapprofile.zst; do
  [ -f "$packed" ] || exit 77
  zstd -dcq "$packed" > "$work/a.heapprofile"
  "$HEAPDIFF_BINARY" analyze "$series" --format json --no-source --heap-profile "$work/a.heapprofile" |
    grep -v '"commandLine"' > "$work/with"
  diff "$work/plain" "$work/with"
  read_count=$((read_count + 1))
  # One that breaks off is refused with its name, and nothing is printed.
  head -c 1000 "$work/a.heapprofile" > "$work/cut.heapprofile"
  if "$HEAPDIFF_BINARY" analyze "$series" --no-source --heap-profile "$work/cut.heapprofile" > "$work/out" 2> "$work/error"; then
    echo "$packed: its first 1000 bytes were taken for a profile"; exit 1
  fi
  [ ! -s "$work/out" ]
  grep -q cut.heapprofile "$work/error"
done
echo "profiles read: $read_count"
