#!/usr/bin/env node
// Takes the heap snapshots under testdata/snapshots again.
//
//   npm ci                                   once, in this folder: Node binaries, TypeScript, ioredis
//   node capture.mjs NAME...                 scenarios/NAME -> ../snapshots/NAME
//     --out DIR        another output folder (DIR/NAME)
//     --raw            keep plain .heapsnapshot files, do not compress
//     --tracked        with allocation tracking
//     --stage DIR      the neutral folder in which the program runs (default /app)
//
// A heap snapshot holds its process's environment and every path it saw. So the program is copied to a neutral folder,
// with the node binary, and runs there with an empty environment. `redis-server` must be on PATH for scenarios that
// ask for it; `zstd` compresses. The clock is simulated: `secondsPerStep` lies between two snapshots, in the file name
// as Node writes it and in the modification time.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { totals } from './lib/totals.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: option, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(here, '..', 'snapshots') },
    raw: { type: 'boolean', default: false },
    tracked: { type: 'boolean', default: false },
    stage: { type: 'string', default: '/app' },
    node: { type: 'string' },
  },
});
if (names.length === 0) {
  console.error(`usage: node capture.mjs NAME...\nscenarios: ${readdirSync(join(here, 'scenarios')).join(' ')}`);
  process.exit(2);
}

const stampOf = (date) => date.toISOString().replace(/[-:]/g, '').replace('T', '.').slice(0, 15);

function freePort() {
  return new Promise((ok, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => ok(port));
    });
  });
}

async function startRedis() {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
    cwd: tmpdir(),
  });
  await new Promise((ok) => setTimeout(ok, 500));
  return { port, stop: () => server.kill() };
}

/** Line numbers are looked up in the sources, so that truth cannot drift from them. */
function locate(site, folder) {
  const lines = readFileSync(join(folder, site.file), 'utf8').split('\n');
  const find = (text) => {
    const at = lines.findIndex((line) => line.includes(text));
    if (at < 0) throw new Error(`${site.file} does not contain ${JSON.stringify(text)}`);
    return at;
  };
  const line = find(site.code) + 1;
  if (!site.functionCode) return { ...site, line };
  const first = find(site.functionCode);
  const indent = lines[first].match(/^\s*/)[0];
  let last = lines.findIndex((text, i) => i > first && text.startsWith(`${indent}}`));
  if (last < 0) last = first;
  return { ...site, line, functionLines: [first + 1, last + 1] };
}

function build(scenario, folder) {
  if (scenario.build !== 'typescript') return;
  const tsc = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = join(folder, 'node_modules');
  if (!existsSync(types)) symlinkSync(join(here, 'node_modules'), types);
  const run = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  rmSync(types);
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
}

