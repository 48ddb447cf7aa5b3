// heapBudget: how much more heap a test file may leave behind than it found.
'use strict';

const { AssertionError } = require('node:assert');
const { copyFileSync, mkdtempSync, mkdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const v8 = require('node:v8');
const { findBinary } = require('./binary.js');
const { settle } = require('./event_loop.js');
const { sizeOf, bytesOf } = require('./options.js');
const { compareTwo, sizeOfHeap } = require('./program.js');

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

// The two halves of a budget. A runner's adapter calls them before the first test of a file and after the last.
function makeBudget(limit, { artifacts } = {}) {
  const most = bytesOf(sizeOf(limit, 'heapBudget'));
  let folder;
  const take = async (name) => {
    await settle();
    const file = join(folder, `${name}.heapsnapshot`);
    v8.writeHeapSnapshot(file);
    return file;
  };
  let before;
  return {
    async begin() {
      findBinary();
      folder = mkdtempSync(join(tmpdir(), 'heapdiff-'));
      before = await take('before');
    },
    async end() {
      try {
        const after = await take('after');
        const more = (await sizeOfHeap(after)) - (await sizeOfHeap(before));
        if (more <= most) return more;
        const root = artifacts || process.env.HEAPDIFF_ARTIFACTS || 'heapdiff-artifacts';
        mkdirSync(root, { recursive: true });
        const kept = mkdtempSync(join(root, 'budget-'));
        for (const name of ['before', 'after']) {
          copyFileSync(join(folder, `${name}.heapsnapshot`), join(kept, `${name}.heapsnapshot`));
        }
        throw new AssertionError({
          message: `This file leaves ${megabytes(more)} more heap than it found; its budget is ${megabytes(most)}.\n\n`
            + `${await compareTwo(before, after)}\n\nSnapshots: ${kept}`,
          operator: 'heapBudget', actual: more, expected: most,
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

module.exports = { makeBudget };
