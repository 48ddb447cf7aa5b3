// What must not happen to the program, to its machine, and to the files.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import {
  alive, answers, catchesSignal, check, checkLeak, folder, four, heapdiff, leak, listening, nodeOf, run, sleep, started, totals,
  verdict, versions,
} from './harness.mjs';

/** What fails, and with which code. */
export async function codes() {
  const code = async (what, wanted, words, detail) => {
    const got = await run(words);
    check(`code ${wanted}: ${what}`, got.code === wanted && (!detail || got.err.includes(detail)), `${got.code} ${got.err}`);
  };
  await code('nobody listens', 3, ['capture', 'localhost:9']);
  await code('no process', 3, ['capture', 'pid:999999999']);
  const sleeper = await started('sleep', ['600'], 200);
  await code('a process that the signal would end', 2, ['capture', `pid:${sleeper.pid}`]);
  check('that process lives', alive(sleeper));
  sleeper.kill('SIGKILL');
  await code('another machine', 2, ['capture', '192.0.2.1:9229'], '--allow-remote');
  await code('a token is not shown', 2, ['capture', 'wss://h:1/TOKEN']);
  await code('no such command', 2, ['capture', '--', '/no/such/program']);
  await code('a program that ends', 3, ['capture', '--', 'node', '-e', '1']);
  for (const version of versions) {
    await code(`${version} shows the last words of a program`, 3,
               ['capture', '--no-analyze', '--warm-up', '9s', '--out', folder(), '--', nodeOf(version), '-e',
                'setTimeout(() => { throw new Error("boom") }, 2000)'], 'Error: boom');
  }
  const program = await started(nodeOf('n20'), ['--inspect=127.0.0.1:9334', leak], listening);
  await code('no memory', 4, ['capture', 'localhost:9334', '--memory-limit', '60MB', '--out', folder()], 'limit of 60.0 MB');
  const gate = await run(['capture', 'localhost:9334', ...four, '--out', folder(), '--fail-on', 'leak']);
  check('code 1: a gate that fails', gate.code === 1 && verdict(gate.out).verdict === 'leak', `${gate.code} ${gate.err}`);
  program.kill('SIGKILL');
  const server = http.createServer((q, r) => r.end('<html>')).listen(9335);
  await sleep(50);
  await code('no inspector', 3, ['capture', 'localhost:9335']);
  server.close();
  const env = { ...process.env, HEAPDIFF_BEFORE_EACH: 'true' };
  let status = 0;
  try { execFileSync(heapdiff, ['capture', 'localhost:9'], { env, stdio: 'ignore' }); } catch (e) { status = e.status; }
  check('code 2: a command from the environment', status === 2);
}

/** A program that stands still for longer than --max-pause: it is left alone, goes on, and can be captured later. */
export async function pauses() {
  const program = await started(nodeOf('n20'), ['--inspect=127.0.0.1:9339', leak], listening);
  await sleep(1000);
  const out = folder();
  const got = await run(['capture', 'localhost:9339', '--max-pause', '20ms', '--out', out]);
  check('max-pause: 4', got.code === 4 && got.err.includes('--max-pause'), `${got.code} ${got.err}`);
  check('max-pause: no file', fs.readdirSync(out).length === 0);
  check('max-pause: it lives', alive(program));
  check('max-pause: it answers again', await eventually(() => answers(9339)));
  const later = await run(['capture', 'localhost:9339', '--count', '1', '--no-analyze', '--out', folder()]);
  check('max-pause: a later snapshot is taken', later.code === 0, later.err);
  program.kill('SIGKILL');
}

