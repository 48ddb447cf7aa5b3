// Grows outside of its own JavaScript heap alone: a worker thread keeps more and more.
import { Worker } from 'node:worker_threads';

new Worker(`const kept = []; setInterval(() => {
  for (let k = 0; k < 400; ++k) kept.push(new Array(1000).fill(Math.random()));
}, 100);`, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 2000 } });
setInterval(() => {}, 1000);
