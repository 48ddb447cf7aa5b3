'use strict';
// What changes the hash table of the global object: variables that leak, and that go. The snapshots of one process may
// also differ in their options. globals.cjs PREFIX
const v8 = require('v8');
const store = [];
function work() {
  for (let i = 0; i < 100000; i += 1) store[i % 5000] = { i, f: () => i };
}
const steps = [
  () => {},
  () => {},
  () => { for (let i = 0; i < 400; i += 1) globalThis[`g${i}`] = i; },
  () => { for (let i = 0; i < 400; i += 1) delete globalThis[`g${i}`]; },
  () => { for (let i = 0; i < 20000; i += 1) globalThis[`k${i}`] = i; },
];
steps.forEach((step, s) => {
  work();
  step();
  v8.writeHeapSnapshot(`${process.argv[2]}-${s}.heapsnapshot`, { exposeInternals: s === 1 });
});
process.exit(0);
