// Ten functions that keep nothing for good, and do what makes a heap move: each entry makes {fn, close}.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const nothing = () => new Writable({ write(chunk, encoding, done) { done(); } });

function cache() {
  const entries = new Map();
  return {
    fn(i) {
      const key = `user:${i % 977}`;
      entries.delete(key);
      entries.set(key, { key, at: i, payload: 'x'.repeat(40) + i });
      if (entries.size > 60) entries.delete(entries.keys().next().value);
    },
  };
}

function jit() {
  // Shapes and types change as it goes on, so that code is compiled, thrown away, and compiled again.
  const shapes = [(n) => ({ a: n }), (n) => ({ b: n, a: n }), (n) => ({ a: `${n}`, c: 1 }), (n) => ({ a: n / 3, d: {} })];
  const add = (o, n) => o.a + n;
  return {
    fn(i) {
      let sum = 0;
      for (let k = 0; k < 200; ++k) sum += Number(add(shapes[Math.floor(i / 400) % shapes.length](k), k)) || 0;
      return sum;
    },
  };
}

function pool() {
  const idle = [];
  let made = 0;
  const acquire = () => idle.pop() || { id: ++made, buffer: new Uint8Array(512), uses: 0 };
  return {
    async fn() {
      const connections = [acquire(), acquire(), acquire()];
      await null;
      for (const connection of connections) {
        connection.uses += 1;
        if (idle.length < 8) idle.push(connection);
      }
    },
  };
}

function timers() {
  return {
    fn(i) {
      const timer = setTimeout(() => i, 5000 + (i % 7));
      if (i % 3 === 0) setTimeout(() => i, 1);
      setImmediate(() => i);
      clearTimeout(timer);
    },
  };
}

const kLazy = ['node:readline', 'node:repl', 'node:cluster', 'node:dgram', 'node:tls', 'node:http2', 'node:inspector',
  'node:vm', 'node:wasi', 'node:querystring', 'node:punycode', 'node:string_decoder'];

function lazyRequire() {
  let loaded = 0;
  return {
    fn(i) {
      if (i % 350 === 349 && loaded < kLazy.length) require(kLazy[loaded++]);
      return require('node:path').join('a', String(i % 10));
    },
  };
}

function log() {
  const console = new Console({ stdout: nothing(), stderr: nothing() });
  return {
    fn(i) {
      console.log('request %d took %s', i, { ms: i % 13, route: `/items/${i % 50}` });
      if (i % 100 === 0) console.warn(new Error(`slow ${i % 5}`));
      console.table?.call(console, [[i, 'a']]);
    },
  };
}

async function fetching() {
  const server = createServer((request, response) => { response.end(JSON.stringify({ url: request.url, pad: 'y'.repeat(200) })); });
  server.keepAliveTimeout = 600_000;  // or a pause of the machine lets it close a connection that a request just takes
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const base = `http://127.0.0.1:${server.address().port}`;
  return {
    async fn(i) {
      const response = await fetch(`${base}/item/${i}`);
      if ((await response.json()).url !== `/item/${i}`) throw new Error('another answer');
    },
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections?.(); }),
  };
}

function streams() {
  return {
    async fn(i) {
      const upper = new Transform({ transform(chunk, encoding, done) { done(null, chunk.toString().toUpperCase()); } });
      const out = new PassThrough();
      const seen = [];
      out.on('data', (chunk) => seen.push(chunk.length));
      await pipeline(Readable.from(['a', `b${i}`, 'c'.repeat(64)]), upper, out);
      if (i % 50 === 0) gzipSync('z'.repeat(1000));
      return seen.length;
    },
  };
}

function events() {
  const bus = new EventEmitter();
  const long = new AbortController();
  return {
    fn(i) {
      const listener = () => i;
      bus.on('change', listener);
      bus.once(`reply:${i}`, listener);
      bus.emit(`reply:${i}`);
      bus.off('change', listener);
      const short = new AbortController();
      long.signal.addEventListener('abort', listener, { signal: short.signal });
      short.abort();
    },
  };
}

function promises() {
  const context = new AsyncLocalStorage();
  async function* numbers(n) { for (let k = 0; k < n; ++k) yield k; }
  return {
    fn: (i) => context.run({ request: i, user: `u${i}` }, async () => {
      let sum = 0;
      for await (const k of numbers(5)) sum += k;
      await Promise.race([Promise.resolve(sum), new Promise((resolve) => { setImmediate(resolve); })]);
      if (i % 200 === 0) await sleep(1);
      return Promise.allSettled([Promise.reject(new Error(`no ${i}`)), sum]);
    }),
  };
}

export const kinds = { cache, jit, pool, timers, lazyRequire, log, fetching, streams, events, promises };
