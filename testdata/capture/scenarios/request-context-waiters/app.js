'use strict';
// A web server keeps the request, the user and the trace of a request in AsyncLocalStorage. Every request also waits for the
// end of the process, which comes once: what waits keeps the context of its request.
const { AsyncLocalStorage } = require('async_hooks');

class IncomingOrder {
  constructor(number) {
    this.number = number;
    this.headers = { host: 'shop', accept: 'text/html', order: String(number) };
  }
}

class User {
  constructor(number) {
    this.name = `user-${number}`;
    this.roles = ['buyer'];
  }
}

class Trace {
  constructor() {
    this.spans = [];
  }
  span(name) {
    this.spans.push({ name, took: 0 });
  }
}

const context = new AsyncLocalStorage();
let noteEnd = 0;
const ended = new Promise(() => {});

async function handle(order) {
  ended.then(countEnd);
  await null;
  const { trace, user } = context.getStore();
  trace.span('load order');
  trace.span('render');
  return `${user.name}: ${order.number}`;
}

function countEnd() {
  noteEnd += 1;
}

exports.iterate = (number) => {
  const order = new IncomingOrder(number);
  return context.run({ order, user: new User(number), trace: new Trace() }, handle, order);
};
