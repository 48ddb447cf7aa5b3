// A positive control: a check that sees nothing must not pass for a check that found nothing.
'use strict';

const { AssertionError } = require('node:assert');
const { findBinary } = require('./binary.js');
const { measure } = require('./assert_no_leak.js');
const { rmSync } = require('node:fs');

// Each operation keeps a string of 72 characters (88 bytes with its header) and a slot of 8 bytes in an array: less than
// 100 bytes, until the array is enlarged.
const kPlantedBytes = 100;

function plant() {
  const kept = [];
  return (i) => { kept.push(Buffer.from(String(i).padStart(72, '.')).toString('latin1')); };
}

// Plants a leak of 100 B per operation in this process, and throws unless assertNoLeak's own judgement sees it.
async function selfCheck(options = {}) {
  findBinary();
  const result = await measure(plant(), { ...options, name: 'self-check' });
  if (result.artifacts) rmSync(result.artifacts, { recursive: true, force: true });
  if (result.verdict !== 'leak') {
    throw new AssertionError({
      message: `selfCheck: a planted leak of ${kPlantedBytes} B per operation was not seen (${result.verdict}). `
        + 'In this set-up a test that passes proves nothing. More iterations make smaller leaks visible.',
      operator: 'selfCheck', actual: result.verdict, expected: 'leak', stackStartFn: selfCheck,
    });
  }
  return { verdict: result.verdict, bytesPerOp: result.bytesPerOp, plantedBytesPerOp: kPlantedBytes };
}

module.exports = { selfCheck };
