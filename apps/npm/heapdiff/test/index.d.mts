import { AssertionError } from 'node:assert';

export interface NoLeakOptions {
  /** Operations between two snapshots. Default 1000. */
  iterations?: number;
  /** Operations before the first snapshot: caches fill, code is compiled. Default 100. */
  warmup?: number;
  /** The most that the whole heap may grow by one operation: bytes, or a size such as '100B', '1kB'. Default '100B'. A
   * leak that is proven fails at any size. */
  perOp?: number | string;
  /** How many more objects of a class there may be at the end than at the first snapshot. Default { Socket: 0 }. */
  classes?: Record<string, number>;
  /** Run the function in a process of its own. It is then given by its module: 'app.js#name' or { module, export }. */
  isolate?: boolean;
  /** Pass when the evidence does not suffice. Default false: the test fails, and says "inconclusive". */
  lenient?: boolean;
  /** Snapshots that are taken at least. Default 4. */
  snapshots?: number;
  /** Snapshots that are taken at most, when fewer do not decide. Default 8. */
  maxSnapshots?: number;
  /** Awaited before each snapshot: drain a pool, wait for connections to close. */
  settled?: () => void | Promise<void>;
  /** A TOML file of known leaks, as for the program's --suppress. */
  suppress?: string;
  /** Where snapshots and report.html of a failure are kept. Default: HEAPDIFF_ARTIFACTS, else ./heapdiff-artifacts. */
  artifacts?: string;
  /** A part of the name of that folder. */
  name?: string;
}

export interface Interval {
  estimate: number;
  low: number | null;
  high: number | null;
}

export interface NoLeakResult {
  verdict: 'leak' | 'no leak' | 'inconclusive';
  /** How many snapshots were taken. */
  snapshots: number;
  /** Growth of the heap by one operation, with its 95 % interval. */
  bytesPerOp: Interval | null;
  /** What `heapdiff --format json` says. */
  report: object;
}

/** The function of a module, to be run in a process of its own. */
export type IsolatedTarget = string | URL | { module: string | URL; export?: string };

export type Operation = (iteration: number) => unknown;

/** Runs `operation`, takes snapshots, and throws a LeakAssertionError unless it is shown that nothing leaks. */
export function assertNoLeak(operation: Operation | IsolatedTarget, options?: NoLeakOptions): Promise<NoLeakResult>;

/** Throws an AssertionError with the retaining path unless the object of `ref` can be collected. */
export function assertCollected(ref: WeakRef<object>): Promise<void>;

export class LeakAssertionError extends AssertionError {
  verdict: 'leak' | 'inconclusive';
  report: object;
  /** The folder with the snapshots, report.json and report.html. */
  artifacts: string;
}

/** Plants a leak of 100 B per operation and throws unless it is seen: a positive control. */
export function selfCheck(options?: NoLeakOptions): Promise<{
  verdict: 'leak'; bytesPerOp: Interval | null; plantedBytesPerOp: number;
}>;

export interface Budget {
  begin(): Promise<void>;
  /** Returns the bytes that were left behind; throws an AssertionError above the limit. */
  end(): Promise<number>;
}

/** The two halves of a heap budget, for runners without an adapter here. */
export function makeBudget(limit: number | string, options?: { artifacts?: string }): Budget;

export interface Expectation {
  /** For a WeakRef. */
  toBeCollected(): Promise<void>;
  not: {
    toBeCollected(): Promise<void>;
    /** For an operation. */
    toLeak(options?: NoLeakOptions): Promise<NoLeakResult>;
  };
}

export function expect(subject: WeakRef<object> | Operation | IsolatedTarget): Expectation;

/** For `expect.extend()` of jest and vitest. */
export const matchers: {
  toBeCollected(ref: WeakRef<object>): Promise<{ pass: boolean; message: () => string }>;
  toLeak(operation: Operation | IsolatedTarget, options?: NoLeakOptions): Promise<{ pass: boolean; message: () => string }>;
};
