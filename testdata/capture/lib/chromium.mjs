// Drives a page in a headless Chromium over a DevTools pipe and takes its heap snapshots.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';

/** The DevTools protocol over file descriptors 3 and 4: messages are JSON, ended by a zero byte. */
class Pipe {
  #next = 1;
  #waiting = new Map();
  #rest = [];
  onEvent = () => {};

  constructor(child) {
    this.out = child.stdio[3];
    child.stdio[4].on('data', (data) => this.#read(data));
    child.on('exit', (code) => {
      for (const { fail } of this.#waiting.values()) fail(new Error(`chromium ended with ${code}`));
    });
  }

  #read(data) {
    let from = 0;
    for (let at = data.indexOf(0); at >= 0; at = data.indexOf(0, from)) {
      this.#rest.push(data.subarray(from, at));
      this.#receive(JSON.parse(Buffer.concat(this.#rest).toString('utf8')));
      this.#rest = [];
      from = at + 1;
    }
    this.#rest.push(data.subarray(from));
  }

  #receive(message) {
    if (!message.id) return this.onEvent(message);
    const { ok, fail } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    return message.error ? fail(new Error(message.error.message)) : ok(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    this.out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((ok, fail) => this.#waiting.set(id, { ok, fail }));
  }
}

/** `plan` as for driver.cjs. The page defines iterate(i). Returns {version, iterations}. */
export async function drivePage(plan, folder, page, program) {
  const profile = mkdtempSync(join(tmpdir(), 'profile-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-extensions', '--no-first-run', '--lang=en'];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
    env: { HOME: profile, PATH: '/usr/bin:/bin' },
  });
  try {
    const pipe = new Pipe(child);
    const version = (await pipe.send('Browser.getVersion')).product.split('/')[1];
    const { targetId } = await pipe.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
    const call = (method, params) => pipe.send(method, params, sessionId);
    let loaded = () => {};
    let chunk = () => {};
    pipe.onEvent = ({ method, params }) => {
      if (method === 'Page.loadEventFired') loaded();
      if (method === 'HeapProfiler.addHeapSnapshotChunk') chunk(params.chunk);
    };
    await call('Page.enable');
    await call('HeapProfiler.enable');
    const load = new Promise((ok) => (loaded = ok));
    await call('Page.navigate', { url: pathToFileURL(join(folder, page)).href });
    await load;
    let done = 0;
    const drive = async (count) => {
      const expression = `for (let i = ${done}; i < ${done + count}; i += 1) iterate(i);`;
      const { exceptionDetails } = await call('Runtime.evaluate', { expression, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      done += count;
    };
    await drive(plan.warmup);
    const iterations = [];
    for (const [k, file] of plan.files.entries()) {
      if (k > 0) await drive(plan.steps[k - 1]);
      await new Promise((ok) => setTimeout(ok, 300));
      for (let i = 0; i < 3; i += 1) await call('HeapProfiler.collectGarbage');
      const out = createWriteStream(join(folder, file));
      chunk = (text) => out.write(text);
      await call('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
      out.end();
      await finished(out);
      iterations.push(done);
    }
    return { version, iterations };
  } finally {
    const gone = new Promise((ok) => child.on('exit', ok));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
