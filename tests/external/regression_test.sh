#!/bin/sh
# The regression test of a report in a sample project: red while it leaks, green once it is mended.
# Needs node (18 or later) and a heapdiff with --fail-on; skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
command -v node >/dev/null || exit 77
"$HEAPDIFF_BINARY" --help | grep -q -e --fail-on || { echo "no --fail-on yet"; exit 77; }
export HEAPDIFF_BINARY
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p src snapshots
echo '{"name":"sample","private":true,"type":"module"}' > package.json
cat > src/cache.js <<'JS'
import { EventEmitter } from 'node:events';

export const bus = new EventEmitter().setMaxListeners(0);
export function watch(key) {
  const value = { key, note: 'x'.repeat(1500) + key };
  bus.on('invalidate', () => value.note.length);
}
JS
cat > capture.mjs <<'JS'
import { writeHeapSnapshot } from 'node:v8';
import { watch } from './src/cache.js';
for (let round = 0; round < 4; round++) {
  for (let i = 0; i < 500; i++) watch(round * 500 + i);
  writeHeapSnapshot(`snapshots/${round}.heapsnapshot`);
}
JS
node capture.mjs
"$HEAPDIFF_BINARY" -q snapshots --interval 10m --source-root . --format json > report.json
name=$(node -p "JSON.parse(fs.readFileSync('report.json')).suspects[0].kit.testFile")
node -e "fs.writeFileSync('$name', JSON.parse(fs.readFileSync('report.json')).suspects[0].kit.test)"
if node --test "$name" > red.txt 2>&1; then echo "green while it leaks"; cat red.txt; exit 1; fi
grep -q "does not grow" red.txt
grep -q "fill in operate" red.txt && { echo "the test does not find the suspect"; cat red.txt; exit 1; }
grep -q "not enough evidence" red.txt && { echo "red for want of evidence"; cat red.txt; exit 1; }
sed -i "s|bus.on('invalidate', .*|const listener = () => value.note.length; bus.on('invalidate', listener); bus.off('invalidate', listener);|" src/cache.js
node --test "$name" > green.txt 2>&1 || { echo "red after the fix"; cat green.txt; exit 1; }
