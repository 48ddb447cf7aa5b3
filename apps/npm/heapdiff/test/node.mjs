import all from './node.js';

export const {
  assertNoLeak, assertCollected, expect, matchers, makeBudget, selfCheck, LeakAssertionError, leakTest, heapBudget,
} = all;
