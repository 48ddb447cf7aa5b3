import { NoLeakOptions } from './index.mjs';
import 'vitest';

export { expect } from 'vitest';
export {
  assertNoLeak, assertCollected, matchers, makeBudget, selfCheck, LeakAssertionError, Budget, Interval, IsolatedTarget,
  NoLeakOptions, NoLeakResult, Operation,
} from './index.mjs';
export * from './runner.mjs';

declare module 'vitest' {
  interface Assertion<T = any> {
    toBeCollected(): Promise<void>;
    toLeak(options?: NoLeakOptions): Promise<void>;
  }
}
