import type { Tracked } from './tracked';

/** Baskets that are audited at the end of the day, and forgotten then. */
export class Ledger {
  watched: Tracked[] = [];

  watch(entry: Tracked): void {
    this.watched.push(entry);
  }

  audit(): number {
    return this.watched.splice(0).reduce((sum, entry) => sum + entry.touched(), 0);
  }
}
