// What a snapshot of a large heap costs: heapdiff, and a client that discards the chunks, in turn. Prints figures.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { check, folder, heapdiff, here, listening, nodeOf, sleep, started } from './harness.mjs';

const kMostSavingKb = 64_000;

/** CPU seconds of a process so far. */
function cpuOf(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Runs a command; what it wrote, and its CPU seconds and most memory. */
function timed(words) {
  return new Promise((done) => {
    const child = spawn('/usr/bin/time', ['-f', 'cost %U %S %M', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    child.on('close', (code) => {
      const [user, system, kilobytes] = err.match(/cost (.*)/)[1].split(' ').map(Number);
      done({ code, out, err, cpu: user + system, kilobytes });
    });
  });
}

/** A heap of so many megabytes, and pairs of snapshots of it after one that is not counted. */
export async function throughput(pairs = 3) {
  const megabytes = Number(process.env.HEAPDIFF_HEAP_MB ?? 1000);
  const program = await started(nodeOf('n20'), ['--max-old-space-size=8000', '--inspect=127.0.0.1:0', '-e',
    `const kept = globalThis.kept = []; while (process.memoryUsage().heapUsed < ${megabytes}e6)
       for (let k = 0; k < 1000; ++k) kept.push({ k, s: 'x' + kept.length, rows: new Array(200).fill(k) });
     console.error('ready'); setInterval(() => {}, 1000)`], (child) => child.err.includes('ready'));
  const url = program.err.match(/ws:\S+/)[0];
  const bare = async () => {
    const before = cpuOf(program.pid);
    const got = await timed([process.execPath, '--experimental-websocket', '--no-warnings', path.join(here, 'discard.mjs'), url]);
    const [bytes, seconds] = got.out.split(' ').map(Number);
    return { who: 'bare', bytes, seconds, ...got, target: cpuOf(program.pid) - before };
  };
  const ours = async () => {
    const out = folder();
    const before = cpuOf(program.pid);
    const got = await timed([heapdiff, 'capture', url, '--count', '1', '--no-analyze', '--out', out]);
    const target = cpuOf(program.pid) - before;
    const said = got.code === 0 ? JSON.parse(fs.readFileSync(path.join(out, 'capture.json'))).snapshots[0] : {};
    fs.rmSync(out, { recursive: true, force: true });
    return { who: 'ours', bytes: said.bytes, seconds: said.pauseSeconds, ...got, target };
  };
  await bare();
  const all = [];
  for (let i = 0; i < pairs; ++i) {
    for (const take of i % 2 ? [ours, bare] : [bare, ours]) {
      await sleep(500);
      const got = await take();
      all.push(got);
      console.log(`     ${got.who}: ${(got.bytes / 1e6).toFixed(1)} MB in ${got.seconds.toFixed(1)} s, client ${got.cpu.toFixed(1)} CPU s and ` +
                  `${(got.kilobytes / 1000).toFixed(0)} MB, target ${got.target.toFixed(1)} CPU s`);
    }
  }
  const median = (who, what) => all.filter((x) => x.who === who).map((x) => x[what]).sort((a, b) => a - b)[pairs >> 1];
  const most = Math.max(...all.filter((x) => x.who === 'ours').map((x) => x.kilobytes));
  console.log(`     throughput of ours to bare ${(median('bare', 'seconds') / median('ours', 'seconds')).toFixed(2)}, CPU of the target ` +
              `${(median('ours', 'target') / median('bare', 'target')).toFixed(2)}, of the client ${(median('ours', 'cpu') / median('bare', 'cpu')).toFixed(2)}`);
  check(`a heap of ${megabytes} MB is saved with ${(most / 1000).toFixed(0)} MB`, most <= kMostSavingKb && all.every((x) => x.code === 0),
        all.map((x) => x.err).join(''));
  program.kill('SIGKILL');
}
