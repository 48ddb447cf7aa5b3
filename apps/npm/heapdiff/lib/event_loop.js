// Waits until what the operations started has ended: timers, sockets, finalizers.
'use strict';

// Taken at load, from the core module: fake timers of test runners replace the global ones later.
const { setImmediate, setTimeout } = require('node:timers');

const turn = () => new Promise((resolve) => { setImmediate(resolve); });
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const active = () => (process.getActiveResourcesInfo ? process.getActiveResourcesInfo().length : 0);

const kPauseMs = 5;
const kPatienceMs = 60;   // so long nothing ends any more: what is left stays
const kMostMs = 2000;

// Waits until there are no more active resources than `before`, or until none ends any more. Returns their number.
async function settle(before = 0) {
  for (let i = 0; i < 3; ++i) await turn();
  let fewest = active();
  for (let waited = 0, idle = 0; fewest > before && waited < kMostMs && idle < kPatienceMs; waited += kPauseMs) {
    await pause(kPauseMs);
    const now = active();
    idle = now < fewest ? 0 : idle + kPauseMs;
    fewest = Math.min(fewest, now);
  }
  await turn();
  return fewest;
}

module.exports = { turn, pause, settle };
