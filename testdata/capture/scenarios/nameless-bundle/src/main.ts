import { Ledger } from './ledger';
import { tracked } from './tracked';

const Basket = tracked(
  class {
    articles: string[] = [];
    constructor(readonly customer: string) {}
  },
);

const ledger = new Ledger();

export function iterate(request: number): void {
  ledger.watch(new Basket(`customer-${request}`));
  if (request % 500 === 0) ledger.audit();
}
