'use strict';
// A worker thread is an isolate of its own: its ids and its parent's mean different objects. worker.cjs PREFIX
const { Worker } = require('worker_threads');
const v8 = require('v8');
const { createWriteStream } = require('fs');
const { once } = require('events');

const code = `const store = []; let n = 0;
require('worker_threads').parentPort.on('message', () => {
  for (let i = 0; i < 50000; i += 1) store[i % 5000] = { n: n++, list: [n], f: () => n };
  require('worker_threads').parentPort.postMessage('done');
});`;

async function main() {
  const worker = new Worker(code, { eval: true });
  for (let s = 0; s < 2; s += 1) {
    worker.postMessage('work');
    await once(worker, 'message');
    const out = createWriteStream(`${process.argv[2]}-${s}.heapsnapshot`);
    (await worker.getHeapSnapshot()).pipe(out);
    await once(out, 'finish');
  }
  v8.writeHeapSnapshot(`${process.argv[2]}-main.heapsnapshot`);
  process.exit(0);
}
main();
