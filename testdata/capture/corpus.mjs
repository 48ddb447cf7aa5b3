#!/usr/bin/env node
// Takes the snapshots of testdata/snapshots/corpus again: pairs by Node.js 14 to 24 and Chromium, with and without
// allocation tracking, of one small program. They are what the numbers of DevTools are compared on.
//
//   npm ci                            once, in this folder: Node binaries
//   node corpus.mjs [NAME...]         node14 ... node24, chromium; default all
//     --stage DIR      the neutral folder in which the program runs (default /app)
//     --chromium FILE  default /usr/bin/chromium
//
// As in capture.mjs the program runs in a neutral folder with an empty environment. `zstd` compresses. DevTools'
// answers come from approve-devtools.sh.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'snapshots', 'corpus');
const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  options: { stage: { type: 'string', default: '/app' }, chromium: { type: 'string', default: '/usr/bin/chromium' } },
});
const stage = resolve(option.stage);

function compress(from, name) {
  mkdirSync(out, { recursive: true });
  const run = spawnSync('zstd', ['-19', '-q', '-f', from, '-o', join(out, `${name}.heapsnapshot.zst`)]);
  if (run.status !== 0) throw new Error(`zstd: ${run.stderr}`);
}

function inStage(work) {
  if (existsSync(stage)) throw new Error(`${stage} exists: name another folder with --stage`);
  mkdirSync(join(stage, 'bin'), { recursive: true });
  return Promise.resolve(work()).finally(() => rmSync(stage, { recursive: true, force: true }));
}

function node(name, mode) {
  return inStage(() => {
    cpSync(join(here, 'corpus', 'app.cjs'), join(stage, 'app.cjs'));
    cpSync(join(here, 'lib', 'driver.cjs'), join(stage, 'bin', 'driver.cjs'));
    cpSync(join(here, 'node_modules', name, 'bin', 'node'), join(stage, 'bin', 'node'));
    const files = ['1.heapsnapshot', '2.heapsnapshot'];
    writeFileSync(
      join(stage, 'plan.json'),
      JSON.stringify({ warmup: 60, steps: files.slice(1).map(() => 40), files, tracked: mode === 'tracked', snapshotOptions: kSnapshotOptions[mode], result: 'result.json' }),
    );
    const run = spawnSync(join(stage, 'bin', 'node'), ['--expose-gc', '--no-warnings', 'bin/driver.cjs', 'plan.json', 'app.cjs'], { cwd: stage, env: {}, encoding: 'utf8', timeout: 300_000 });
    if (run.status !== 0) throw new Error(`${name}: ${run.stderr}${readFileSync(join(stage, 'result.json'), 'utf8')}`);
    files.forEach((file, k) => compress(join(stage, file), `${name}-${mode}-${k + 1}`));
  });
}
/** Snapshots with internals have no user root: DevTools then leaves every size where it is. */
const kSnapshotOptions = { internals: { exposeInternals: true, exposeNumericValues: true } };

/** Chromium over its pipe: one JSON message, then a NUL. */
class Browser {
  constructor() {
    this.process = spawn(
      option.chromium,
      ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-extensions', '--remote-debugging-pipe', `--user-data-dir=${join(stage, 'profile')}`, 'about:blank'],
      { cwd: stage, env: { HOME: stage, LANG: 'C.UTF-8' }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.pending = new Map();
    this.onChunk = () => {};
    let rest = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop();
      for (const part of parts) this.receive(JSON.parse(part));
    });
  }
  receive(message) {
    if (message.method === 'HeapProfiler.addHeapSnapshotChunk') this.onChunk(message.params.chunk);
    if (!this.pending.has(message.id)) return;
    const { ok, fail } = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.error) fail(new Error(message.error.message));
    else ok(message.result);
  }
  send(method, params = {}) {
    const id = (this.last = (this.last ?? 0) + 1);
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    return new Promise((ok, fail) => this.pending.set(id, { ok, fail }));
  }
  async snapshot(file) {
    const fd = openSync(file, 'w');
    this.onChunk = (chunk) => writeSync(fd, chunk);
    await this.send('HeapProfiler.collectGarbage');
    await this.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: false });
    closeSync(fd);
  }
  async close() {
    const ended = new Promise((ok) => this.process.on('exit', ok));
    this.session = undefined;
    this.send('Browser.close').catch(() => {});
    await ended;
  }
}

function chromium(mode) {
  return inStage(async () => {
    const browser = new Browser();
    try {
      const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
      browser.session = (await browser.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
      await browser.send('HeapProfiler.enable');
      if (mode === 'tracked') await browser.send('HeapProfiler.startTrackingHeapObjects', { trackAllocations: true });
      const html = readFileSync(join(here, 'corpus', 'page.html'), 'utf8');
      await browser.send('Page.enable');
      await browser.send('Page.navigate', { url: `data:text/html,${encodeURIComponent(html)}` });
      await new Promise((ok) => setTimeout(ok, 1000));
      for (const k of [1, 2]) {
        if (k === 2) await browser.send('Runtime.evaluate', { expression: 'step()' });
        const file = join(stage, `${k}.heapsnapshot`);
        await browser.snapshot(file);
        compress(file, `chromium-${mode}-${k}`);
      }
    } finally {
      await browser.close();
    }
  });
}

const all = ['node14', 'node16', 'node18', 'node20', 'node22', 'node24', 'chromium'];
for (const name of positionals.length > 0 ? positionals : all) {
  for (const mode of name === 'node22' ? ['plain', 'tracked', 'internals'] : ['plain', 'tracked']) {
    await (name === 'chromium' ? chromium(mode) : node(name, mode));
    console.log(`${name} ${mode}`);
  }
}
