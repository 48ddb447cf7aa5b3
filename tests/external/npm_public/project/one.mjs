// One assertion on one version: `one.mjs NAME leaking|fixed`. Ends with 0, or with 1 and the reason.
import { assertNoLeak } from 'heapdiff/test';
import { channel } from 'node:diagnostics_channel';
import { createServer, Agent, get } from 'node:http';
import { createRequire } from 'node:module';
import { MessageChannel } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const [name, side] = process.argv.slice(2);
const load = (module, part = '') => require(`${module}-${side}${part}`);
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
async function serve(text) {
  const server = createServer((request, response) => response.end(text));
  server.keepAliveTimeout = 600_000;
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return `http://127.0.0.1:${server.address().port}/`;
}

// Each makes the operation, and what to wait for before a snapshot.
const subjects = {
  // Requests that share one long-lived signal leave nothing at it.
  async 'undici-fetch-signal'() {
    const { fetch } = load('undici');
    const url = await serve('x'.repeat(100));
    const { signal } = new AbortController();
    return { fn: async () => (await fetch(url, { signal })).text() };
  },
  // A name that nobody subscribes to can be forgotten. Leaks in Node 18.17, not in 22.
  async 'node-diagnostics-channel'() {
    return { fn: (i) => { channel(`orders:${i}`); } };
  },
  // A memoized answer that is too old can be forgotten.
  async 'mem-expiry'() {
    const remembered = load('mem')((query) => ({ query }), { maxAge: 2 });
    return { fn: (i) => remembered(`rate of ${i}`), settled: () => pause(50).then(() => { remembered('last'); }) };
  },
  // A callback that was called over a channel can be forgotten.
  async 'comlink-callback'() {
    const Comlink = load('comlink');
    const endpoint = load('comlink', '/dist/umd/node-adapter.js');
    const { port1, port2 } = new MessageChannel();
    Comlink.expose({ resize: async (photo, report) => { await report(photo); } }, endpoint(port1));
    const service = Comlink.wrap(endpoint(port2));
    return { fn: (i) => service.resize(i, Comlink.proxy(() => i)) };
  },
  // Requests over one connection leave no listener at it.
  async 'http-timer-socket'() {
    const timer = load('http-timer');
    const time = timer.default ?? timer;
    const url = await serve('ok');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return { fn: () => new Promise((done) => {
      time(get(url, { agent }, (response) => { response.resume(); response.on('end', () => setImmediate(done)); }));
    }) };
  },
  // A client that went silent can be forgotten.
  async 'rate-limiter-clients'() {
    const allow = load('limiter')({ interval: 20, maxInInterval: 3 });
    return { fn: (i) => allow(`10.0.${i >> 8}.${i & 255}`), settled: () => pause(80) };
  },
};

const { fn, settled } = await subjects[name]();
await assertNoLeak(fn, { iterations: 300, settled, name }).then(
  () => process.exit(0),
  (error) => { console.log(error.message); process.exit(1); },
);
