// Runs operations and takes a snapshot after each batch, in this process.
'use strict';

const v8 = require('node:v8');
const { join } = require('node:path');
const { turn, settle } = require('./event_loop.js');

// A synchronous function that never lets the event loop turn would pile up what its real callers let go.
const kOperationsPerTurn = 25;

// In a function of its own, so that nothing of the operations is still referred to when it returns.
async function operate(fn, from, count) {
  for (let i = from; i < from + count; ++i) {
    const result = fn(i);
    if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
      await result;
    } else if ((i + 1) % kOperationsPerTurn === 0) {
      await turn();
    }
  }
}

class SnapshotTaker {
  // `settled` is the caller's own function that waits until the work is done.
  constructor(fn, folder, { iterations, warmup, settled }) {
    Object.assign(this, { fn, folder, iterations, warmup, settled, operations: 0, files: [], resources: 0 });
  }

  async start() {
    await operate(this.fn, 0, this.warmup);
    this.operations = this.warmup;
    this.resources = await settle();
    await this.take();
  }

  async step() {
    await operate(this.fn, this.operations, this.iterations);
    this.operations += this.iterations;
    await settle(this.resources);
    await this.take();
  }

  async take() {
    if (this.settled) await this.settled();
    const file = join(this.folder, `snapshot-${this.files.length + 1}.heapsnapshot`);
    v8.writeHeapSnapshot(file);
    this.files.push(file);
    await turn();
  }
}

module.exports = { SnapshotTaker };
