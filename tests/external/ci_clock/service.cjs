// A service under test as a CI job drives it: OPS requests before each of five snapshots, at gaps drawn at random.
// usage: node --expose-gc service.cjs leaking|healthy FOLDER SEED
// Both fill a bounded cache, compile code as paths are taken, and answer requests over HTTP on loopback. The leaking one
// adds a listener for each request that nobody removes.
const http = require('node:http');
const v8 = require('node:v8');
const path = require('node:path');
const { EventEmitter } = require('node:events');

const [kind, folder, seedText] = process.argv.slice(2);
const OPS = 400;
const CACHE = 300;
const bus = new EventEmitter();
bus.setMaxListeners(0);
const cache = new Map();
const routes = Array.from({ length: 40 }, (_, i) => new Function('request', `return { route: ${i}, url: request.url, n: ${i} + 1 };`));

let served = 0;
const server = http.createServer((request, response) => {
  served += 1;
  const key = `user:${served % (2 * CACHE)}`;
  if (!cache.has(key)) cache.set(key, { key, at: served, profile: 'p'.repeat(64) + served });
  if (cache.size > CACHE) cache.delete(cache.keys().next().value);
  if (kind === 'leaking') {
    const entry = { key, listenerOf: served };
    bus.on('invalidate', () => cache.delete(entry.key));
  }
  response.end(JSON.stringify(routes[served % routes.length](request)));
});

let state = Number(seedText) * 2654435761 % 4294967296;
const random = () => { state = (state * 1664525 + 1013904223) % 4294967296; return state / 4294967296; };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const ask = (port) => new Promise((done, fail) => {
  http.get({ port, host: '127.0.0.1', agent, path: `/item/${Math.floor(random() * 1e6)}` }, (response) => {
    response.resume();
    response.on('end', done);
  }).on('error', fail);
});

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let i = 0; i < 2 * CACHE; ++i) await ask(port);  // warm-up, as the README advises
  for (let step = 1; step <= 5; ++step) {
    for (let i = 0; i < OPS; ++i) await ask(port);
    await sleep(3000 + random() * 17000);
    global.gc();
    v8.writeHeapSnapshot(path.join(folder, `snapshot-${step + 5}.heapsnapshot`));
  }
  agent.destroy();
  server.close();
});
