import { NoLeakOptions, Operation, IsolatedTarget } from './index.js';

/** A test whose whole body is one assertNoLeak. `timeout` in ms, default 120,000. */
export function leakTest(name: string, operation: Operation | IsolatedTarget, options?: NoLeakOptions & { timeout?: number }): void;

/** For the file, or the describe block, in which it is called: how much more heap it may leave than it found. */
export function heapBudget(limit: number | string, options?: { artifacts?: string; timeout?: number }): void;
