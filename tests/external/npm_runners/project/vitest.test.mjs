import { assertNoLeak, expect, heapBudget, leakTest, selfCheck } from 'heapdiff/test/vitest';
import { test } from 'vitest';
import define from './body.cjs';

define({ test: (name, body) => test(name, body, 120000), expect, leakTest, heapBudget, assertNoLeak, selfCheck });
