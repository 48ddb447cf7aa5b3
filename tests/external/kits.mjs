// What the repair kits hold, in the hands of the programs that take it: Node.js, promtool, prom-client, Datadog's client.
// kit-KIND.json carries ordinary names, kit-KIND-N.json hostile ones, whose payloads all call pwned().
import * as acorn from 'acorn';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import client from 'prom-client';

const require = createRequire(import.meta.url);
const { ObjectSerializer } =
  require('@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js');
const folder = process.argv[2];
let failures = 0;
const fail = (what) => {
  failures++;
  console.error(what);
};

const files = readdirSync(folder).filter((name) => name.startsWith('kit-') && name.endsWith('.json'));
const kits = files.map((file) => ({ file, kind: file.replace(/^kit-|(-\d+)?\.json$/g, ''), hostile: /-\d+\.json$/.test(file),
  kit: JSON.parse(readFileSync(join(folder, file), 'utf8')).suspects[0].kit }));
assert.equal(new Set(kits.map((k) => k.kind)).size, 17);
assert.ok(kits.filter((k) => k.hostile).length >= 17 * 10);

/** The idioms are fragments: inside an async function each of them is a program. */
const programs = ({ kit }) => [['before', `async function* f() {\n${kit.before}\n}\n`],
  ['after', `async function* f() {\n${kit.after}\n}\n`], ['test', kit.test], ['emit', kit.emit]];