/** A process in namespaces of its own, as a container has them: through a forwarded port, and by its process id. */
export async function forwards() {
  const outer = await started('unshare', ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c',
    'ip link set lo up; exec "$0" "$@"', nodeOf('n20'), '--inspect=127.0.0.1:9229', leak], listening);
  if (!alive(outer)) return console.log('skip forwards: no namespaces can be made');
  await sleep(1000);
  const pid = Number(fs.readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8'));
  // What `kubectl port-forward` and `docker run -p 127.0.0.1:9229:9229` do: a local port whose connections end inside.
  const server = net.createServer((near) => {
    const inside = spawn('nsenter', ['-t', String(pid), '-n', process.execPath, '-e',
      `const s = require('net').connect(9229, '127.0.0.1'); process.stdin.pipe(s); s.pipe(process.stdout);`],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    near.pipe(inside.stdin);
    inside.stdout.pipe(near);
    inside.stdin.on('error', () => {});
    near.on('error', () => inside.kill());
    near.on('close', () => inside.kill());
    inside.on('close', () => near.destroy());
  }).listen(9342, '127.0.0.1');
  checkLeak('forwarded port', await run(['capture', 'localhost:9342', ...four, '--memory-limit', '4GB', '--out', folder()]));
  server.close();
  checkLeak('process of a container', await run(['capture', `pid:${pid}`, ...four, '--out', folder()]));
  check('its inspector is as it was', alive(outer));
  outer.kill('SIGKILL');
}

const isWhole = (file) => { try { return totals(file).nodeCount > 0; } catch { return false; } };

/** A relay in front of a port, whose connections break when asked to. */
function relay(port) {
  const open = new Set();
  const server = net.createServer((outer) => {
    const inner = net.connect(port, '127.0.0.1');
    for (const [from, to] of [[outer, inner], [inner, outer]]) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => { open.delete(from); to.destroy(); });
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  return { port: () => server.address().port, break: () => open.forEach((s) => s.destroy()), close: () => server.close() };
}

/** What is wrong with a folder after a capture that ended early. */
function judgeFolder(out, wrong) {
  const names = fs.existsSync(out) ? fs.readdirSync(out) : [];
  const snapshots = names.filter((n) => n.endsWith('.heapsnapshot.zst'));
  wrong.halves += snapshots.filter((n) => !isWhole(path.join(out, n))).length;
  let recorded = [];
  if (names.includes('capture.json')) {
    try { recorded = JSON.parse(fs.readFileSync(path.join(out, 'capture.json'))).snapshots; } catch { ++wrong.record; }
  }
  if (recorded.some((s) => !snapshots.includes(s.file))) ++wrong.record;
  return { snapshots, recorded };
}

/** Killed at random times: we, the target, its connection, and by the terminal. HEAPDIFF_KILL: only one of them. */
export async function kills(times = 100) {
  for (const who of (process.env.HEAPDIFF_KILL ?? 'SIGKILL target socket SIGINT').split(' ')) {
    const wrong = { halves: 0, dead: 0, open: 0, record: 0, code: 0 };
    let files = 0;
    for (let i = 0; i < times; ++i) {
      const inspector = who === 'socket' ? ['--inspect=127.0.0.1:0'] : [];  // a port is not free at once
      const program = await started(nodeOf('n20'), [...inspector, leak], who === 'socket' ? listening : catchesSignal);
      const port = Number(program.err.match(/ws:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? 9229);
      const between = who === 'socket' ? relay(port) : undefined;
      await sleep(100);
      const out = folder();
      const at = 50 + Math.random() * Number(process.env.HEAPDIFF_KILL_WITHIN ?? 6000);
      const target = between ? `localhost:${between.port()}` : `pid:${program.pid}`;
      const act = { target: () => program.kill('SIGKILL'), socket: () => between.break() }[who];
      const got = await run(['capture', target, '--count', '3', '--every', '300ms', '--no-analyze', '--out', out],
                            act ? { onStart: () => setTimeout(act, at) } : { killAfter: at, signal: who });
      const { snapshots, recorded } = judgeFolder(out, wrong);
      files += snapshots.length;
      if (who !== 'SIGKILL' && recorded.length !== snapshots.length) ++wrong.record;
      const expected = act ? [0, 3] : who === 'SIGINT' ? [0, 130] : [0, null];
      if (!expected.includes(got.code)) {
        ++wrong.code;
        console.log(`  ${who} after ${at.toFixed(0)} ms: ${got.code} ${got.err}`);
      }
      if (who === 'socket' && !(await eventually(() => answers(port)))) ++wrong.open;
      if ((who === 'SIGKILL' || who === 'SIGINT') && !(await eventually(async () => !(await answers(9229))))) ++wrong.open;
      if (who !== 'target' && !alive(program)) {
        ++wrong.dead;
        console.log(`  ${who} after ${at.toFixed(0)} ms: the program ended (${program.exitCode}, ${program.signalCode}): ${program.err.slice(-2000)}`);
      }
      program.kill('SIGKILL');
      if (between) { between.break(); between.close(); }
      fs.rmSync(out, { recursive: true, force: true });
    }
    const sum = Object.values(wrong).reduce((a, b) => a + b, 0);
    check(`killed (${who}) ${times} times, ${files} files: no half file, target alive, inspector as it was`, sum === 0,
          JSON.stringify(wrong));
  }
}

/** A snapshot that V8 has begun goes on to its end, and until then a program answers nobody. */
async function eventually(holds) {
  for (let k = 0; k < 300; ++k) {
    if (await holds()) return true;
    await sleep(100);
  }
  return false;
}

/**
 * A control group of 256 MB, which V8's snapshot of small objects or of many references exceeds by far: refused, and killed
 * where the refusal is overruled. Of texts and of rows of numbers it fits.
 */
export async function cgroup(times = 20) {
  const own = fs.readFileSync('/proc/self/cgroup', 'utf8').match(/:memory:(.*)/)?.[1];
  const group = own && `/sys/fs/cgroup/memory${own}/heapdiff-capture-test`;
  try { fs.mkdirSync(group); } catch { return console.log('skip cgroup: none can be made'); }
  const rows = "({ i, s: 'x' + i, rows: new Array(20).fill(i) })";
  const numbers = "({ i, s: 'x' + i, rows: new Array(200).fill(i) })";
  const references = "({ i, s: 'x' + i, rows: new Array(200).fill(kept) })";
  const texts = "('s' + i).padEnd(2000, 'abc').split('').join('')";
  try {
    fs.writeFileSync(`${group}/memory.limit_in_bytes`, '268435456');
    for (const [megabytes, what, item, wanted, runs, ...more] of [
      [200, 'rows', rows, 4, 3], [60, 'rows', rows, 4, 3], [60, 'rows', rows, 3, 3, '--force'], [60, 'texts', texts, 0, times],
      [60, 'rows of 200 numbers', numbers, 0, times], [60, 'rows of 200 references', references, 4, 3],
    ]) {
      let right = 0, killed = 0, last = '';
      for (let i = 0; i < runs; ++i) {
        const program = spawn('sh', ['-c', `echo $$ > ${group}/cgroup.procs; exec "$0" "$@"`, nodeOf('n20'), '-e',
          `const kept = globalThis.kept = []; while (process.memoryUsage().heapUsed < ${megabytes}e6)
             for (let i = 0; i < 1000; ++i) kept.push(${item});
           console.error('ready'); setInterval(() => {}, 1000)`], { stdio: ['ignore', 'ignore', 'pipe'] });
        program.err = '';
        program.stderr.on('data', (d) => (program.err += d));
        await eventually(() => program.err.includes('ready') || !alive(program));
        const got = await run(['capture', `pid:${program.pid}`, '--count', '1', '--no-analyze', '--out', folder(), ...more]);
        last = `${got.code} ${got.err}`;
        if (got.code === wanted && (wanted === 0 || got.err.includes('a snapshot of'))) ++right;
        await sleep(200);
        if (!alive(program)) ++killed;
        program.kill('SIGKILL');
        await sleep(200);
      }
      check(`cgroup: ${megabytes} MB of ${what} ${more} ends with ${wanted}, ${right} of ${runs} times, ${killed} killed`,
            right === runs && killed === (more.length ? runs : 0), last);
    }
  } finally {
    await sleep(500);
    try { fs.rmdirSync(group); } catch { /* a process is still in it */ }
  }
}
