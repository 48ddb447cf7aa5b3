// One assertion on one version: `one.mjs NAME leaking|fixed`. Ends with 0, or with 1 and the reason.
import { assertNoLeak, expect } from 'heapdiff/test';
import { channel } from 'node:diagnostics_channel';
import { createServer, Agent, get } from 'node:http';
import { createRequire } from 'node:module';
import { createServer as listen } from 'node:net';
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

// Speaks as much of MongoDB's wire protocol as a driver needs to connect: every command is answered with ok.
async function serveMongo({ serialize, deserialize }) {
  const kHello = { ok: 1, isWritablePrimary: true, helloOk: true, minWireVersion: 0, maxWireVersion: 21,
    maxBsonObjectSize: 1 << 24, maxMessageSizeBytes: 48e6, maxWriteBatchSize: 1e5 };
  const kQuery = 2004;  // the first message of a driver, and its answer have a header of their own
  const answer = (message) => {
    const isQuery = message.readInt32LE(12) === kQuery;
    const command = deserialize(message.subarray(isQuery ? message.indexOf(0, 20) + 9 : 21));
    const body = serialize('hello' in command || 'ismaster' in command ? kHello : { ok: 1 });
    const head = Buffer.alloc(isQuery ? 36 : 21);
    head.writeInt32LE(head.length + body.length, 0);
    head.writeInt32LE(message.readInt32LE(4), 8);
    head.writeInt32LE(isQuery ? 1 : 2013, 12);
    if (isQuery) head.writeInt32LE(1, 32);
    return Buffer.concat([head, body]);
  };
  const server = listen((socket) => {
    let rest = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (part) => {
      rest = Buffer.concat([rest, part]);
      while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0));
        rest = rest.subarray(message.length);
        socket.write(answer(message));
      }
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return `mongodb://127.0.0.1:${server.address().port}/`;
}

// A subscription through a link that retries; returns what delivers data to it. It lives until the process ends.
const subscriptions = [];
function subscribeWithRetry() {
  const { RetryLink } = load('apollo', '/link/retry');
  const { ApolloLink, Observable, execute, gql } = load('apollo', '/core');
  let emit;
  const feed = new ApolloLink(() => new Observable((observer) => { emit = (data) => observer.next({ data }); }));
  execute(new RetryLink().concat(feed), { query: gql`subscription { price }` }).subscribe(() => {});
  subscriptions.push(emit);
  return emit;
}

// Each makes the operation, and what to wait for before a snapshot; or the reference of an object that has to be collected.
const subjects = {
  // A request that was made as an object leaves nothing behind.
  async 'undici-fetch-request'() {
    const { fetch, Request } = load('undici');
    const url = await serve('x'.repeat(100));
    // The performance timeline keeps the first 250 requests of a process. 300 operations grow less than what V8 compiles
    // in the meantime, so that they leave the judgement open.
    return { fn: async () => (await fetch(new Request(url))).text(), warmup: 300, iterations: 1000 };
  },
  // A name that nobody subscribes to can be forgotten. Leaks in Node 18.17, not in 22.
  async 'node-diagnostics-channel'() {
    return { fn: (i) => { channel(`orders:${i}`); } };
  },
  // Commands over one connection leave nothing at it.
  async 'mongodb-commands'() {
    const { MongoClient, BSON } = load('mongodb');
    const client = await new MongoClient(await serveMongo(BSON)).connect();
    return { fn: () => client.db('shop').command({ ping: 1 }) };
  },
  // A window that was closed can be collected.
  async 'jsdom-window'() {
    let dom = new (load('jsdom').JSDOM)('<p>page</p>');
    const ref = new WeakRef(dom.window);
    dom.window.close();
    dom = undefined;
    return { ref };
  },
  // What a subscription delivered can be collected.
  async 'apollo-retry-value'() {
    const emit = subscribeWithRetry();
    let price = { at: Date.now() };
    emit(price);
    const ref = new WeakRef(price);
    price = undefined;
    emit({ at: 0 });
    return { ref };
  },
  // The same, as a function that is called again and again.
  async 'apollo-retry-values'() {
    const emit = subscribeWithRetry();
    return { fn: (i) => emit({ at: i, text: `price ${i}` }) };
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

const { fn, ref, settled, warmup, iterations = 300 } = await subjects[name]();
await (ref ? expect(ref).toBeCollected() : assertNoLeak(fn, { iterations, warmup, settled, name })).then(
  () => process.exit(0),
  (error) => { console.log(error.message); process.exit(1); },
);
