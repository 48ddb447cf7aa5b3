import type { Tracked } from './tracked';

/** Baskets that are audited at the end of the day. */
export class Ledger {
  watched: Tracked[] = [];

  watch(entry: Tracked): void {
    this.watched.push(entry);
  }

  audit(): number {
    return this.watched.reduce((sum, entry) => sum + entry.touched(), 0);
  }
}
