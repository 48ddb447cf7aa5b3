#!/bin/sh
# One process or two: pairs of snapshots from Node 14 to 24 and Chromium, judged as their truth says, with the margins of
# all evidence printed (libdiff/README.md has the table). Then a heap of 150 MB that is replaced many times between
# snapshots, where at most 97 % of the shared ids name the same object: one process, and a leak of 1 % is suspect 1.
# Needs npm and 2 GB of disk; HEAPDIFF_SHARED says that the machine has them; without it the test is skipped (exit code
# 77). Chromium is left out where there is none.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -r "$HEAPDIFF_TESTDATA/capture" "$work/capture"
(cd "$work/capture" && { [ -d node_modules ] || npm ci --silent >/dev/null; })
chromium=${HEAPDIFF_CHROMIUM:-$(command -v chromium || true)}
node "$here/identity/pairs.mjs" "$work/capture" "$work/pairs" "$chromium"
HEAPDIFF_IDENTITY_PAIRS="$work/pairs" "$HEAPDIFF_TESTS" -tc="identity: pairs of snapshots are judged as their truth says"
rm -r "$work/pairs"

runtime="$work/capture/node_modules/node24/bin/node"
[ -x "$runtime" ] || exit 77
mkdir "$work/large"
# Each step replaces all entries 12 times and adds 8400 entries of 190 bytes to one list: 1 % of the heap.
"$runtime" --expose-gc "$here/identity/turnover.cjs" "$work/large/heap" 4 90000 12 700 150
# Ten minutes between them, however long the machine took: rates must not depend on its load.
for k in 0 1 2 3; do touch -d "2026-01-01T00:${k}0:00Z" "$work/large/heap-$k.heapsnapshot"; done
"$HEAPDIFF_BINARY" analyze "$work"/large/heap-?.heapsnapshot --quiet --no-source --format json > "$work/report.json"
node -e '
const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const [suspect] = report.suspects;
const heap = Math.min(...report.snapshots.map((s) => s.selfSizeBytes));
console.log(`heap ${(heap / 1e6).toFixed(0)} MB, shared ids that agree ${(100 * report.sharedIdAgreement).toFixed(1)} %,`,
  `suspect 1 ${suspect.constructor}: ${suspect.objectCountGrowth} objects, ${suspect.growthBytes} bytes`);
const added = 3 * 8400;
const right = suspect.constructor === "AuditEntry" && Math.abs(suspect.objectCountGrowth - added) < 0.01 * added;
if (heap < 150e6 || report.sharedIdAgreement > 0.97 || report.verdict !== "leak" || !right) process.exit(1);
' "$work/report.json"
