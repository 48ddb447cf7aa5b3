/// <reference types="jest" />
import { NoLeakOptions } from './index.js';

export {
  assertNoLeak, assertCollected, matchers, makeBudget, selfCheck, LeakAssertionError, Budget, Interval, IsolatedTarget,
  NoLeakOptions, NoLeakResult, Operation,
} from './index.js';
export * from './runner.js';
export declare const expect: jest.Expect;

declare global {
  namespace jest {
    interface Matchers<R> {
      toBeCollected(): Promise<R>;
      toLeak(options?: NoLeakOptions): Promise<R>;
    }
  }
}
