#!/bin/sh
# Odd inputs of all kinds, end to end: the exit code of each, and the words that have to be in the answer.
# Needs node (any from 18 on) and zstd, and $HEAPDIFF_SHARED/inputs; skipped (exit code 77) without HEAPDIFF_SHARED.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$HEAPDIFF_SHARED/inputs" ] || exit 77
inputs=$HEAPDIFF_SHARED/inputs
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failures=0

fail() { failures=$((failures + 1)); printf 'FAILED %s\n' "$*"; sed 's/^/    /' "$work/out" | head -15; }

# row NAME CODE COMMAND...: runs it. The words are then asked for with `says` and `lacks`.
row() {
  name=$1; wanted=$2; shift 2
  code=0; "$@" >"$work/out" 2>&1 || code=$?
  tr -s ' \n' '  ' <"$work/out" >"$work/words"
  if [ "$code" = "$wanted" ]; then printf 'ok     %s\n' "$name"; else fail "$name: exit $code, not $wanted"; fi
}
says() { for words; do grep -qF -e "$words" "$work/words" || fail "$name: lacks \"$words\""; done; }
lacks() { for words; do ! grep -qF -e "$words" "$work/words" || fail "$name: has \"$words\""; done; }

h() { "$HEAPDIFF_BINARY" "$@"; }
summary() { row "$2" "$1" h summary "$inputs/$2"; }

