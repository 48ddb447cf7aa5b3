// Runs assertNoLeak on healthy functions, in a process of their own: `run.mjs KIND...`, a line of JSON for each.
import { assertNoLeak } from 'heapdiff/test';
import { kinds } from './kinds.mjs';

for (const kind of process.argv.slice(2)) {
  const { fn, close } = await kinds[kind]();
  const start = performance.now();
  let line;
  try {
    const { verdict, snapshots, bytesPerOp } = await assertNoLeak(fn, { name: kind });
    line = { verdict, snapshots, bytesPerOp };
  } catch (error) {
    line = { verdict: error.verdict ?? 'error', message: error.message, artifacts: error.artifacts };
  }
  await close?.();
  console.log(JSON.stringify({ kind, node: process.version, seconds: (performance.now() - start) / 1000, ...line }));
}
