// For each scenario: captures a series (or takes the stored one), lets heapdiff write the regression test, fills in
// operate() as a person would, and runs it twice: on the program that leaks, and on the fixed one.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [work, ...wanted] = process.argv.slice(2);
const { HEAPDIFF_BINARY: heapdiff, HEAPDIFF_TESTDATA: testdata, HEAPDIFF_SHARED: shared } = process.env;
const stored = (name) => join(testdata, 'snapshots', name);
const lab = (name) => join(shared, 'lab/scenarios', name);
const which = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
const chromium = process.env.HEAPDIFF_CHROMIUM ?? which('chromium');

// `fix` is what a person changes: pairs of old and new text in `file`, or a function.
const scenarios = [
  {
    name: 'exported', kind: 'event-listener', // the suspect is exported: nothing has to be filled in
    source: {
      'app.js': `const { EventEmitter } = require('events');
const bus = new EventEmitter().setMaxListeners(0);
exports.watch = function watch(key) {
  const value = { key, note: 'x'.repeat(50) + key };
  bus.on('invalidate', () => value.note.length);
};
exports.iterate = exports.watch;
`,
    },
    fix: [["bus.on('invalidate', () => value.note.length)",
      "const stop = () => value.note.length; bus.on('invalidate', stop); bus.off('invalidate', stop)"]],
  },
  {
    name: 'bug-892', kind: 'event-listener', needs: which('redis-server') && 'redis', series: stored('bug-892'),
    source: join(stored('bug-892'), 'source'), packages: ['ioredis@5.3.2'], app: './dist/server.js',
    operate: 'await app.iterate(i);',
    fix: (folder) => cpSync(join(stored('bug-892-fixed'), 'source/dist/cache/cache.service.js'),
      join(folder, 'dist/cache/cache.service.js')),
  },
  {
    name: 'bug-892-ci', kind: 'event-listener', series: stored('bug-892-ci'), source: join(stored('bug-892-ci'), 'source'),
    app: './dist/server.js', operate: 'await app.iterate(i);',
    fix: (folder) => cpSync(join(stored('bug-892-fixed'), 'source/dist/cache/cache.service.js'),
      join(folder, 'dist/cache/cache.service.js')),
  },
  {
    name: 'timer-closure', kind: 'timer', source: lab('timer-closure'),
    fix: [['setTimeout(() => {', 'this.timers ??= new Map(); clearTimeout(this.timers.get(key)); this.timers.set(key, setTimeout(() => {'],
      ['}, ttl);', '}, ttl));']],
  },
  {
    name: 'map-cache-unbounded', kind: 'map-growth', source: lab('map-cache-unbounded'),
    fix: [['`${id}@${process.hrtime.bigint()}`', 'id']],
  },
  {
    name: 'set-growth', kind: 'set-growth', source: lab('set-growth'),
    fix: [['seenMessages.add(fingerprint);',
      'seenMessages.add(fingerprint); if (seenMessages.size > 500) seenMessages.delete(seenMessages.values().next().value);']],
  },
  {
    name: 'queue-array', kind: 'array-growth', source: lab('queue-array'),
    fix: [['for (let k = this.flushed; k < this.pending.length; k++) this.flushed++;',
      'this.flushed += this.pending.splice(0).length;']],
  },
  {
    name: 'memo-json-keys', kind: 'object-growth', source: lab('memo-json-keys'),
    fix: [['JSON.stringify(query)', 'String(query.ids[0] % 50)']],
  },
  {
    name: 'pool-never-released', kind: 'pool', source: lab('pool-never-released'),
    fix: [["if (command.startsWith('GET')) ", '']],
  },
  {
    name: 'pending-promises', kind: 'map-growth', source: lab('pending-promises'),
    fix: [['waiters.set(correlationId, { resolve, reject });', `waiters.set(correlationId, { resolve, reject });
    setTimeout(() => reject(new Error('no answer in time')), 1).unref();`],
    ['waiters.delete(`req-${id}`);', ''],
    ['const reply = await waitForReply(`req-${id}`);',
      'const reply = await waitForReply(`req-${id}`).finally(() => waiters.delete(`req-${id}`));'],
    ['callRemote(i);', 'callRemote(i).catch(() => {});']],
  },
  {
    name: 'string-log-buffer', kind: 'string', source: lab('string-log-buffer'),
    fix: [["this.text += message + '\\n'", 'this.text = message']],
  },
  {
    name: 'buffer-slices', kind: 'buffer', source: lab('buffer-slices'),
    fix: [['headers.push(packet.subarray(0, 16));', `const own = Buffer.allocUnsafeSlow(16);
  packet.copy(own, 0, 0, 16);
  headers.push(own);
  if (headers.length > 500) headers.splice(0, headers.length - 500);`]],
  },
  {
    name: 'closure-shared-context', kind: 'closure', source: lab('closure-shared-context'),
    fix: [['const originalThing', 'let originalThing'], ['theThing = {', 'originalThing = null;\n  theThing = {']],
  },
  {
    name: 'irregular-cursors', kind: 'generator', series: stored('irregular-cursors'),
    source: join(stored('irregular-cursors'), 'source'), fix: [['if (request % 4 === 0) ', '']],
  },
  {
    name: 'chromium-detached-rows', kind: 'detached-dom', needs: chromium && 'chromium',
    series: stored('chromium-detached-rows'), source: join(stored('chromium-detached-rows'), 'source'),
    packages: ['playwright@npm:playwright-core@1'], operate: 'iterate(i);', page: true,
    fix: [["window.addEventListener('resize', () => {", "window.addEventListener('resize', row.listener = () => {"],
      ['  table.replaceChildren', "  for (const row of table.children) window.removeEventListener('resize', row.listener);\n  table.replaceChildren"]],
  },
  {
    name: 'promise-race', kind: 'promise', // each race leaves a reaction on the promise that never settles
    source: {
      'app.js': `let shutdown = () => {};
const shuttingDown = new Promise((resolve) => { shutdown = resolve; });
exports.shutdown = () => shutdown();
exports.iterate = async function iterate(i) {
  const work = Promise.resolve({ request: i, note: 'x'.repeat(50) + i });
  return Promise.race([work, shuttingDown]);
};
`,
    },
    fix: [['return Promise.race([work, shuttingDown]);', 'return work;']],
  },
  {
    name: 'module-cache', kind: 'module-cache', // reloaded: the parent's children still list the old modules
    source: {
      'app.js': `exports.iterate = function iterate(i) {
  delete require.cache[require.resolve('./plugin.js')];
  return require('./plugin.js').run(i);
};
`,
      'plugin.js': "const table = Array.from({ length: 20 }, (_, i) => ({ rule: i, text: 'rule ' + i }));\nexports.run = (i) => table[i % 20];\n",
    },
    fix: [["delete require.cache[require.resolve('./plugin.js')];", '']],
  },
  {
    name: 'async-context', kind: 'async-context', // resources that never end keep the store of the call that made them
    source: {
      'app.js': `const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const storage = new AsyncLocalStorage();
const waiting = [];
exports.iterate = function iterate(i) {
  storage.run({ request: i, headers: 'x'.repeat(60) + i, body: new Array(20).fill(i) }, () => {
    waiting.push(new AsyncResource('waiter'));
  });
};
`,
    },
    fix: [["waiting.push(new AsyncResource('waiter'));", "waiting.push(new AsyncResource('waiter')); waiting.splice(0, waiting.length - 10);"]],
  },
  {
    name: 'class-instance', kind: 'class-instance', // a chain of instances, each of which holds the one before it
    source: {
      'app.js': `class Revision {
  constructor(before, text) {
    this.before = before;
    this.text = text;
  }
}
class Editor {
  constructor() {
    this.latest = null;
  }
  change(i) {
    this.latest = new Revision(this.latest, 'text ' + i + '.'.repeat(50));
  }
}
const editor = new Editor();
exports.iterate = function iterate(i) {
  editor.change(i);
};
`,
    },
    fix: [['new Revision(this.latest,', 'new Revision(null,']],
  },
  {
    name: 'symbol-registry', kind: 'unknown', // the engine's registry, which no object of the program holds
    source: {
      'app.js': `exports.iterate = function iterate(i) {
  const marks = {};
  for (let k = 0; k < 5; k++) {
    marks[Symbol.for('request ' + i + ' part ' + k + '.'.repeat(40))] = k;
  }
  return Object.getOwnPropertySymbols(marks).length;
};
`,
    },
    fix: [['Symbol.for(', 'Symbol(']],
  },
];

