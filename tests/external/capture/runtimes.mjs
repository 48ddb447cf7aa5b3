// Each runtime: a program that leaks, and one that does not.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
  alive, answers, catchesSignal, check, checkHealthy, checkLeak, folder, four, heapdiff, here, leak, listening, modules, nodeOf, run,
  sleep, started, verdict, versions, work,
} from './harness.mjs';
import { denoBinary, startChromium, startDeno, startWorkerd } from './programs.mjs';

/** Both programs, in two ways: the leaking one by its process id, the healthy one as a command. */
export async function nodes() {
  for (const version of versions) {
    const node = nodeOf(version);
    const running = await started(node, [leak], catchesSignal);
    await sleep(500);
    checkLeak(`${version} pid`, await run(['capture', `pid:${running.pid}`, '--out', folder(), ...four]));
    check(`${version} pid: lives, inspector closed`, alive(running) && !(await answers(9229)));
    running.kill('SIGKILL');
    checkHealthy(`${version} command`, await run(
      ['capture', ...four, '--out', folder(), '--warm-up', '1s', '--', node, leak, 'healthy']));
  }
}

/** The leaking program as a command, and the healthy one by its process id, without files. */
export async function commands() {
  for (const version of versions) {
    const node = nodeOf(version);
    checkLeak(`${version} command`, await run(
      ['capture', ...four, '--out', folder(), '--warm-up', '1s', '--', node, leak]));
    const running = await started(node, [leak, 'healthy'], catchesSignal);
    await sleep(500);
    const cwd = fs.mkdtempSync(path.join(work, 'empty-'));
    checkHealthy(`${version} pid, no files`, await run(['capture', `pid:${running.pid}`, '--no-files', ...four], { cwd }));
    check(`${version} no files: nothing on the disk`, fs.readdirSync(cwd).length === 0);
    running.kill('SIGKILL');
  }
}

/** node --heapsnapshot-signal. */
export async function signals() {
  const cwd = fs.mkdtempSync(path.join(work, 'signal-'));
  const child = spawn(nodeOf('n20'), ['--heapsnapshot-signal=SIGUSR2', leak], { cwd });
  await sleep(1500);
  checkLeak('signal', await run(['capture', `signal:${child.pid}`, '--out', folder(), ...four]));
  check('signal: files are collected', fs.readdirSync(cwd).length === 0);
  check('signal: it lives', alive(child));
  child.kill('SIGKILL');
}

/** Memory that grows outside of the heap. */
export async function native() {
  const program = await started(nodeOf('n20'), [path.join(here, 'native.mjs')], catchesSignal);
  const got = await run(['capture', `pid:${program.pid}`, '--out', folder(), '--count', '4', '--every', '5s', '--format', 'json']);
  const said = verdict(got.out);
  check('native: not in the JavaScript heap', said.verdict === 'inconclusive' &&
        said.headline.includes('Not in the JavaScript heap'), got.err + said.headline);
  program.kill('SIGKILL');
}