for (const entry of kits) {
  for (const [part, text] of programs(entry)) {
    try {
      const words = [...acorn.tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module' })];
      acorn.parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
      const live = words.find((token) => token.type.label === 'name' && /pwned/.test(token.value));
      if (live) fail(`${entry.file}, ${part}: a name became code: ${text.slice(live.start - 60, live.end + 20)}`);
    } catch (error) {
      fail(`${entry.file}, ${part}: ${error.message} in ${text.slice(Math.max(0, (error.pos ?? 0) - 80), (error.pos ?? 0) + 40)}`);
    }
    if (!entry.hostile) {
      writeFileSync(join(folder, 'part.mjs'), text);
      const check = spawnSync(process.execPath, ['--check', join(folder, 'part.mjs')], { encoding: 'utf8' });
      if (check.status !== 0) fail(`${entry.file}, ${part}: ${check.stderr.slice(0, 600)}`);
    }
  }
}
console.log(`code: ${kits.length} kits parse, and no name in them is code`);

for (const entry of kits) {
  writeFileSync(join(folder, `${entry.file}.rules.yml`), entry.kit.prometheusRules);
}
const rules = spawnSync('promtool', ['check', 'rules', ...kits.map((k) => join(folder, `${k.file}.rules.yml`))],
  { encoding: 'utf8', maxBuffer: 1 << 26 });
if (rules.status !== 0) fail(`promtool: ${rules.stderr}`);
const found = rules.stdout.match(/SUCCESS: 2 rules found/g) ?? [];
if (found.length !== kits.length) fail(`promtool found two rules in ${found.length} of ${kits.length} files`);
writeFileSync(join(folder, 'alerts_test.yml'), readFileSync(new URL('alerts_test.yml', import.meta.url)));
writeFileSync(join(folder, 'rules.yml'), kits.find((k) => k.file === 'kit-event-listener.json').kit.prometheusRules);
const alerts = spawnSync('promtool', ['test', 'rules', join(folder, 'alerts_test.yml')], { encoding: 'utf8' });
if (alerts.status !== 0) fail(`alerts: ${alerts.stdout}${alerts.stderr}`);
console.log(`promtool: ${found.length} rule files, and alerts that come when they should`);

/** Parts that Datadog's client could not read as what they ought to be. */
function unread(value, path = '') {
  if (value === null || typeof value !== 'object') return [];
  const here = value.unparsedObject !== undefined || value._unparsed ? [path || '(all)'] : [];
  const extra = Object.keys(value.additionalProperties ?? {}).map((key) => `${path}.${key} is not known`);
  return [...here, ...extra, ...Object.entries(value).flatMap(([key, part]) => unread(part, `${path}.${key}`))];
}
for (const { file, kit } of kits) {
  for (const [type, value] of [['Monitor', kit.datadogMonitor], ['Dashboard', kit.datadogDashboard]]) {
    try {
      const problems = unread(ObjectSerializer.deserialize(value, type, ''));
      if (problems.length > 0) fail(`${file}, ${type}: ${problems}`);
    } catch (error) {
      fail(`${file}, ${type}: ${error.message}`);
    }
  }
  const { query, options, message } = kit.datadogMonitor;
  const threshold = query.match(/^change\(min\(last_1h\),last_1h\):avg:[a-z][a-z0-9_.]*\{name:[a-z0-9_./-]+\} by \{host\} > (\d+)$/);
  if (Number(threshold?.[1]) !== options.thresholds.critical) fail(`${file}: threshold of ${query}`);
  if (message.includes('@')) fail(`${file}: the message mentions somebody`); // "@all" would page people
}
console.log(`Datadog: ${kits.length} monitors and dashboards by its client's models`);

/** Stands for what a person watches: something with seven members, however the kind counts them. */
const subjects = {
  'event-listener': 7, 'map-growth': 7, 'set-growth': 7, 'array-growth': 7, 'object-growth': 7, 'module-cache': 7, 'pool': 7,
  'string': 7,
};
for (const { file, kind, kit } of kits) {
  client.register.clear();
  const path = join(folder, `${file}.metrics.mjs`);
  writeFileSync(path, kit.emit);
  const emitted = await import(pathToFileURL(path).href);
  let expected = (value) => value > 0;
  const kept = [];
  if (kind in subjects) {
    emitted.observe(() => 3);
    const stop = emitted.observe(() => 4);
    emitted.observe(() => 100)();
    expected = (value) => value === 7;
    assert.equal(typeof stop, 'function');
  } else if (kind === 'detached-dom') {
    emitted.report('7');
    emitted.report('not a number');
    expected = (value) => value === 7;
  } else if (kind === 'timer') {
    kept.push(setTimeout(() => {}, 60_000));
  } else if (kind !== 'buffer') {
    for (let i = 0; i < 7; i++) kept.push(emitted.track({ i }));
    emitted.track({ gone: true });
    for (let i = 0; i < 5; i++) {
      await turn();
      global.gc();
    }
    await pause(20);
    expected = (value) => value === 7;
  }
  const text = await client.register.metrics();
  const line = text.split('\n').find((l) => l.startsWith(`${kit.metric}{`));
  const value = Number(line?.slice(line.lastIndexOf(' ')));
  if (!expected(value)) fail(`${file}: ${kit.metric} is ${line}`);
  const labels = kit.prometheusRules.match(/min_over_time\((\w+\{name="[^"]*"\})/)[1];
  if (!line?.startsWith(labels)) fail(`${file}: the rule asks for ${labels}, the metric is ${line}`);
  const heap = Number(text.match(/^nodejs_heap_used_after_gc_bytes (\d+)$/m)?.[1]);
  if (!(heap > 1e6)) fail(`${file}: heap after collection ${heap}`);
  if (file === 'kit-unknown.json') {
    kept.push(new Array(5e6).fill(1.5)); // 40 MB that stay
    global.gc();
    await pause(50);
    const later = Number((await client.register.metrics()).match(/^nodejs_heap_used_after_gc_bytes (\d+)$/m)[1]);
    if (!(later - heap > 30e6)) fail(`the heap after collection went from ${heap} to ${later}`);
  }
  kept.forEach((timer) => kind === 'timer' && clearTimeout(timer));
}
console.log(`metrics: ${kits.length} modules run and expose their number`);
process.exit(failures === 0 ? 0 : 1);
