// Takes snapshots of programs with known processes: pairs.mjs CAPTURE_FOLDER OUT [CHROMIUM]
// Writes OUT/pairs.tsv: runtime, "one" or "two", older, newer. Two runs are of one program that does the same in each.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [capture, out, chromium] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const pairs = [];
mkdirSync(out, { recursive: true });
const add = (runtime, processes, older, newer) => pairs.push([runtime, processes, `${older}.heapsnapshot`, `${newer}.heapsnapshot`].join('\t'));

function eachPair(names, visit) {
  names.forEach((a, i) => names.slice(i + 1).forEach((b) => visit(a, b)));
}

function node(version) {
  const program = join(capture, 'node_modules', `node${version}`, 'bin', 'node');
  if (!existsSync(program)) return console.log(`no Node ${version}`);
  const runtime = `node ${version}`;
  const run = (script, prefix, ...args) => {
    const done = spawnSync(program, ['--expose-gc', join(here, `${script}.cjs`), prefix, ...args], { cwd: out, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${runtime} ${script}: ${done.stderr}`);
  };
  const runs = (kind, count) => Array.from({ length: count }, (_, k) => `${kind}-${version}-${k}`);
  const trivial = runs('trivial', 7);
  for (const prefix of trivial) run('trivial', prefix);
  eachPair(trivial, (a, b) => add(runtime, 'two', `${a}-0`, `${b}-0`));
  const service = runs('service', 3);
  for (const prefix of service) {
    run('service', prefix);
    add(runtime, 'one', `${prefix}-0`, `${prefix}-1`);
  }
  eachPair(service, (a, b) => [0, 1].forEach((s) => add(runtime, 'two', `${a}-0`, `${b}-${s}`)));
  for (const variant of ['plain', 'code', 'realms']) {
    const prefix = `${variant}-${version}`;
    run('turnover', prefix, '2', '20000', '20', '100', '0', variant);
    add(runtime, 'one', `${prefix}-0`, `${prefix}-1`);
  }
  const globals = `globals-${version}`;
  run('globals', globals);
  for (const s of [1, 2, 3, 4]) add(runtime, 'one', `${globals}-${s - 1}`, `${globals}-${s}`);
  const worker = `worker-${version}`;
  run('worker', worker);
  add(runtime, 'one', `${worker}-0`, `${worker}-1`);
  add(runtime, 'two', `${worker}-1`, `${worker}-main`);
}

async function page() {
  const { drivePage } = await import(pathToFileURL(join(capture, 'lib', 'chromium.mjs')).href);
  const files = [0, 1].map((s) => `${s}.heapsnapshot`);
  const runs = [0, 1, 2].map((k) => `page-${k}`);
  let runtime;
  for (const run of runs) {
    cpSync(join(here, 'page'), join(out, run), { recursive: true });
    const { version } = await drivePage({ warmup: 1000, steps: [20000], files }, join(out, run), 'index.html', chromium);
    runtime = `chromium ${version.split('.')[0]}`;
    add(runtime, 'one', `${run}/0`, `${run}/1`);
  }
  eachPair(runs, (a, b) => [0, 1].forEach((s) => add(runtime, 'two', `${a}/0`, `${b}/${s}`)));
}

for (const version of [14, 16, 18, 20, 22, 24]) node(version);
if (chromium) await page();
else console.log('no Chromium');
writeFileSync(join(out, 'pairs.tsv'), `${pairs.join('\n')}\n`);
