#!/bin/sh
# The commands of README.md's section "Out of memory, and one file", as they are written there: a program that is about to
# run out of memory writes snapshots, and one of them shows the line. The name of the file is the only part that differs.
# Needs node. Skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
command -v node >/dev/null || { echo "no node"; exit 77; }
readme=$(cd "$(dirname "$0")/../.." && pwd)/README.md
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
ln -s "$HEAPDIFF_BINARY" heapdiff
PATH=$work:$PATH
cat >server.js <<'JS'
const quotes = new Map();
function quote(key) {
  const known = { item: key, currency: 'EUR', lines: [1, 2, 3], total: key * 3 };
  known.text = `quote ${key} `.repeat(40);
  quotes.set(key, known);
}
let key = 0;
setInterval(() => { for (let i = 0; i < 2000; ++i) quote(++key); }, 1);
JS
block=$(awk '/^## Out of memory/ { inside = 1 } inside && /^```sh/ { show = 1; next } inside && /^```/ { exit } show' "$readme")
first=$(printf '%s\n' "$block" | sed -n 1p)
second=$(printf '%s\n' "$block" | sed -n 2p)
case "$first" in node\ --heapsnapshot-near-heap-limit*server.js) ;; *) echo "unexpected: $first"; exit 1 ;; esac
sh -c "$first" >/dev/null 2>&1 && { echo "the program did not run out of memory"; exit 1; }
written=$(find . -name 'Heap.*.heapsnapshot' | sort | tail -1)
[ -n "$written" ] || { echo "no snapshot"; exit 1; }
case "$second" in heapdiff\ Heap.*) ;; *) echo "unexpected: $second"; exit 1 ;; esac
sh -c "$(printf '%s' "$second" | sed "s#Heap\.[^ ]*#$written#")" >answer
cat answer
grep -q '^INCONCLUSIVE' answer
grep -q 'server.js:5 in quote' answer
