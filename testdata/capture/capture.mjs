#!/usr/bin/env node
// Takes the heap snapshots under testdata/snapshots again.
//
//   npm ci                                   once, in this folder: Node binaries, TypeScript, esbuild, packages
//   node capture.mjs NAME...                 scenarios/NAME -> ../snapshots/NAME
//     --all            every scenario that is stored ("stored": false: only taken when the external tests run)
//     --out DIR        another output folder (DIR/NAME)
//     --raw            keep plain .heapsnapshot files, do not compress
//     --tracked        with allocation tracking
//     --truth          takes nothing: writes truth.json again from scenario.json and the snapshots that are there
//     --stage DIR      the neutral folder in which the program runs (default /app)
//     --node FILE      another node binary
//     --minify HOW     runs the program minified, with source maps: "files", or "bundle" for one file
//     --chromium FILE  another browser (default /usr/bin/chromium)
//
// A heap snapshot holds its process's environment and every path it saw. So the program is copied to a neutral folder,
// with the node binary, and runs there with an empty environment. `redis-server` must be on PATH for scenarios that
// ask for it; `zstd` compresses. The clock is simulated: `secondsPerStep` (or the list `seconds`) lies between two
// snapshots, in the file name as Node or Chromium writes it and in the modification time.
//
// `root` is the program's folder where that is not the top one, as in a monorepo: the packages lie above it then, and
// the truth names it as the source root. A scenario that is not stored keeps its packages beside its source.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drivePage } from './lib/chromium.mjs';
import { locateAll } from './lib/sites.mjs';
import { addPackages, build, minify, stage } from './lib/stage.mjs';
import { ownedBytes, readSnapshot, totals } from './lib/totals.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: join(here, '..', 'snapshots') },
    raw: { type: 'boolean', default: false },
    tracked: { type: 'boolean', default: false },
    truth: { type: 'boolean', default: false },
    stage: { type: 'string', default: '/app' },
    node: { type: 'string' },
    minify: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const scenarioOf = (name) => JSON.parse(readFileSync(join(here, 'scenarios', name, 'scenario.json'), 'utf8'));
const known = readdirSync(join(here, 'scenarios'));
const names = option.all ? known.filter((name) => scenarioOf(name).stored !== false) : positionals;
if (names.length === 0) {
  console.error(`usage: node capture.mjs NAME... | --all\nscenarios: ${known.join(' ')}`);
  process.exit(2);
}

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

/** The file name that the runtime itself would give. */
function fileName(scenario, at, k) {
  const stamp = at.toISOString().replace(/[-:]/g, '').slice(0, 15);
  if (scenario.browser) return `Heap-${stamp}.heapsnapshot`;
  return `Heap.${stamp.replace('T', '.')}.1.${scenario.thread ?? 0}.${String(k + 1).padStart(3, '0')}.heapsnapshot`;
}

/** Times and load: {times, warmup, steps}; `steps[k]` operations run before snapshot k + 1. */
function scheduleOf(scenario) {
  const start = Date.parse(scenario.startAt ?? '2026-03-02T01:00:00Z');
  const seconds = scenario.seconds ?? Array.from({ length: scenario.snapshots }, (_, k) => k * scenario.secondsPerStep);
  return {
    times: seconds.map((second) => new Date(start + second * 1000)),
    warmup: scenario.warmup,
    steps: scenario.steps ?? seconds.slice(1).map(() => scenario.iterationsPerStep),
  };
}

/** The scenario's own folder over those of the scenarios it extends, built. */
function sourceOf(name, scenario) {
  const source = mkdtempSync(join(tmpdir(), 'scenario-'));
  const layers = [name];
  for (let base = scenario.extends; base; base = scenarioOf(base).extends) layers.unshift(base);
  for (const layer of layers) cpSync(join(here, 'scenarios', layer), source, { recursive: true });
  build(scenario, source);
  return source;
}

async function run(name, scenario, plan, folder) {
  if (scenario.browser) return drivePage(plan, folder, scenario.app, option.chromium);
  const redis = scenario.services?.includes('redis') ? await startRedis() : null;
  try {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    const args = ['--expose-gc', '--no-warnings', ...(scenario.nodeArgs ?? []), 'bin/driver.cjs', 'plan.json', scenario.app];
    if (redis) args.push(`127.0.0.1:${redis.port}`);
    const child = spawnSync(join(folder, 'bin', 'node'), args, { cwd: folder, env: {}, encoding: 'utf8', timeout: (scenario.minutes ?? 15) * 60_000 });
    const result = existsSync(join(folder, plan.result)) ? JSON.parse(readFileSync(join(folder, plan.result), 'utf8')) : {};
    if (child.status !== 0) throw new Error(`${name}: ${result.error ?? child.error?.code ?? child.stderr}`);
    return { ...result, version: result.version.slice(1) };
  } finally {
    redis?.stop();
  }
}

/** Per-operation growth between the first and the last of `values`, one per snapshot. */
function perIteration(values, snapshots) {
  return +((values.at(-1) - values[0]) / (snapshots.at(-1).iterations - snapshots[0].iterations)).toFixed(1);
}

