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

/** Runs a command; what it wrote, and its CPU seconds and most memory. `begins` is called once, when it has written that text. */
function timed(words, text, begins) {
  return new Promise((done) => {
    const child = spawn('/usr/bin/time', ['-f', 'cost %U %S %M', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '', begun = false;
    const look = () => {
      if (!begun && (out + err).includes(text)) {
        begun = true;
        begins();
      }
    };
    child.stdout.on('data', (d) => { out += d; look(); });
    child.stderr.on('data', (d) => { err += d; look(); });
    child.on('close', (code) => {
      const [user, system, kilobytes] = err.match(/cost (.*)/)[1].split(' ').map(Number);
      done({ code, out, err, cpu: user + system, kilobytes });
    });
  });
}

/** Seconds until a file in the folder has bytes, as they are looked for until `over()`. */
async function firstBytes(out, over) {
  const began = performance.now();
  while (!over()) {
    const has = fs.existsSync(out) && fs.readdirSync(out).some((name) => {
      try { return name.includes('heapsnapshot') && fs.statSync(path.join(out, name)).size > 0; } catch { return false; }
    });
    if (has) break;
    await sleep(20);
  }
  return (performance.now() - began) / 1000;
}

/**
 * A heap of so many megabytes, and pairs of snapshots of it after one that is not counted: ours, and a client's that
 * discards the chunks. Ours counts the objects of a heap whose worst case may not fit, before the snapshot: that has a
 * column of its own. It begins no pair after 270 seconds, so that it ends within 6 minutes.
 */
export async function throughput(pairs = 3) {
  const last = performance.now() + 270_000;
  const megabytes = Number(process.env.HEAPDIFF_HEAP_MB ?? 1000);
  const program = await started(nodeOf('n20'), ['--max-old-space-size=8000', '--inspect=127.0.0.1:0', '-e',
    `const kept = globalThis.kept = []; while (process.memoryUsage().heapUsed < ${megabytes}e6)
       for (let k = 0; k < 1000; ++k) kept.push({ k, s: 'x' + kept.length, rows: new Array(200).fill(k) });
     console.error('ready'); setInterval(() => {}, 1000)`], (child) => child.err.includes('ready'));
  const url = program.err.match(/ws:\S+/)[0];
  /** What both have: the time and the target's CPU before the snapshot and of it. */
  const measured = async (words, text, begins = () => {}) => {
    const [start, cpuAtStart] = [performance.now(), cpuOf(program.pid)];
    let begun = start, cpuBegun = cpuAtStart;
    const got = await timed(words, text, () => {
      [begun, cpuBegun] = [performance.now(), cpuOf(program.pid)];
      begins();
    });
    const [end, cpuAtEnd] = [performance.now(), cpuOf(program.pid)];
    return { ...got, before: (begun - start) / 1000, whole: (end - start) / 1000, targetBefore: cpuBegun - cpuAtStart,
             target: cpuAtEnd - cpuBegun };
  };
  const bare = async () => {
    const got = await measured([process.execPath, '--experimental-websocket', '--no-warnings', path.join(here, 'discard.mjs'), url], 'begins');
    const [bytes, seconds, building] = got.out.split('\n')[1].split(' ').map(Number);
    return { who: 'bare', ...got, bytes, seconds, building };
  };
  const ours = async () => {
    const out = folder();
    let over = false, first;
    const got = await measured([heapdiff, 'capture', url, '--count', '1', '--no-analyze', '--out', out], 'stands still',
                               () => { first = firstBytes(out, () => over); });
    over = true;
    const said = got.code === 0 ? JSON.parse(fs.readFileSync(path.join(out, 'capture.json'))).snapshots[0] : {};
    fs.rmSync(out, { recursive: true, force: true });
    return { who: 'ours', ...got, bytes: said.bytes, seconds: said.pauseSeconds, building: await first };
  };
  await bare();
  const all = [];
  for (let i = 0; i < pairs && performance.now() < last; ++i) {
    for (const take of i % 2 ? [ours, bare] : [bare, ours]) {
      await sleep(500);
      const got = { ...(await take()) };
      got.transfer = got.seconds - got.building;
      all.push(got);
      const s = (what) => got[what]?.toFixed(1);
      console.log(`     ${got.who}: ${(got.bytes / 1e6).toFixed(1)} MB; before ${s('before')} s, snapshot ${s('seconds')} s (until the first bytes ` +
                  `${s('building')}, the rest ${s('transfer')}), whole ${s('whole')} s; CPU of the target ${s('targetBefore')} and ${s('target')} s, ` +
                  `of the client ${s('cpu')} s; ${(got.kilobytes / 1000).toFixed(0)} MB`);
    }
  }
  const median = (who, what) => {
    const sorted = all.filter((x) => x.who === who).map((x) => x[what]).sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  };
  const ratio = (what) => (median('bare', what) / median('ours', what)).toFixed(2);
  console.log(`     medians of ${all.length / 2} pairs, bare to ours: snapshot ${ratio('seconds')}, until the first bytes ${ratio('building')}, ` +
              `whole ${ratio('whole')}; CPU of the target for the snapshot ${ratio('target')}, of the clients ${ratio('cpu')}`);
  const most = Math.max(...all.filter((x) => x.who === 'ours').map((x) => x.kilobytes));
  check(`a heap of ${megabytes} MB is saved with ${(most / 1000).toFixed(0)} MB`, most <= kMostSavingKb && all.every((x) => x.code === 0),
        all.map((x) => x.err).join(''));
  program.kill('SIGKILL');
}
