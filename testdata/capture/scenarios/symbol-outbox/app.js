const kPending = Symbol('pending');
class Publisher {
  constructor() { this[kPending] = []; }
  publish(topic, body) {
    const m = { topic, body, attempts: 0 };
    this[kPending].push(m);
    return m;
  }
}
const publisher = new Publisher();
exports.iterate = (i) => publisher.publish('orders', { i, at: i * 2 });
