// Generates reports of 20 services over four weeks, exports them, and asks DuckDB.
import { DuckDBInstance } from '@duckdb/node-api';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root, work, countText] = process.argv.slice(2);
const count = Number(countText);
const heapdiff = process.env.HEAPDIFF_BINARY;

// A generator with a fixed seed (mulberry32).
let state = 892;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pick = (n) => Math.floor(random() * n);

const services = Array.from({ length: 20 }, (_, i) => `service-${String(i).padStart(2, '0')}`);
const leaks = Array.from({ length: 200 }, (_, i) => ({
  signature: (1000 + i).toString(16).padStart(16, '0'), release: pick(20), weight: 1e4 * (1 + pick(50)),
  services: services.filter(() => random() < 0.2),
}));
leaks[19] = { ...leaks[19], release: 13, weight: 4e7, services: ['service-03', 'service-11', 'service-17'] };  // the worst

const start = Date.parse('2026-02-23T00:00:00Z');
const truth = new Map();
const first = new Map();
let worstReports = 0;
for (let i = 0; i < count; ++i) {
  const service = services[i % services.length];
  const at = start + Math.floor((i / count) * 28 * 86400) * 1000;  // until 2026-03-22
  const release = Math.floor((i / count) * 20);
  const captured = new Date(at).toISOString().replace('.000', '');
  const found = leaks.filter((leak) => leak.release <= release && leak.services.includes(service) && random() < 0.3);
  const suspects = found.map((leak) => {
    const rate = Math.round(leak.weight * (0.9 + 0.2 * random()));
    if (captured.slice(0, 10) > '2026-03-15') {
      const sum = truth.get(leak.signature) ?? { rate: 0, services: new Set() };
      sum.rate += rate;
      sum.services.add(service);
      truth.set(leak.signature, sum);
    }
    if (leak.signature === '00000000000003fb') worstReports += 1;
    if (!first.has(leak.signature)) first.set(leak.signature, `v${release}`);
    return { kind: 'map-growth', constructor: 'Entry', signature: leak.signature, title: `Entry held by Map ${leak.signature}`,
      proven: true, growthBytes: rate, rateBytesPerHour: { estimate: rate, low: rate * 0.9, high: rate * 1.1 },
      sites: [{ file: 'src/cache.js', line: 7, evidence: 'source-text', precision: 'statement' }], retainingPath: [] };
  });
  const folder = join(work, 'reports', `service=${service}`, `release=v${release}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${i}.json`), JSON.stringify({ schemaVersion: 1, verdict: suspects.length > 0 ? 'leak' : 'no-leak',
    snapshots: [{ path: 'a', capturedAt: captured, nodeCount: 9, edgeCount: 9, selfSizeBytes: 1e7 }], suspects,
    constructors: [{ name: 'Entry', countBefore: 1, countAfter: 2 }], owners: [{ name: 'app', version: null, bytes: 1e7 }] }));
}
const started = () => ({ wall: performance.now(), cpu: process.cpuUsage() });
const clock = (what, since) => {
  const { user, system } = process.cpuUsage(since.cpu);
  console.log(`${what}: ${((performance.now() - since.wall) / 1000).toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of this process`);
};
let since = started();
execFileSync(heapdiff, ['export', join(work, 'reports'), '-o', join(work, 'lake')], { stdio: 'inherit' });
clock(`export of ${count} reports`, since);

const page = readFileSync(join(root, 'apps/docs/fleet.md'), 'utf8');
const blocks = [.../```sql\n([\s\S]*?)```/g[Symbol.matchAll](/## DuckDB[\s\S]*?\n## /.exec(page)[0])].map(([, sql]) => sql);
const [setup, question] = blocks[0].split(/;\n/);
const [copy, view] = blocks[1].split(/;\n/);
process.chdir(work);
const connection = await (await DuckDBInstance.create()).connect();
const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();

const expected = [...truth].sort((a, b) => b[1].rate - a[1].rate).slice(0, 10);
function check(rows) {
  assert.equal(rows.length, 10);
  assert.deepEqual(rows.map((row) => row.signature), expected.map(([signature]) => signature));
  for (const [i, [signature, { rate, services: where }]] of expected.entries()) {
    assert.ok(Math.abs(rows[i].bytes_per_hour - rate) < 1e-6 * rate);
    assert.deepEqual(rows[i].services, [...where].sort());
    assert.equal(rows[i].since_release, first.get(signature));
  }
  assert.equal(rows[0].signature, '00000000000003fb');
  assert.equal(rows[0].since_release, 'v13');
}
await connection.run(setup);
since = started();
let rows = await ask(question);
clock('the question, asked of ndjson.zst', since);
check(rows);
console.log(`rows of suspects: ${(await ask('SELECT count(*) AS n FROM suspects'))[0].n}`);
since = started();
await connection.run(copy);
clock('written as Parquet', since);
await connection.run(view);
since = started();
rows = await ask(question);
clock('the question, asked of Parquet', since);
check(rows);
const days = await ask(blocks[2]);
assert.equal(days.length, new Set(days.map((row) => row.dt)).size);
assert.equal(days.reduce((sum, row) => sum + Number(row.reports), 0), worstReports);
console.log(`${rows[0].signature} costs most, since ${rows[0].since_release}, in ${rows[0].services.join(', ')}`);
