// For vitest. Adds the matchers toBeCollected and toLeak to vitest's expect.
import { afterAll, beforeAll, expect as vitestExpect, test } from 'vitest';
import { createRequire } from 'node:module';

const { adapt } = createRequire(import.meta.url)('../lib/adapt.js');

const adapted = adapt({ test, before: beforeAll, after: afterAll });
vitestExpect.extend(adapted.matchers);

export const expect = vitestExpect;
export const {
  assertNoLeak, assertCollected, matchers, makeBudget, selfCheck, LeakAssertionError, leakTest, heapBudget,
} = adapted;