function stage(scenario, source) {
  const folder = resolve(option.stage);
  if (existsSync(folder)) throw new Error(`${folder} exists: name another folder with --stage`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(source, folder, { recursive: true });
  rmSync(join(folder, 'scenario.json'));
  cpSync(join(here, 'lib', 'driver.cjs'), join(folder, 'bin', 'driver.cjs'));
  const node = option.node ?? join(here, 'node_modules', scenario.node, 'bin', 'node');
  cpSync(node, join(folder, 'bin', 'node'));
  for (const name of packagesOf(scenario.packages ?? [])) {
    cpSync(join(here, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
  return folder;
}

/** A package and all that it depends on. */
function packagesOf(roots) {
  const seen = new Set();
  const open = [...roots];
  while (open.length > 0) {
    const name = open.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    const manifest = JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8'));
    open.push(...Object.keys(manifest.dependencies ?? {}));
  }
  return seen;
}

async function capture(name) {
  const scenario = JSON.parse(readFileSync(join(here, 'scenarios', name, 'scenario.json'), 'utf8'));
  const source = mkdtempSync(join(tmpdir(), 'scenario-'));
  const base = scenario.extends ? join(here, 'scenarios', scenario.extends) : null;
  if (base) cpSync(base, source, { recursive: true });
  cpSync(join(here, 'scenarios', name), source, { recursive: true });
  build(scenario, source);
  const site = scenario.site && locate(scenario.site, source);
  const alternates = (scenario.alternates ?? []).map((s) => locate(s, source));
  const secondary = (scenario.secondary ?? []).map((s) => ({ ...s, site: locate(s.site, source), alternates: (s.alternates ?? []).map((a) => locate(a, source)) }));
  const out = resolve(option.out, name);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const folder = stage(scenario, source);
  const redis = scenario.services?.includes('redis') ? await startRedis() : null;
  const start = Date.parse(scenario.startAt ?? '2026-03-02T01:00:00Z');
  const times = Array.from({ length: scenario.snapshots }, (_, k) => new Date(start + k * scenario.secondsPerStep * 1000));
  try {
    const files = times.map((at, k) => `Heap.${stampOf(at)}.1.${scenario.thread ?? 0}.${String(k + 1).padStart(3, '0')}.heapsnapshot`);
    const plan = { warmup: scenario.warmup, iterationsPerStep: scenario.iterationsPerStep, files, tracked: option.tracked, result: 'result.json' };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    const args = ['--expose-gc', '--no-warnings', ...(scenario.nodeArgs ?? []), 'bin/driver.cjs', 'plan.json', scenario.app];
    if (redis) args.push(`127.0.0.1:${redis.port}`);
    const run = spawnSync(join(folder, 'bin', 'node'), args, { cwd: folder, env: {}, encoding: 'utf8', timeout: 300_000 });
    const result = existsSync(join(folder, 'result.json')) ? JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) : {};
    if (run.status !== 0) throw new Error(`${name}: ${result.error ?? run.stderr}`);
    const snapshots = files.map((file, k) => {
      const from = join(folder, file);
      utimesSync(from, times[k], times[k]);
      cpSync(from, join(out, file), { preserveTimestamps: true });
      return { file, capturedAt: times[k].toISOString(), iterations: result.iterations[k], fileBytes: statSync(from).size, ...totals(from) };
    });
    const [first, last] = [snapshots[0], snapshots.at(-1)];
    const hours = (Date.parse(last.capturedAt) - Date.parse(first.capturedAt)) / 3.6e6;
    const measured = {
      nodeVersion: result.version.slice(1),
      heapBytesPerIteration: +((last.bytes - first.bytes) / (last.iterations - first.iterations)).toFixed(1),
      heapBytesPerHour: Math.round((last.bytes - first.bytes) / hours),
      hours,
    };
    for (const key of ['app', 'build', 'packages', 'services', 'startAt', 'extends', 'nodeArgs']) delete scenario[key];
    const truth = { name, ...scenario, node: measured.nodeVersion, site, alternates, secondary, scenarioDir: 'source', measured, snapshots };
    cpSync(source, join(out, 'source'), { recursive: true, filter: (path) => basename(path) !== 'scenario.json' });
    if (!option.raw) {
      for (const snapshot of snapshots) {
        const zip = spawnSync('zstd', ['-19', '-q', '--rm', join(out, snapshot.file)]);
        if (zip.status !== 0) throw new Error('zstd failed');
        snapshot.file += '.zst';
        utimesSync(join(out, snapshot.file), new Date(snapshot.capturedAt), new Date(snapshot.capturedAt));
      }
    }
    writeFileSync(join(out, 'truth.json'), JSON.stringify(truth, null, 1) + '\n');
    console.log(`${name}: Node ${measured.nodeVersion}, ${snapshots.length} snapshots, ${measured.heapBytesPerIteration} B/iteration, ${(measured.heapBytesPerHour / 1e6).toFixed(1)} MB/hour`);
  } finally {
    redis?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(source, { recursive: true, force: true });
  }
}

for (const name of names) await capture(name);
