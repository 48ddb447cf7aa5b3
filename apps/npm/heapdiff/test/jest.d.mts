/// <reference types="jest" />
import { NoLeakOptions } from './index.mjs';

export {
  assertNoLeak, assertCollected, matchers, makeBudget, selfCheck, LeakAssertionError, Budget, Interval, IsolatedTarget,
  NoLeakOptions, NoLeakResult, Operation,
} from './index.mjs';
export * from './runner.mjs';
export declare const expect: jest.Expect;

declare global {
  namespace jest {
    interface Matchers<R> {
      toBeCollected(): Promise<R>;
      toLeak(options?: NoLeakOptions): Promise<R>;
    }
  }
}
