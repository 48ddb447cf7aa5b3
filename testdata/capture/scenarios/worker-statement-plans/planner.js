'use strict';
const v8 = require('v8');
const { parentPort } = require('worker_threads');

class Planner {
  constructor() {
    this.plans = {};
    this.cost = 0;
  }
  /** Plans are kept by the text of the statement; the text holds the customer's number, so none is found again. */
  plan(sql) {
    if (!this.plans[sql]) {
      const words = sql.split(' ');
      this.plans[sql] = { table: words[3], filter: words.slice(5), cost: words.length * 1.5 };
    }
    return this.plans[sql];
  }
}

const planner = new Planner();

parentPort.on('message', (message) => {
  if (message.collect) {
    for (let i = 0; i < 3; i += 1) global.gc();
  } else if (message.file) {
    v8.writeHeapSnapshot(message.file);
  } else {
    planner.cost += planner.plan(message.sql).cost;
  }
  parentPort.postMessage('done');
});
