// What an assertion costs a test whose process has a heap of 20 MB.
import { assertNoLeak } from 'heapdiff/test';

const heap = Array.from({ length: 96_000 }, (_, i) => ({ id: i, name: `row ${i}`, tags: [i % 7] }));
const used = process.memoryUsage().heapUsed / 1e6;
const cpu = process.cpuUsage();
const start = performance.now();
const { snapshots } = await assertNoLeak((i) => heap[i % heap.length].name.length);
const { user, system } = process.cpuUsage(cpu);
console.log(`cost on a heap of ${used.toFixed(0)} MB: ${((performance.now() - start) / 1000).toFixed(1)} s, `
  + `${((user + system) / 1e6).toFixed(1)} s of it CPU of this process, ${snapshots} snapshots`);
