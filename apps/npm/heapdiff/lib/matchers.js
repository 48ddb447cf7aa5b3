// Matchers in the form that jest and vitest share, and an `expect` for runners that have none.
'use strict';

const { assertNoLeak, measure } = require('./assert_no_leak.js');
const { checkCollected, assertCollected, assertNotCollected } = require('./collected.js');
const { findBinary } = require('./binary.js');

const matchers = {
  async toBeCollected(ref) {
    findBinary();
    const { collected, message } = await checkCollected(ref);
    return { pass: collected, message: () => message };
  },
  // `await expect(fn).not.toLeak(options)`. An open judgement is neither: it is an error with and without `not`.
  async toLeak(fn, options) {
    const result = await measure(fn, options);
    if (result.verdict === 'inconclusive' && result.message) throw new Error(result.message);
    return {
      pass: result.verdict === 'leak',
      message: () => result.message || 'The function does not leak.',
    };
  },
};

function expect(subject) {
  return {
    toBeCollected: () => assertCollected(subject),
    not: {
      toBeCollected: () => assertNotCollected(subject),
      toLeak: (options) => assertNoLeak(subject, options),
    },
  };
}

module.exports = { matchers, expect };
