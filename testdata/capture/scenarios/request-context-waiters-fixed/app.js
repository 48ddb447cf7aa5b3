'use strict';
// A web server keeps the request, the user and the trace of a request in AsyncLocalStorage. The end of the process is waited
// for once.
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

ended.then(() => {
  noteEnd += 1;
});

async function handle(order) {
  await null;
  const { trace, user } = context.getStore();
  trace.span('load order');
  trace.span('render');
  return `${user.name}: ${order.number}`;
}

exports.iterate = (number) => {
  const order = new IncomingOrder(number);
  return context.run({ order, user: new User(number), trace: new Trace() }, handle, order);
};
