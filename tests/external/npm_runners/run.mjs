// Installs the packed tarballs into projects, and runs each runner on each Node with the leaking and the fixed subject.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [work, ...wanted] = process.argv.slice(2);
const tarballs = readdirSync(join(work, 'packages')).map((name) => join(work, 'packages', name));
const npm = (folder, ...args) => execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
const testdata = join(here, '../../../testdata/snapshots');

// 1. An empty project: npx heapdiff works, and says what is missing where it is.
const empty = join(work, 'empty');
mkdirSync(empty);
writeFileSync(join(empty, 'package.json'), '{ "private": true }');
npm(empty, 'install', ...tarballs);
const series = readdirSync(join(testdata, 'bug-892-ci')).filter((name) => name.endsWith('.zst')).sort()
  .map((name) => join(testdata, 'bug-892-ci', name));
const began = performance.now();
const found = spawnSync('npx', ['heapdiff', ...series, '--no-source'], { cwd: empty, encoding: 'utf8' });
assert.equal(found.status, 0, found.stderr);
assert.match(found.stdout, /^LEAK/);
console.log(`empty project: the first answer of npx heapdiff after ${((performance.now() - began) / 1000).toFixed(1)} s`);
const gated = spawnSync('npx', ['heapdiff', ...series, '--no-source', '--fail-on', 'leak', '-q'], { cwd: empty, encoding: 'utf8' });
assert.equal(gated.status, 1, 'the launcher ends as the program does');
const launcher = join(empty, 'node_modules/heapdiff/bin/heapdiff.js');
const missing = spawnSync(process.execPath, [launcher, '--version'], { env: { ...process.env, HEAPDIFF_BINARY: '/nowhere' }, encoding: 'utf8' });
assert.equal(missing.status, 70);
assert.match(missing.stderr, /HEAPDIFF_BINARY names \/nowhere/);
const bare = join(work, 'bare');
mkdirSync(bare);
writeFileSync(join(bare, 'package.json'), '{ "private": true }');
npm(bare, 'install', '--omit=optional', tarballs.find((each) => /heapdiff-\d/.test(each)));
const absent = spawnSync('npx', ['heapdiff', '--version'], { cwd: bare, encoding: 'utf8' });
assert.equal(absent.status, 70);
assert.match(absent.stderr, /@heapdiff\/linux-x64 is not installed/);
const asserted = spawnSync(process.execPath, ['-e', "require('heapdiff/test').assertNoLeak(() => 1).then(() => process.exit(9), (e) => { console.error(e.message); process.exit(3); })"],
  { cwd: bare, encoding: 'utf8' });
assert.equal(asserted.status, 3, 'a missing program is an error, never a skip');
assert.match(asserted.stderr, /is not installed/);
console.log('empty project: npx works; a missing program is named');

// 2. Runners.
const project = join(work, 'project');
cpSync(join(here, 'project'), project, { recursive: true });
npm(project, 'ci');
npm(project, 'install', '--no-save', ...tarballs);
// Older majors for the versions of Node that the newest one no longer supports. Each lies in a folder of its own, because
// the adapter and the test import "vitest".
const olderVitest = Object.fromEntries(['vitest3', 'vitest4'].map((name) => {
  const folder = join(work, name);
  cpSync(join(here, name), folder, { recursive: true });
  for (const file of ['subject.cjs', 'body.cjs', 'vitest.test.mjs']) cpSync(join(project, file), join(folder, file));
  npm(folder, 'ci');
  npm(folder, 'install', '--no-save', ...tarballs);
  return [name, folder];
}));
const vitestFor = { 18: olderVitest.vitest3, 20: olderVitest.vitest4 };
const folderOf = (runner, version) => (runner === 'vitest' && vitestFor[version]) || project;
const packageOf = (runner, version) => (runner === 'mocha' && version === 18 ? 'mocha-11' : runner);
const versionOf = (folder, name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version.replace(/^v/, '');
const runners = {
  node: () => ['--test', 'node.spec.mjs'],
  jest: () => ['node_modules/jest/bin/jest.js', '--ci', 'jest.test.js'],
  vitest: () => ['node_modules/vitest/vitest.mjs', 'run', 'vitest.test.mjs'],
  mocha: (name) => [`node_modules/${name}/bin/mocha.js`, 'mocha.spec.cjs'],
};
// The line of subject.cjs that adds the listener.
const line = 1 + readFileSync(join(here, 'project/subject.cjs'), 'utf8').split('\n').findIndex((each) => each.includes("bus.on('invalidate', () =>"));
let failures = 0;
for (const [runner, command] of Object.entries(runners)) {
  for (const version of [18, 20, 22, 24]) {
    if (wanted.length > 0 && !wanted.includes(runner)) continue;
    const folder = folderOf(runner, version);
    const name = packageOf(runner, version);
    const called = runner === 'node' ? 'node --test' : `${runner} ${versionOf(folder, name)}`;
    const node = join(project, `node_modules/node-${version}/bin/node`);
    for (const subject of ['leaking', 'fixed']) {
      const ran = spawnSync(node, command(name), {
        cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26,
        env: { ...process.env, SUBJECT: subject, NO_COLOR: '1', HEAPDIFF_ARTIFACTS: join(work, 'artifacts') },
      });
      const text = ran.stdout + ran.stderr;
      const problems = [];
      if ((ran.status === 0) !== (subject === 'fixed')) problems.push(`exit ${ran.status}`);
      if (subject === 'leaking') {
        for (const [what, part] of [['the line', `subject.cjs:${line}`], ['the listener', /invalidate/], ['the budget', /its budget is 0\.00 MB/],
          ['what holds the object', /The object is not collected/], ['a folder', /Snapshots and report\.html/]]) {
          if (!(part instanceof RegExp ? part.test(text) : text.includes(part))) problems.push(`does not say ${what}`);
        }
        if (/a planted leak of .* was not seen/.test(text)) problems.push('the control failed');
      }
      failures += problems.length > 0 ? 1 : 0;
      console.log(`${called} on Node ${versionOf(project, `node-${version}`)}, ${subject}: ${problems.join('; ') || 'as expected'}`);
      if (problems.length > 0) console.log(text.slice(0, 20000));
    }
  }
}
process.exitCode = failures > 0 ? 1 : 0;
