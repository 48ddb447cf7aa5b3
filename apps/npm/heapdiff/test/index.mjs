import all from './index.js';

export const { assertNoLeak, assertCollected, expect, matchers, makeBudget, selfCheck, LeakAssertionError } = all;
