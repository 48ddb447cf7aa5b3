export interface Quote {
  symbol: string;
  price: number;
}

export type Observer = (quote: Quote) => void;

/** A stream of quotes with any number of observers. */
export class Topic {
  private observers: Observer[] = [];
  last: Quote | null = null;

  constructor(readonly symbol: string) {}

  subscribe(observer: Observer): () => void {
    this.observers.push(observer);
    return () => {
      // The copy is thrown away: nothing is ever removed.
      this.observers.filter((other) => other !== observer);
    };
  }

  publish(quote: Quote): void {
    this.last = quote;
    if (this.observers.length < 8) this.observers.forEach((observer) => observer(quote));
  }
}