const capture = `const { writeHeapSnapshot } = require('v8');
(async () => {
  const app = await import(process.cwd() + '/' + process.argv[2]);
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 400; i++) await app.iterate(round * 400 + i);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeHeapSnapshot('snapshots/' + round + '.heapsnapshot');
  }
  process.exit(0);
})();
`;

/** A free port would do as well; this one is as good as any, and the server ends with the test. */
async function redis() {
  const port = 20000 + (process.pid % 20000);
  const server = spawn('redis-server', ['--port', port, '--save', '', '--appendonly', 'no', '--dir', work], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of server.stdout.setEncoding('utf8')) {
    if (text.includes('Ready to accept connections')) break;
  }
  server.stdout.resume();
  return { server, address: `127.0.0.1:${port}` };
}

/** The project with the program, the report's suspect, and its test with operate() filled in. */
function prepare(scenario, folder) {
  mkdirSync(join(folder, 'snapshots'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"sample","private":true}\n');
  if (typeof scenario.source === 'string') {
    cpSync(scenario.source, folder, { recursive: true });
  } else {
    Object.entries(scenario.source).forEach(([file, text]) => writeFileSync(join(folder, file), text));
  }
  if (scenario.packages) {
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...scenario.packages], { cwd: folder });
  }
  const app = scenario.app ?? (existsSync(join(folder, 'app.mjs')) ? 'app.mjs' : 'app.js');
  if (!scenario.series) {
    writeFileSync(join(folder, 'capture.cjs'), capture);
    execFileSync(process.execPath, ['capture.cjs', app], { cwd: folder });
  }
  const report = JSON.parse(execFileSync(heapdiff, ['analyze', '-q', scenario.series ?? 'snapshots', '--source-root', '.',
    ...(scenario.series ? [] : ['--interval', '10m']), '--format', 'json'], { cwd: folder, maxBuffer: 1 << 28 }));
  const [suspect] = report.suspects;
  assert.equal(suspect?.kind, scenario.kind);
  let text = suspect.kit.test;
  if (scenario.name !== 'exported') {
    const operate = scenario.operate ?? 'await suspect.iterate(i);';
    text = scenario.page
      ? text.replace(/const operate = [^]*?\n};/, () => `const operate = (i) => {\n  ${operate}\n};`)
      : text.replace(/async function operate[^]*?\n}/, () => `async function operate(i) {\n  ${operate}\n}`);
    text = scenario.app
      ? `import * as app from '${scenario.app}';\nimport { after } from 'node:test';\nawait app.ready;\nafter(() => app.stop());\n${text}`
      : text;
    text = scenario.app || scenario.page ? text : text.replace(/resolve\('[^']*'\)\)\.href/, `resolve('${app}')).href`);
    assert.notEqual(text, suspect.kit.test);
  }
  writeFileSync(join(folder, suspect.kit.testFile), text);
  writeFileSync(join(folder, 'as-generated.mjs'), suspect.kit.test);
  return { file: suspect.kit.testFile, signature: suspect.signature };
}

