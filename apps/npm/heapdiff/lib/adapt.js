// What each runner's adapter adds: a test with a time limit that fits, and a budget tied to the runner's hooks.
'use strict';

const all = require('../test/index.js');

const kTimeoutMs = 120_000;

// `runner`: test(name, body, timeoutMs), before(body, timeoutMs), after(body, timeoutMs).
function adapt(runner) {
  return {
    ...all,
    // A test whose whole body is one assertNoLeak.
    leakTest(name, fn, options = {}) {
      const { timeout = kTimeoutMs, ...rest } = options;
      return runner.test(name, () => all.assertNoLeak(fn, { name, ...rest }).then(() => {}), timeout);
    },
    // For the file, or the describe block, in which it is called.
    heapBudget(limit, options = {}) {
      const { timeout = kTimeoutMs, ...rest } = options;
      const budget = all.makeBudget(limit, rest);
      runner.before(() => budget.begin(), timeout);
      runner.after(() => budget.end().then(() => {}), timeout);
    },
  };
}

// A global of the runner, or an error that says where it is missing.
function globalOf(name, runner) {
  return (...args) => {
    if (typeof globalThis[name] !== 'function') {
      throw new Error(`heapdiff/test/${runner}: there is no global ${name}() here: is this file run by ${runner}?`);
    }
    return globalThis[name](...args);
  };
}

module.exports = { adapt, globalOf };
