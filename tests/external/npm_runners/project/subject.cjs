// Two versions of one subscription: the first leaks.
const { EventEmitter } = require('node:events');

const bus = new EventEmitter();
bus.setMaxListeners(0);

exports.leaking = function leaking(i) {
  const entry = { key: `user:${i}`, seen: [i] };
  bus.on('invalidate', () => entry.seen.length);
};

exports.fixed = function fixed(i) {
  const entry = { key: `user:${i}`, seen: [i] };
  const listener = () => entry.seen.length;
  bus.on('invalidate', listener);
  bus.off('invalidate', listener);
};

const kept = [];
exports.keep = function keep(value) { kept.push(value); };
