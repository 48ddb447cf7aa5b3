'use strict';
// One of everything that the rules for sizes, distances, classes and diffs tell apart. Runs on Node.js 14 to 24.
const { EventEmitter } = require('events');

class Account {
  constructor(n) {
    this.n = n;
    this.owner = { name: `owner ${n}`, tags: ['a', 'b'] };
  }
}
class Premium extends Account {}
const Twin = (() => {
  class Account {
    constructor() {
      this.other = true;
    }
  }
  return Account;
})();

const kept = {
  accounts: new Map(),
  flags: new Set(),
  notes: new WeakMap(),
  dictionary: {},
  sparse: [],
  rows: [],
  texts: [],
  buffers: [],
  functions: [],
  pending: [],
  odd: [],
  emitter: new EventEmitter(),
};
kept.emitter.setMaxListeners(0);
const big = 'x'.repeat(3000);
const registry = typeof FinalizationRegistry === 'undefined' ? null : new FinalizationRegistry(() => {});

function ring(size) {
  const first = { next: null };
  let last = first;
  for (let i = 1; i < size; i += 1) last = { next: last };
  first.next = last;
  return first;
}

exports.iterate = (i) => {
  const account = i % 3 ? new Account(i) : new Premium(i);
  kept.accounts.set(`account:${i}`, account);
  if (i > 20) kept.accounts.delete(`account:${i - 20}`);
  kept.flags.add(i % 7 ? account : `flag ${i}`);
  kept.notes.set(account, { note: `note ${i}`, back: account });
  kept.dictionary[`key ${i}`] = new Twin();
  if (i % 2) delete kept.dictionary[`key ${i - 1}`];
  kept.sparse[i * 1000] = i + 0.5;
  kept.rows.push({ id: i, label: `row ${i}`, 'odd, name': null }, { id: i, label: big, extra: i * 1e10 });
  if (i % 4 === 0) kept.rows.push({ first: i, second: { deep: [i] } }, Object.create(null), {});
  kept.texts.push(`${big}${i}`, big.slice(i, i + 200), `text ${i} "quoted" \\ \u00e9 \u4e2d \ud83d\ude00 \ud800`);
  if (i % 5 === 0) kept.texts.splice(0, 2);
  kept.buffers.push(new Uint8Array(i % 8 ? 16 : 5000), Buffer.from(`pooled ${i}`));
  let counter = i;
  const secret = { counter };
  kept.functions.push(() => secret, function named() { counter += 1; }, named2.bind(account, i));
  kept.emitter.on(`event ${i % 3}`, () => secret);
  kept.emitter.once('once', named2);
  kept.pending.push(new Promise(() => {}).then(() => account), waiter(), generator(i));
  kept.odd.push(Symbol(`symbol ${i}`), BigInt(i) ** 40n, new RegExp(`a${i}`), new Date(i), new Error(`error ${i}`), new Proxy({}, {}));
  if (registry) {
    registry.register(account, `held ${i}`);
    kept.odd.push(new WeakRef(account));
  }
  if (typeof AbortController !== 'undefined') {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => secret);
    kept.odd.push(controller);
  }
  if (i % 10 === 0) kept.odd.push(ring(12), setTimeout(() => account, 1e6), ...ownedTwice());
};

function named2() {}

/** One store that two objects share, and one that is owned alone. */
function ownedTwice() {
  const literal = () => [1.5, 2.5, 3.5];
  return [literal(), literal(), [{}, {}, 'grown'].concat(literal())];
}

async function waiter() {
  const local = { waits: true };
  await new Promise(() => {});
  return local;
}

function* generator(i) {
  yield { i };
}
kept.generator = generator(1);
kept.generator.next();
