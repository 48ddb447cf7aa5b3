'use strict';
// A pool lends connections. Leases that were forgotten are noticed when they are collected.

class Lease {
  constructor(borrower) {
    this.borrower = borrower;
    this.steps = [borrower.length, 0, 0];
  }
}

let forgotten = 0;
const reclaimed = new FinalizationRegistry((borrower) => {
  forgotten += borrower.length;
});

class Pool {
  constructor(size) {
    this.free = size;
  }
  lend(borrower) {
    const lease = new Lease(borrower);
    reclaimed.register(lease, borrower);
    this.free -= 1;
    return lease;
  }
  take(lease) {
    lease.steps[2] = 1;
    this.free += 1;
  }
}

const pool = new Pool(8);

exports.iterate = (request) => {
  const lease = pool.lend(`request-${request}`);
  pool.take(lease);
};
