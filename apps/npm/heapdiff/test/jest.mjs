import all from './jest.js';

export const {
  assertNoLeak, assertCollected, expect, matchers, makeBudget, selfCheck, LeakAssertionError, leakTest, heapBudget,
} = all;