function fix(scenario, folder) {
  if (typeof scenario.fix === 'function') {
    return scenario.fix(folder);
  }
  const file = join(folder, existsSync(join(folder, 'app.mjs')) ? 'app.mjs' : 'app.js');
  let text = readFileSync(file, 'utf8');
  for (const [old, now] of scenario.fix) {
    assert.ok(text.includes(old), `${scenario.name}: the program has no ${old}`);
    text = text.replace(old, () => now);
  }
  writeFileSync(file, text);
}

function run(scenario, folder, file, address) {
  const args = ['--test', file];
  const env = { ...process.env, CHROMIUM: chromium, NODE_OPTIONS: '' };
  delete env.NODE_TEST_CONTEXT;
  if (address) { // server.js takes it as its first argument, which --test does not hand on
    writeFileSync(join(folder, 'address.cjs'), `if (process.env.NODE_TEST_CONTEXT) process.argv[2] = '${address}';\n`);
    env.NODE_OPTIONS = '--require ./address.cjs';
  }
  const result = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 28 });
  return { code: result.status, text: result.stdout + result.stderr };
}

let failures = 0;
for (const scenario of scenarios.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
  if ('needs' in scenario && !scenario.needs) {
    console.log(`${scenario.name}: left out, its program is not installed`);
    continue;
  }
  const folder = join(work, scenario.name);
  let server;
  try {
    const backend = scenario.needs === 'redis' ? await redis() : undefined;
    server = backend?.server;
    const { file, signature } = prepare(scenario, folder);
    const red = run(scenario, folder, file, backend?.address);
    assert.equal(red.code, 1, `green while it leaks:\n${red.text}`);
    assert.match(red.text, /does not grow/);
    assert.doesNotMatch(red.text, /fill in operate|not enough evidence|ERR_MODULE|SyntaxError/, red.text);
    assert.match(red.text, /(^|\n)(# )?gate .*fail|FAILED|failed/i, red.text);
    // The failure says what an operation keeps, and names the leak by the signature of the analysis.
    assert.match(red.text, new RegExp(`[1-9]\\d* B per operation: .*\\(leak ${signature}\\)`), red.text);
    fix(scenario, folder);
    const green = run(scenario, folder, file, backend?.address);
    assert.equal(green.code, 0, `red after the fix:\n${green.text}`);
    console.log(`${scenario.name} (${scenario.kind}): red, then green`);
  } catch (error) {
    failures++;
    console.error(`${scenario.name}: ${error.message}`);
  } finally {
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failures === 0 ? 0 : 1;
