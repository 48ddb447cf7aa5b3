// Leaks of 100 B per operation: `planted.mjs RUNS`, a line of JSON for each.
import { selfCheck } from 'heapdiff/test';

for (let run = 0; run < Number(process.argv[2]); ++run) {
  try {
    console.log(JSON.stringify(await selfCheck()));
  } catch (error) {
    console.log(JSON.stringify({ verdict: error.actual ?? 'error', message: error.message }));
  }
}