# The order of a series.
cp -r "$inputs/order" "$inputs/order-pair" "$work"; chmod -R u+w "$work"
touch -d 2026-01-01 "$work"/order/*
row "order, by name" 1 h "$work/order" --fail-on leak
says LEAK
for at in 10 11 8 9; do touch "$work/order/snapshot-$at.heapsnapshot"; sleep 0.1; done
row "order, as named" 1 h "$work/order/snapshot-8.heapsnapshot" "$work/order/snapshot-9.heapsnapshot" \
  "$work/order/snapshot-10.heapsnapshot" "$work/order/snapshot-11.heapsnapshot" --interval 10m --fail-on leak
says LEAK
touch "$work/order-pair/after.heapsnapshot"; sleep 0.1; touch "$work/order-pair/before.heapsnapshot"
row "order of a pair" 0 h "$work/order-pair/before.heapsnapshot" "$work/order-pair/after.heapsnapshot"
says "79 kB"; lacks "-79 kB"

# Two holders of the same objects.
mkdir "$work/a" "$work/b"
node "$inputs/small/twohold.mjs" "$work/a" >/dev/null; node "$inputs/small/twohold2.mjs" "$work/b" >/dev/null
row "two holders" 0 h "$work/a" --interval 1m
says LEAK 'Map "registry"' 'listeners for "message"'
row "two holders, one of them mended" 1 h verify --before "$work/a" --after "$work/b" --interval 1m
says "registry" "still held by"; lacks "NEW LEAK"

# Chromium 156.
row "chromium156" 0 h "$inputs/chromium156" --interval 1m --full
says "SUSPECT 1" "1,650" "not the text of the script that ran"; lacks "SUSPECT 2" "from 426 to 426" "1,800 DOM nodes"

# Hermes counts no rows in its headers.
summary 0 hermes/hermes-0.11.0-Heap-1.heapsnapshot.zst
says "11,908 nodes, 48,735 edges" '"node_count" is 0 although there are nodes' '"edge_count" is 0 although there are edges'
summary 0 hermes/hermes-0.11.0-Heap-2.heapsnapshot.zst
says "20,908 nodes"
summary 0 small/b34-hermes-zero-counts.heapsnapshot
says "11 nodes, 11 edges" "although there are"

# Bun gives new ids in every snapshot.
row bun 0 h "$inputs/bun" --interval 1m
says INCONCLUSIVE "LeakedRecord: 1,000, 2,000, 3,000" "Bun gives every object a new id"; lacks "different processes"
row "bun, a gate" 6 h "$inputs/bun" --interval 1m --fail-on leak
says "no suspect can be found"
row "bun, named" 0 h analyze "$inputs/bun/v8-1.heapsnapshot.zst" "$inputs/bun/v8-2.heapsnapshot.zst" \
  "$inputs/bun/v8-3.heapsnapshot.zst" --interval 1m
says "LeakedRecord: 1,000, 2,000, 3,000"
row "bun, a pair" 0 h diff "$inputs/bun/v8-1.heapsnapshot.zst" "$inputs/bun/v8-2.heapsnapshot.zst"
says "are of Bun" "+1,000"

# A list that becomes shorter.
mkdir "$work/s"; node "$inputs/small/shrink2.mjs" "$work/s"
row "shrink2" 0 h "$work/s/Heap-1.heapsnapshot" "$work/s/Heap-5.heapsnapshot" --interval 10m
lacks "array-growth" "0 B to 64 kB" "SUSPECT 1"

# Heap timelines.
mkdir "$work/t"; node "$inputs/small/tl.mjs" "$work/t"
row "tl, a folder" 0 h "$work/t" --full
says LeakedRecord; lacks "found none"
row "tl, named" 0 h "$work/t/Heap-1.heaptimeline" "$work/t/Heap-2.heaptimeline" "$work/t/Heap-3.heaptimeline"
says LeakedRecord

# Cut, in another order, with other text around, in another wrapping.
summary 3 small/b03a-cut-in-nodes.heapsnapshot; says "got end of file" "The file is truncated"
summary 0 small/b07-julia-order.heapsnapshot; says "11 nodes, 11 edges" LeakedRecord
summary 3 small/b07b-snapshot-last.heapsnapshot; says "The sections are in an order in which they cannot be read"
summary 3 small/b01-logline-before.heapsnapshot; says "A snapshot begins at byte 19" "tail -c +20"
summary 3 small/b24-trailing-text.heapsnapshot; says "The snapshot is whole" "head -c 1353"
summary 3 small/b24c-trailing-nul.heapsnapshot; says "NUL bytes follow it" "head -c 1353"
summary 3 small/b22c-utf16le-bom.heapsnapshot; says "UTF-16" "iconv -f UTF-16 -t UTF-8"
summary 3 small/b26-cdp-events.heapsnapshot; says "events of the Chrome DevTools Protocol" "jq -j"
summary 3 small/b27-json-string.heapsnapshot; says "a JSON string that contains the snapshot" "jq -j ."
summary 3 small/b30c-lfs-pointer.heapsnapshot; says "a pointer of Git LFS" "git lfs pull"
summary 3 small/b30d-fxsnapshot.heapsnapshot; says "a snapshot of Firefox"

# What the hints advise works.
mended() { # NAME: the snapshot that the advice made is read as a whole
  row "$1, as advised" 0 h summary "$work/mended.heapsnapshot"; says "11 nodes, 11 edges"
}
tail -c +20 "$inputs/small/b01-logline-before.heapsnapshot" >"$work/mended.heapsnapshot"; mended b01
head -c 1353 "$inputs/small/b24-trailing-text.heapsnapshot" >"$work/mended.heapsnapshot"; mended b24
head -c 1353 "$inputs/small/b24c-trailing-nul.heapsnapshot" >"$work/mended.heapsnapshot"; mended b24c
if command -v iconv >/dev/null; then
  iconv -f UTF-16 -t UTF-8 "$inputs/small/b22c-utf16le-bom.heapsnapshot" >"$work/mended.heapsnapshot"; mended b22c
fi
if command -v jq >/dev/null; then
  jq -c '{snapshot, nodes, edges} + .' "$inputs/small/b07b-snapshot-last.heapsnapshot" >"$work/mended.heapsnapshot"
  mended b07b
  jq -j 'select(.method == "HeapProfiler.addHeapSnapshotChunk").params.chunk' \
    "$inputs/small/b26-cdp-events.heapsnapshot" >"$work/mended.heapsnapshot"; mended b26
  jq -j . "$inputs/small/b27-json-string.heapsnapshot" >"$work/mended.heapsnapshot"; mended b27
fi

# Hostile ones: `redact` and `summary` refuse the same with the same words.
for file in redact-accepts-bad-locations redact-accepts-to_node-13 samples-not-checked; do
  summary 3 "hostile/$file.heapsnapshot"
  says "byte"
  row "redact $file" 3 h redact "$inputs/hostile/$file.heapsnapshot" -o "$work/redacted"
  says "byte"
  [ ! -e "$work/redacted" ] || fail "redact $file wrote an output"
done
# A counted warning in every format.
for pair in "trace-node-unknown:its allocation stack is unknown" "unreachable-no-warning:no retaining edge leads from the root" \
  "two-ids:two nodes have one id"; do
  file=hostile/${pair%%:*}.heapsnapshot
  for format in text markdown json; do
    row "$file as $format" 0 h summary "$inputs/$file" --format "$format"; says "${pair#*:}"
  done
done

[ "$failures" = 0 ] || { printf '%s failed\n' "$failures"; exit 1; }
