'use strict';
// All that a busy service holds is replaced many times between snapshots: objects, closures, collections, parsed JSON
// (which V8 allocates in the old space, so that ids of dead objects are handed on). One list grows.
// turnover.cjs PREFIX SNAPSHOTS ENTRIES ROUNDS LEAKED_PER_ROUND PAYLOAD [code|realms]
const v8 = require('v8');
const vm = require('vm');

const [prefix, ...rest] = process.argv.slice(2);
const [snapshots, entries, rounds, leakedPerRound, payload] = rest.map(Number);
const variant = rest[5];

class Session { constructor(i) { this.id = i; this.user = { name: `u${i}`, tags: [i, i + 1] }; this.at = new Date(i); } }
class Order { constructor(i) { this.id = i; this.lines = [{ sku: i, price: 1.5 + i }, { sku: i + 1, price: 2.5 }]; } }
class Row { constructor(i) { this.a = i + 0.5; this.b = [i, [i]]; this.sum = () => i + this.a; } }
class Frame { constructor(i) { this.map = new Map([[i, { i }], [i + 1, [i]]]); this.text = `frame ${i} ${i * 7}`; } }
class Task { constructor(i) { this.run = function run() { return i; }; this.done = Promise.resolve(i); this.set = new Set([i]); } }
class Leaf { constructor(i) { this.left = i % 2 ? { v: i } : null; this.right = new Float64Array(2); } }
class AuditEntry { constructor(i) { this.i = i; this.body = { list: [i, i + 1, i + 2], text: { of: `audit ${i}` } }; } }

const kinds = [Session, Order, Row, Frame, Task, Leaf];
const store = new Array(entries).fill(null);
const documents = [];
const audit = [];
let made = 0;

function make() {
  const i = made++;
  const entry = new kinds[(i * 7 + (i >> 5)) % kinds.length](i);
  if (payload > 0) entry.samples = new Array(payload).fill(0.5 + i);
  return entry;
}

function parsed(i) {
  const list = [];
  for (let k = 0; k < 1500; k += 1) {
    const shapes = [{ k, s: `s${k}${i}`, d: k + 0.25 }, [k, [k], `x${k}`], { a: { b: { c: i } } }, `text ${k}${i}`];
    list.push(shapes[(i + k) % 4]);
  }
  return JSON.parse(JSON.stringify(list) + ' '.repeat(60000));
}

function evaluate(round) {
  for (let k = 0; k < 200; k += 1) {
    const code = `(function made${k % 50}() { class Made { m() { return ${k}; } } return new Made(); })`;
    store[(k * 17) % entries] = vm.runInThisContext(code, { filename: `made${round}.js` })();
  }
}

function realms() {
  for (let k = 0; k < 3; k += 1) {
    const context = vm.createContext({ k });
    vm.runInContext('function F() {} var f = new F();', context);
    store[(k * 19) % entries] = context;
  }
}

function work(round) {
  for (let k = 0; k < entries; k += 1) store[(k * 31 + round) % entries] = make();
  for (let k = 0; k < 30; k += 1) documents[(k + round * 7) % 60] = parsed(k + round);
  if (variant === 'code') evaluate(round);
  if (variant === 'realms') realms();
  for (let k = 0; k < leakedPerRound; k += 1) audit.push(new AuditEntry(made++));
}

const tick = () => new Promise((done) => setImmediate(done));

async function main() {
  let round = 0;
  const run = async (count) => {
    for (let k = 0; k < count; k += 1) {
      work(round++);
      await tick();
      if (k % 5 === 4) global.gc();
    }
  };
  await run(6);
  for (let s = 0; s < snapshots; s += 1) {
    if (s > 0) await run(rounds);
    await tick();
    global.gc();
    v8.writeHeapSnapshot(`${prefix}-${s}.heapsnapshot`);
  }
  process.exit(0);
}
main();
