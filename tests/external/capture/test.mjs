// Usage: node test.mjs FOLDER [PART...]; the parts are below. Prints a line for each check; fails when one fails.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const heapdiff = process.env.HEAPDIFF_BINARY;
const [work, ...parts] = process.argv.slice(2);
const modules = path.join(process.env.HEAPDIFF_NODES, 'node_modules');
const versions = ['n14', 'n16', 'n18', 'n20', 'n22', 'n24', 'n26'].filter((v) => fs.existsSync(path.join(modules, v)));
const nodeOf = (version) => path.join(modules, version, 'bin', 'node');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

let failed = 0;
let folders = 0;
const folder = () => path.join(work, `capture-${++folders}`);
function check(what, held, detail = '') {
  if (!held) ++failed;
  console.log(`${held ? 'ok  ' : 'FAIL'} ${what}${held ? '' : ` ${detail}`}`);
}

/** Runs heapdiff to its end. */
function run(words, { killAfter, signal = 'SIGKILL' } = {}) {
  return new Promise((done) => {
    const child = spawn(heapdiff, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    if (killAfter !== undefined) setTimeout(() => child.kill(signal), killAfter);
    child.on('close', (code) => done({ code, out, err }));
  });
}

async function started(binary, words, ready = 700) {
  const child = spawn(binary, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.err = '';
  child.stderr.on('data', (d) => (child.err += d));
  await sleep(ready);
  return child;
}

const alive = (child) => child.exitCode === null && child.signalCode === null;
const answers = (port, at = '/json/version') =>
  new Promise((done) => {
    http.get({ host: '127.0.0.1', port, path: at, timeout: 2000 }, (r) => done(r.resume() && true))
      .on('error', () => done(false));
  });
const verdict = (out) => { try { return JSON.parse(out); } catch { return { verdict: 'no JSON' }; } };
const totals = (file) => {
  const facts = JSON.parse(execFileSync(heapdiff, ['summary', file, '--format', 'json'], { maxBuffer: 1 << 28 }));
  return facts.inputs[0];
};
const short = ['--count', '4', '--every', '1s', '--format', 'json'];

const all = {
  /** The three ways to a program of each version: a leak with its line, and a healthy one. */
  async nodes() {
    for (const version of versions) {
      const node = nodeOf(version);
      const leak = path.join(here, 'leak.mjs');
      const running = await started(node, [leak]);
      const byPid = await run(['capture', `pid:${running.pid}`, '--out', folder(), ...short]);
      const said = verdict(byPid.out);
      const site = said.suspects?.[0]?.sites?.[0];
      check(`${version} pid: leak`, byPid.code === 0 && said.verdict === 'leak', byPid.err + said.headline);
      check(`${version} pid: its line`, site?.file?.endsWith('leak.mjs') && site?.line === 11, JSON.stringify(site));
      check(`${version} pid: lives, inspector closed`, alive(running) && !(await answers(9229)));
      running.kill('SIGKILL');
      const byCommand = await run(['capture', ...short, '--out', folder(), '--warm-up', '1s', '--', node, leak, 'healthy']);
      check(`${version} command: healthy`, byCommand.code === 0 && verdict(byCommand.out).verdict === 'no-leak',
            byCommand.err + verdict(byCommand.out).headline);
    }
  },
  /** An idle program: the snapshot through the inspector, and one that the program itself writes right after. */
  async equality() {
    for (const version of versions) {
      const own = path.join(work, `own-${version}.heapsnapshot`);
      const program = await started(nodeOf(version), ['--inspect=127.0.0.1:9333', '-e',
        `globalThis.kept = Array.from({ length: 2e4 }, (_, i) => ({ i, s: 'x' + i }));
         process.on('SIGUSR2', () => require('v8').writeHeapSnapshot(${JSON.stringify(own)})); setInterval(() => {}, 1000)`]);
      const out = folder();
      const got = await run(['capture', 'localhost:9333', '--count', '1', '--no-analyze', '--out', out]);
      process.kill(program.pid, 'SIGUSR2');
      await sleep(2500);
      const ours = got.code === 0 ? totals(got.out.trim()) : {};
      const theirs = totals(own);
      const off = (a, b) => Math.abs(a / b - 1);
      check(`${version} equals writeHeapSnapshot within 1 %`,
            off(ours.nodeCount, theirs.nodeCount) < 0.01 && off(ours.selfSizeBytes, theirs.selfSizeBytes) < 0.01,
            got.err + JSON.stringify([ours.nodeCount, theirs.nodeCount, ours.selfSizeBytes, theirs.selfSizeBytes]));
      check(`${version} files are private`, (fs.statSync(out).mode & 0o77) === 0 &&
            fs.readdirSync(out).every((name) => (fs.statSync(path.join(out, name)).mode & 0o77) === 0));
      check(`${version} an inspector that was open stays open`, await answers(9333));
      program.kill('SIGKILL');
    }
  },
  /** node --heapsnapshot-signal. */
  async signals() {
    const cwd = fs.mkdtempSync(path.join(work, 'signal-'));
    const child = spawn(nodeOf('n20'), ['--heapsnapshot-signal=SIGUSR2', path.join(here, 'leak.mjs')], { cwd });
    await sleep(700);
    const got = await run(['capture', `signal:${child.pid}`, '--out', folder(), ...short]);
    check('signal: leak', got.code === 0 && verdict(got.out).verdict === 'leak', got.err);
    check('signal: files are collected', fs.readdirSync(cwd).length === 0);
    check('signal: it lives', alive(child));
    child.kill('SIGKILL');
  },
  /** Memory that grows outside of the heap. */
  async native() {
    const program = await started(nodeOf('n20'), [path.join(here, 'native.mjs')]);
    const got = await run(['capture', `pid:${program.pid}`, '--out', folder(), '--count', '4', '--every', '3s', '--format', 'json']);
    const said = verdict(got.out);
    check('native: not in the JavaScript heap', said.verdict === 'inconclusive' &&
          said.headline.includes('Not in the JavaScript heap'), got.err + said.headline);
    program.kill('SIGKILL');
  },
  /** What fails, and with which code. */
  async codes() {
    const code = async (what, wanted, words, detail) => {
      const got = await run(words);
      check(`code ${wanted}: ${what}`, got.code === wanted && (!detail || got.err.includes(detail)), `${got.code} ${got.err}`);
    };
    await code('nobody listens', 3, ['capture', 'localhost:9']);
    await code('no process', 3, ['capture', 'pid:999999999']);
    await code('a shell is not signalled', 2, ['capture', `pid:${process.ppid}`]);
    await code('another machine', 2, ['capture', '192.0.2.1:9229'], '--allow-remote');
    await code('a token is not shown', 2, ['capture', 'wss://h:1/TOKEN']);
    await code('no such command', 2, ['capture', '--', '/no/such/program']);
    await code('a program that ends', 3, ['capture', '--', 'node', '-e', '1']);
    const program = await started(nodeOf('n20'), ['--inspect=127.0.0.1:9334', path.join(here, 'leak.mjs')]);
    await code('no memory', 4, ['capture', 'localhost:9334', '--memory-limit', '60MB', '--out', folder()], 'limit of 60 MB');
    await code('a pause that is too long', 4, ['capture', 'localhost:9334', '--max-pause', '1ms', '--out', folder()], '--max-pause');
    await sleep(1500);
    check('max-pause: it lives', alive(program) && await answers(9334));
    program.kill('SIGKILL');
    const server = http.createServer((q, r) => r.end('<html>')).listen(9335);
    await sleep(50);
    await code('no inspector', 3, ['capture', 'localhost:9335']);
    server.close();
    const env = { ...process.env, HEAPDIFF_BEFORE_EACH: 'true' };
    let status = 0;
    try { execFileSync(heapdiff, ['capture', 'localhost:9'], { env, stdio: 'ignore' }); } catch (e) { status = e.status; }
    check('code 2: a command from the environment', status === 2);
  },
  /** Killed at random times: we, the target, and by the terminal. */
  async kills(times = 30) {
    for (const who of ['SIGKILL', 'target', 'SIGINT']) {
      let halves = 0, dead = 0, open = 0, unreadable = 0;
      for (let i = 0; i < times; ++i) {
        const program = await started(nodeOf('n20'), [path.join(here, 'leak.mjs')], 400);
        const out = folder();
        const at = 50 + Math.random() * 2500;
        const words = ['capture', `pid:${program.pid}`, '--count', '3', '--every', '500ms', '--no-analyze', '--out', out];
        if (who === 'target') setTimeout(() => program.kill('SIGKILL'), at);
        await run(words, who === 'target' ? {} : { killAfter: at, signal: who });
        await sleep(who === 'SIGKILL' ? 1500 : 100);
        const files = fs.existsSync(out) ? fs.readdirSync(out).filter((n) => n.endsWith('.heapsnapshot.zst')) : [];
        for (const file of files) {
          try { totals(path.join(out, file)); } catch { ++halves; }
        }
        const record = path.join(out, 'capture.json');
        if (fs.existsSync(record)) {
          try { if (JSON.parse(fs.readFileSync(record)).snapshots.length > files.length) ++unreadable; } catch { ++unreadable; }
        }
        if (who !== 'target') {
          if (!alive(program)) ++dead;
          if (await answers(9229)) ++open;
        }
        program.kill('SIGKILL');
      }
      check(`killed (${who}) ${times} times: no half file, target alive, inspector closed`,
            halves + dead + open + unreadable === 0, JSON.stringify({ halves, dead, open, unreadable }));
    }
  },
  async deno() {
    const deno = path.join(modules, '@deno', 'linux-x64-glibc', 'deno');
    if (!fs.existsSync(deno)) return;
    for (const kind of ['leak', 'healthy']) {
      const program = await started(deno, ['run', '--inspect=127.0.0.1:9336', '-A', path.join(here, 'leak.mjs'), kind], 1500);
      const got = await run(['capture', 'localhost:9336', '--out', folder(), ...short]);
      check(`deno: ${kind}`, verdict(got.out).verdict === (kind === 'leak' ? 'leak' : 'no-leak'), got.err + verdict(got.out).headline);
      check('deno: it lives', alive(program));
      program.kill('SIGKILL');
    }
  },
  async bun() {
    const bun = path.join(modules, '@oven', 'bun-linux-x64', 'bin', 'bun');
    if (!fs.existsSync(bun)) return;
    const program = await started(bun, ['--inspect=127.0.0.1:9337/x', path.join(here, 'leak.mjs')], 1000);
    const got = await run(['capture', 'ws://127.0.0.1:9337/x', '--out', folder(), ...short]);
    check('bun: says what it cannot', got.code === 3 && got.err.includes('Bun'), `${got.code} ${got.err}`);
    program.kill('SIGKILL');
  },
  async chromium() {
    let browser;
    try { browser = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(); } catch { return; }
    const page = path.join(work, 'page.html');
    fs.writeFileSync(page, `<title>leaky page</title><script>
      const kept = []; function keep(i) { kept.push({ i, text: 'row ' + i, rows: new Array(50).fill(i) }); }
      let n = 0; if (location.hash !== '#healthy') setInterval(() => { for (let k = 0; k < 200; ++k) keep(++n); }, 50);
    </script>`);
    for (const kind of ['leak', 'healthy']) {
      const program = await started(browser, ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=9338',
        `--user-data-dir=${path.join(work, 'profile-' + kind)}`, `file://${page}#${kind}`], 6000);
      const got = await run(['capture', 'localhost:9338', '--page', 'leaky', '--out', folder(), ...short]);
      check(`chromium: ${kind}`, verdict(got.out).verdict === (kind === 'leak' ? 'leak' : 'no-leak'), got.err + verdict(got.out).headline);
      program.kill('SIGTERM');
      await sleep(500);
    }
  },
  /** A control group of 256 MB: refused at 200 MB of heap, done at 60 MB, and nobody is killed. */
  async cgroup(times = 20) {
    const own = fs.readFileSync('/proc/self/cgroup', 'utf8').match(/:memory:(.*)/)?.[1];
    const group = own && `/sys/fs/cgroup/memory${own}/heapdiff-capture-test`;
    try { fs.mkdirSync(group); } catch { return console.log('skip cgroup: none can be made'); }
    try {
      fs.writeFileSync(`${group}/memory.limit_in_bytes`, '268435456');
      for (const [megabytes, wanted, runs] of [[200, 4, 3], [60, 0, times]]) {
        let right = 0, killed = 0, last = '';
        for (let i = 0; i < runs; ++i) {
          const program = spawn('sh', ['-c', `echo $$ > ${group}/cgroup.procs; exec "$0" "$@"`, nodeOf('n20'), '-e',
            `const kept = globalThis.kept = []; while (process.memoryUsage().heapUsed < ${megabytes}e6)
               for (let i = 0; i < 1000; ++i) kept.push({ i, s: 'x' + i, rows: new Array(20).fill(i) });
             setInterval(() => {}, 1000)`]);
          await sleep(megabytes > 100 ? 4000 : 2000);
          const got = await run(['capture', `pid:${program.pid}`, '--count', '1', '--no-analyze', '--out', folder()]);
          last = got.err;
          if (got.code === wanted) ++right;
          await sleep(100);
          if (!alive(program)) ++killed;
          program.kill('SIGKILL');
        }
        check(`cgroup: ${megabytes} MB ends with ${wanted}, ${runs} times`, right === runs && killed === 0, `${right} right, ${killed} killed; ${last}`);
      }
    } finally {
      await sleep(300);
      try { fs.rmdirSync(group); } catch { /* a process is still in it */ }
    }
  },
};

for (const part of parts.length ? parts : Object.keys(all)) {
  const [name, number] = part.split('=');
  await all[name](number && Number(number));
}
console.log(failed ? `${failed} failed` : 'all held');
process.exit(failed ? 1 : 0);