/** The commands of the README and of its page on captures, on a server that leaks: each ends in the line. */
export async function readme() {
  const root = path.join(here, '..', '..', '..');
  const section = (file, title) => fs.readFileSync(path.join(root, file), 'utf8').split(`\n## ${title}\n`)[1].split('\n## ')[0];
  const text = section('README.md', 'One command on a running process') + section('apps/docs/capture.md', 'From a running process');
  const commands = [...new Set([...text.matchAll(/^heapdiff capture .*?(?= +#|$)/gm)].map((m) => m[0]))];
  check(`README: has ${commands.length} commands`, commands.length >= 3);
  const cwd = fs.mkdtempSync(path.join(work, 'readme-'));
  fs.writeFileSync(path.join(cwd, 'server.js'), `const { EventEmitter } = require('events');
const bus = new EventEmitter().setMaxListeners(0);
function answer(q, r) {
  const rows = new Array(50).fill(q.url);
  bus.on('change', () => r.write(rows.length));
  r.end('ok');
}
require('http').createServer(answer).listen(3000);
if (process.env.OWN_LOAD) setInterval(() => { for (let k = 0; k < 50; ++k) answer({ url: '/' }, { end() {} }); }, 100);
`);
  fs.mkdirSync(path.join(cwd, 'bin'));
  fs.symlinkSync(heapdiff, path.join(cwd, 'bin', 'heapdiff'));
  const env = { ...process.env, PATH: `${path.join(cwd, 'bin')}:${path.dirname(nodeOf('n20'))}:${process.env.PATH}` };
  for (const command of commands) {
    if (command.includes('--before-each')) delete env.OWN_LOAD; else env.OWN_LOAD = '1';
    const own = command.includes(' -- ');
    const open = command.includes('localhost:9229') ? ['--inspect'] : [];
    const server = own ? undefined
      : await started(nodeOf('n20'), [...open, 'server.js'], open.length ? listening : catchesSignal, { cwd, env });
    await sleep(1000);
    let words = command.replace('4711', server?.pid);
    if (!command.includes('--before-each')) words = words.replace('heapdiff capture', `heapdiff capture --every ${four[3]}`);
    const said = await new Promise((done) => {
      const child = spawn('sh', ['-c', words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let [out, err] = ['', ''];
      child.stdout.on('data', (d) => (out += d));
      child.stderr.on('data', (d) => (err += d));
      child.on('close', (code) => done({ code, out, err }));
    });
    check(`README: ${command}`, said.code === 0 && said.out.startsWith('LEAK') && said.out.includes('server.js:5'),
          `${said.code} ${said.err} ${said.out.slice(0, 300)}`);
    server?.kill('SIGKILL');
    await sleep(500);
    for (const name of fs.readdirSync(cwd)) if (name.startsWith('heapdiff-')) fs.rmSync(path.join(cwd, name), { recursive: true });
  }
}

/** Allocation stacks and a sampling profile. */
export async function recorders() {
  for (const [option, evidence] of [['--track-allocations', 'allocation-trace'], ['--sampling', 'sampling-profile']]) {
    const out = folder();
    const got = await run(['capture', ...four, option, '--out', out, '--warm-up', '1s', '--', nodeOf('n20'), leak]);
    checkLeak(option, got);
    check(`${option}: is evidence`, JSON.stringify(verdict(got.out).suspects ?? []).includes(evidence));
    if (option === '--sampling') {
      check('--sampling: a .heapprofile', fs.readdirSync(out).filter((name) => name.endsWith('.heapprofile')).length === 1);
    }
  }
}

export async function deno() {
  if (!denoBinary) return console.log('skip deno: it is not installed');
  for (const [kind, port] of [['leak', 9336], ['healthy', 9337]]) {  // a port is not free at once
    const program = await startDeno(kind, port);
    await sleep(1000);
    const got = await run(['capture', `localhost:${port}`, '--out', folder(), ...four]);
    (kind === 'leak' ? checkLeak : checkHealthy)('deno', got);
    check('deno: it lives', alive(program), program.err);
    program.kill('SIGKILL');
  }
  checkLeak('deno command', await run(
    ['capture', ...four, '--out', folder(), '--warm-up', '1s', '--', denoBinary, 'run', '-A', leak]));
}

/** What is asked of a program that has only begun must not end it. */
export async function starts(times = 10) {
  const programs = versions.map((version) => [version, [nodeOf(version), leak]]);
  if (denoBinary) programs.push(['deno', [denoBinary, 'run', '-A', leak]]);
  for (const [name, command] of programs) {
    let right = 0;
    let last = '';
    for (let i = 0; i < times; ++i) {
      const got = await run(
        ['capture', '--count', '1', '--warm-up', '0s', '--no-analyze', '--out', folder(), '--', ...command]);
      if (got.code === 0) ++right;
      else last = `${got.code} ${got.err}`;
    }
    check(`${name}: ${right} of ${times} starts captured`, right === times, last);
  }
}

export async function bun() {
  const binary = path.join(modules, 'bun', 'bin', 'bun.exe');
  if (!fs.existsSync(binary)) return console.log('skip bun: it is not installed');
  const program = await started(binary, ['--inspect=127.0.0.1:9348/x', leak], (child) => child.err.includes('9348'));
  const got = await run(['capture', 'ws://127.0.0.1:9348/x', '--out', folder(), ...four]);
  check('bun: says what it cannot', got.code === 3 && got.err.includes('Bun'), `${got.code} ${got.err}`);
  check('bun: it lives', alive(program));
  program.kill('SIGKILL');
  const command = await run(['capture', ...four, '--out', folder(), '--', binary, leak]);
  check('bun command: says what it cannot', command.code === 3 && command.err.includes('Bun'), `${command.code} ${command.err}`);
}

export async function workerd() {
  for (const [kind, inspector] of [['leak', 9351], ['healthy', 9353]]) {
    const program = await startWorkerd(kind, inspector);
    if (!program) return console.log('skip workerd: it is not installed');
    const got = await run(['capture', `localhost:${inspector}`, '--out', folder(), ...four]);
    const said = verdict(got.out);
    check(`workerd: ${kind}`, said.verdict === (kind === 'leak' ? 'leak' : 'no-leak'), `${got.code} ${got.err} ${said.headline}`);
    const site = said.suspects?.[0]?.sites?.[0];
    if (kind === 'leak') {
      check('workerd: its line', site?.file?.endsWith('worker.mjs') && site?.line === 5, JSON.stringify(said.suspects?.[0]?.sites));
    }
    check('workerd: it lives', alive(program), program.err);
    program.end();
    await sleep(300);
  }
}

export async function chromium() {
  for (const kind of ['leak', 'healthy']) {
    const program = await startChromium(kind, 9338);
    if (!program) return console.log('skip chromium: it is not installed');
    const got = await run(['capture', 'localhost:9338', '--page', 'leaky', '--out', folder(), ...four]);
    const said = verdict(got.out);
    check(`chromium: ${kind}`, got.code === 0 && said.verdict === (kind === 'leak' ? 'leak' : 'no-leak'), got.err + said.headline);
    const site = said.suspects?.[0]?.sites?.[0];
    if (kind === 'leak') {
      check('chromium: its line', site?.file?.endsWith('page.html') && site?.line === 5, JSON.stringify(said.suspects?.[0]?.sites));
    }
    program.kill('SIGTERM');
    await sleep(1000);
  }
}
