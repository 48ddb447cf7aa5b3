// Whether the files are what the runtime would write itself.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { answers, check, folder, heapdiff, leak, listening, nodeOf, run, sleep, started, totals, versions, work } from './harness.mjs';
import { denoBinary, startChromium, startDeno, startWorkerd } from './programs.mjs';

/** An idle program with a small heap: the snapshot through the inspector, and one that the program itself writes right after. */
export async function equality() {
  for (const version of versions) {
    const own = path.join(work, `own-${version}.heapsnapshot`);
    const program = await started(nodeOf(version), ['--inspect=127.0.0.1:9333', '-e',
      `globalThis.kept = Array.from({ length: 2e4 }, (_, i) => ({ i, s: 'x' + i }));
       process.on('SIGUSR2', () => {
         require('v8').writeHeapSnapshot(${JSON.stringify(own)}); require('fs').writeFileSync(${JSON.stringify(`${own}.done`)}, '');
       }); setInterval(() => {}, 1000)`], listening);
    await sleep(1000);
    const write = async () => {
      process.kill(program.pid, 'SIGUSR2');
      for (let i = 0; i < 3000 && !fs.existsSync(`${own}.done`); ++i) await sleep(100);
      fs.rmSync(`${own}.done`);
    };
    const out = folder();
    const got = await run(['capture', 'localhost:9333', '--count', '1', '--no-analyze', '--out', out]);
    await write();
    const ours = got.code === 0 ? totals(got.out.trim()) : {};
    const theirs = totals(own);
    const off = (a, b) => Math.abs(a / b - 1);
    const [nodes, bytes] = [off(ours.nodeCount, theirs.nodeCount), off(ours.selfSizeBytes, theirs.selfSizeBytes)];
    check(`${version} equals writeHeapSnapshot within 1 %: nodes ${(nodes * 100).toFixed(2)} %, bytes ${(bytes * 100).toFixed(2)} %`,
          nodes < 0.01 && bytes < 0.01,
          got.err + JSON.stringify([ours.nodeCount, theirs.nodeCount, ours.selfSizeBytes, theirs.selfSizeBytes]));
    check(`${version} files are private`, (fs.statSync(out).mode & 0o77) === 0 &&
          fs.readdirSync(out).every((name) => (fs.statSync(path.join(out, name)).mode & 0o77) === 0));
    check(`${version} an inspector that was open stays open`, await answers(9333));
    program.kill('SIGKILL');
  }
}

/** What DevTools' own worker says of a captured file, node by node, equals what heapdiff says. */
export async function devtools() {
  const peers = path.join(process.env.HEAPDIFF_SHARED ?? '', 'peers', 'run.sh');
  if (!fs.existsSync(peers)) return console.log('skip devtools: HEAPDIFF_SHARED/peers is not there');
  const env = { ...process.env, PEERS_DIR: process.env.PEERS_DIR ?? path.join(work, 'peers') };
  // In a folder without a file that has the name of a mode. Into a file: an answer is longer than a string of Node.js may be.
  const into = (file, command, words) => {
    const out = fs.openSync(file, 'w');
    try { execFileSync(command, words, { env, cwd: work, stdio: ['ignore', out, 'inherit'] }); } finally { fs.closeSync(out); }
  };
  const once = async (name, words) => {
    const got = await run(['capture', '--count', '1', '--no-analyze', '--out', folder(), ...words]);
    if (got.code !== 0) return check(`${name} equals DevTools`, false, `${got.code} ${got.err}`);
    const file = path.join(work, 'devtools.heapsnapshot');
    execFileSync('zstd', ['-q', '-d', '-f', got.out.trim(), '-o', file]);
    into(`${file}.theirs`, peers, ['oracle', 'dump', file]);
    into(`${file}.ours`, heapdiff, ['export', '--show-names', '-q', file]);
    let [equal, answer] = [true, ''];
    try {
      answer = execFileSync(peers, ['oracle', 'compare', `${file}.theirs`, `${file}.ours`], { env, cwd: work, encoding: 'utf8' });
    } catch (e) { [equal, answer] = [false, `${e.stdout}${e.message}`]; }
    check(`${name} equals DevTools: ${answer.trim().split('\n').at(-1).slice(0, 200)}`, equal, answer.slice(0, 2000));
  };
  for (const version of versions) await once(version, ['--warm-up', '1s', '--', nodeOf(version), leak]);
  if (denoBinary) await once('deno command', ['--warm-up', '1s', '--', denoBinary, 'run', '-A', leak]);
  for (const [name, program, words] of [
    ['deno', await startDeno('leak', 9354), ['localhost:9354']],
    ['workerd', await startWorkerd('leak', 9356), ['localhost:9356']],
    ['chromium', await startChromium('leak', 9357), ['localhost:9357', '--page', 'leaky']],
  ]) {
    if (!program) { console.log(`skip devtools of ${name}: it is not installed`); continue; }
    await once(name, words);
    if (program.end) program.end(); else program.kill('SIGTERM');
  }
}