function measure(version, snapshots) {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  const hours = (Date.parse(last.capturedAt) - Date.parse(first.capturedAt)) / 3.6e6;
  const bytes = snapshots.map((snapshot) => snapshot.bytes);
  return {
    nodeVersion: version,
    heapBytesPerIteration: perIteration(bytes, snapshots),
    heapBytesPerHour: Math.round((last.bytes - first.bytes) / hours),
    hours,
  };
}

/** A leak with what its own edges keep: `cut` names them, ownedBytes holds one number per snapshot. */
function withOwned(leak, owned, snapshots) {
  if (!leak.cut) return leak;
  return { ...leak, primaryBytesPerIteration: perIteration(owned, snapshots), ownedBytes: owned };
}

/** One entry per snapshot: the totals, and what each leak of the scenario owns. */
function readAll(scenario, files) {
  const leaks = [scenario, ...(scenario.secondary ?? [])];
  return files.map((file) => {
    const parsed = readSnapshot(file);
    return { ...totals(parsed), owned: leaks.map((leak) => (leak.cut ? ownedBytes(parsed, leak.cut) : 0)) };
  });
}

function writeTruth(name, scenario, sites, measured, snapshots, read, out) {
  const ownedBy = (leak) => read.map(({ owned }) => owned[leak]);
  const { secondary, ...own } = sites;
  const hidden = ['app', 'build', 'packages', 'services', 'startAt', 'extends', 'nodeArgs', 'stored', 'secondary', 'root', 'layout'];
  const shown = Object.fromEntries(Object.entries(scenario).filter(([key]) => !hidden.includes(key)));
  const truth = {
    name,
    ...withOwned(shown, ownedBy(0), snapshots),
    node: measured.nodeVersion,
    ...own,
    secondary: secondary.map((leak, i) => withOwned(leak, ownedBy(i + 1), snapshots)),
    scenarioDir: join('source', scenario.root ?? ''),
    measured,
    snapshots,
  };
  writeFileSync(join(out, 'truth.json'), JSON.stringify(truth, null, 1) + '\n');
}

/** What a minified program owns cannot be looked up by names. */
function withoutCuts(scenario) {
  return { ...scenario, cut: undefined, secondary: scenario.secondary?.map((leak) => ({ ...leak, cut: undefined })) };
}

async function capture(name) {
  const scenario = option.minify ? withoutCuts(scenarioOf(name)) : scenarioOf(name);
  const source = sourceOf(name, scenario);
  const out = resolve(option.out, name);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const folder = resolve(option.stage);
  stage(scenario, source, folder, option.node);
  try {
    addPackages(scenario, folder);
    const app = option.minify ? minify(scenario, folder, option.minify) : scenario.app;
    const sites = locateAll(scenario, folder);
    const { times, warmup, steps } = scheduleOf(scenario);
    const files = times.map((at, k) => fileName(scenario, at, k));
    const result = await run(name, { ...scenario, app }, { warmup, steps, files, tracked: option.tracked, result: 'result.json' }, folder);
    const read = readAll(scenario, files.map((file) => join(folder, file)));
    const snapshots = files.map((file, k) => {
      const from = join(folder, file);
      utimesSync(from, times[k], times[k]);
      cpSync(from, join(out, file), { preserveTimestamps: true });
      const { owned, ...counts } = read[k];
      return { file, capturedAt: times[k].toISOString(), iterations: result.iterations[k], fileBytes: statSync(from).size, ...counts };
    });
    cpSync(source, join(out, 'source'), { recursive: true, filter: (path) => basename(path) !== 'scenario.json' });
    if (option.minify) cpSync(join(folder, 'min'), join(out, 'source', 'min'), { recursive: true });
    if (scenario.stored === false) addPackages(scenario, join(out, 'source'));
    if (!option.raw) {
      for (const snapshot of snapshots) {
        const zip = spawnSync('zstd', ['-19', '-q', '--rm', join(out, snapshot.file)]);
        if (zip.status !== 0) throw new Error('zstd failed');
        snapshot.file += '.zst';
        utimesSync(join(out, snapshot.file), new Date(snapshot.capturedAt), new Date(snapshot.capturedAt));
      }
    }
    const measured = measure(result.version, snapshots);
    writeTruth(name, scenario, sites, measured, snapshots, read, out);
    console.log(`${name}: ${scenario.browser ?? 'Node'} ${measured.nodeVersion}, ${snapshots.length} snapshots, ${measured.heapBytesPerIteration} B/iteration, ${(measured.heapBytesPerHour / 1e6).toFixed(1)} MB/hour`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(source, { recursive: true, force: true });
  }
}

function refreshTruth(name) {
  const scenario = scenarioOf(name);
  const out = resolve(option.out, name);
  const { measured, snapshots } = JSON.parse(readFileSync(join(out, 'truth.json'), 'utf8'));
  const source = sourceOf(name, scenario);
  try {
    addPackages(scenario, source);
    const read = readAll(scenario, snapshots.map(({ file }) => join(out, file)));
    writeTruth(name, scenario, locateAll(scenario, source), measured, snapshots, read, out);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

for (const name of names) await (option.truth ? refreshTruth(name) : capture(name));
