'use strict';
// Runs inside the program under test: driver.cjs PLAN APP [ARGUMENTS...]
// PLAN is a JSON file: {warmup, steps, files: [...], tracked, snapshotOptions, result}. One snapshot is written per
// file, after steps[k - 1] operations.
// The program exports iterate(i), and may export ready (a promise), settle(), snapshot(file) and stop().
const fs = require('fs');
const path = require('path');
const v8 = require('v8');
const { pathToFileURL } = require('url');

const plan = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const app = path.resolve(process.argv[3]);
process.argv.splice(1, 3, app);

const tick = () => new Promise((resolve) => setImmediate(resolve));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load() {
  if (app.endsWith('.mjs')) return import(pathToFileURL(app).href);
  return require(app);
}

async function settle(program) {
  if (program.settle) await program.settle();
  for (let i = 0; i < 3; i += 1) {
    await pause(20);
    global.gc();
    await tick();
  }
}

async function main() {
  let session = null;
  if (plan.tracked) {
    const inspector = require('inspector');
    session = new inspector.Session();
    session.connect();
    session.post('HeapProfiler.startTrackingHeapObjects', { trackAllocations: true });
  }
  const program = await load();
  if (program.ready) await program.ready;
  let done = 0;
  const drive = async (count) => {
    for (const end = done + count; done < end; done += 1) {
      await program.iterate(done);
      if (done % 50 === 49) await tick();
    }
  };
  await drive(plan.warmup);
  const iterations = [];
  for (let k = 0; k < plan.files.length; k += 1) {
    if (k > 0) await drive(plan.steps[k - 1]);
    await settle(program);
    if (program.snapshot) await program.snapshot(plan.files[k]);
    else v8.writeHeapSnapshot(plan.files[k], plan.snapshotOptions);
    iterations.push(done);
  }
  fs.writeFileSync(plan.result, JSON.stringify({ version: process.version, pid: process.pid, iterations }));
  if (program.stop) await program.stop();
  process.exit(0);
}

main().catch((error) => {
  fs.writeFileSync(plan.result, JSON.stringify({ error: String((error && error.stack) || error) }));
  process.exit(1);
});
