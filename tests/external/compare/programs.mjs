// Small programs, each healthy or with one leak. `keeps` is the line that only the leaking build lacks or has; `holder`
// is what has to be on the retaining path of the first row.
const program = (name, node, ops, holder, build) => ({ name, node, ops, holder, build });

export const programs = [
  program('map-cache', 'node14', 6000, /sessions/, (leak) => `
const sessions = new Map();
class Session { constructor(id) { this.id = 'session-' + id; this.data = new Array(12).fill(id); } }
exports.operate = (i) => {
  sessions.set(i, new Session(i));
  ${leak ? '' : 'sessions.delete(i - 50);'}
};`),
  program('set-growth', 'node16', 9000, /pending/, (leak) => `
const pending = new Set();
exports.operate = (i) => {
  const job = { id: i, label: 'job ' + i, at: [i, i + 1] };
  pending.add(job);
  ${leak ? '' : 'pending.delete(job);'}
};`),
  program('array-queue', 'node18', 9000, /queue/, (leak) => `
const queue = [];
exports.operate = (i) => {
  queue.push({ id: i, body: 'message body ' + i + ' of the queue' });
  ${leak ? '' : 'if (queue.length > 20) queue.shift();'}
};`),
  program('bus-listeners', 'node20', 4000, /_events/, (leak) => `
const { EventEmitter } = require('events');
const bus = new EventEmitter();
bus.setMaxListeners(0);
exports.operate = (i) => {
  const state = { id: i, text: 'request ' + i, list: [i] };
  const onChange = () => state.id;
  bus.on('change', onChange);
  ${leak ? '' : "bus.off('change', onChange);"}
};`),
  program('intervals', 'node22', 2500, /Timeout/, (leak) => `
exports.operate = (i) => {
  const payload = { id: i, text: 'poll ' + i, list: new Array(20).fill(i) };
  const timer = setInterval(function refresh() { payload.id++; }, 3600e3);
  timer.unref();
  ${leak ? '' : 'clearInterval(timer);'}
};`),
  program('closures', 'node24', 5000, /handlers/, (leak) => `
const handlers = [];
exports.operate = (i) => {
  const big = new Array(40).fill(i);
  handlers.push(() => big.length);
  ${leak ? '' : 'handlers.length = 0;'}
};`),
  program('dictionary', 'node18', 6000, /byUser/, (leak) => `
const byUser = {};
exports.operate = (i) => {
  byUser['user' + i] = { name: 'name ' + i, roles: ['a', 'b', i] };
  ${leak ? '' : "delete byUser['user' + (i - 30)];"}
};`),
  program('pending-promises', 'node20', 5000, /waiters|Promise/, (leak) => `
const waiters = [];
exports.operate = (i) => {
  waiters.push(new Promise(() => {}).then(() => 'answer ' + i));
  ${leak ? '' : 'waiters.pop();'}
};`),
  program('string-log', 'node22', 20000, /log/, (leak) => `
const state = { log: '' };
exports.operate = (i) => {
  state.log += 'line ' + i + ' of the log, with some text that makes it longer\\n';
  ${leak ? '' : "if (state.log.length > 4000) state.log = '';"}
};`),
  program('buffers', 'node18', 400, /chunks/, (leak) => `
const chunks = [];
exports.operate = (i) => {
  chunks.push(Buffer.alloc(6000, i));
  ${leak ? '' : 'if (chunks.length > 3) chunks.splice(0, 2);'}
};`),
  program('nested-maps', 'node24', 6000, /tenants/, (leak) => `
class Order { constructor(i) { this.id = i; this.lines = ['line ' + i, i, i + 1]; } }
const tenants = new Map();
exports.operate = (i) => {
  const key = 'tenant-' + (i % 7);
  if (!tenants.has(key)) tenants.set(key, new Map());
  tenants.get(key).set(i, new Order(i));
  ${leak ? '' : 'tenants.get(key).clear();'}
};`),
  program('linked-list', 'node14', 9000, /head/, (leak) => `
const list = { head: null, size: 0 };
exports.operate = (i) => {
  list.head = { value: 'value ' + i, next: list.head };
  list.size++;
  ${leak ? '' : 'if (list.size > 25) { list.head = null; list.size = 0; }'}
};`),
  program('abort-signal', 'node20', 4000, /AbortSignal|shutdown/, (leak) => `
const shutdown = new AbortController();
require('events').setMaxListeners(0, shutdown.signal);
exports.operate = (i) => {
  const request = { id: i, url: '/item/' + i, headers: ['a', 'b', i] };
  const onAbort = () => { request.id = -1; };
  shutdown.signal.addEventListener('abort', onAbort);
  ${leak ? '' : "shutdown.signal.removeEventListener('abort', onAbort);"}
};`),
  program('weak-map-keys', 'node22', 6000, /keys/, (leak) => `
const details = new WeakMap();
const keys = [];
exports.operate = (i) => {
  const key = { id: i };
  details.set(key, { text: 'details of ' + i, list: [i, i, i] });
  keys.push(key);
  ${leak ? '' : 'if (keys.length > 10) keys.shift();'}
};`),
  program('generators', 'node16', 4000, /running/, (leak) => `
const running = new Set();
function* work(i) { const state = new Array(30).fill(i); yield state.length; yield state; }
exports.operate = (i) => {
  const w = work(i);
  w.next();
  running.add(w);
  ${leak ? '' : 'running.delete(w);'}
};`),
  program('memo', 'node20', 5000, /cache/, (leak) => `
function memoize(fn) {
  const cache = new Map();
  return (o) => {
    const key = JSON.stringify(o);
    if (!cache.has(key)) cache.set(key, fn(o));
    ${leak ? '' : 'if (cache.size > 40) cache.clear();'}
    return cache.get(key);
  };
}
const render = memoize((o) => ({ html: '<p>' + o.id + '</p>', parts: [o.id, o.name] }));
exports.operate = (i) => render({ id: i, name: 'item ' + i });`),
  program('process-listeners', 'node18', 3000, /_events/, (leak) => `
process.setMaxListeners(0);
exports.operate = (i) => {
  const worker = { id: i, text: 'worker ' + i, jobs: [i, i] };
  const onExit = () => worker.jobs.pop();
  process.on('exit', onExit);
  ${leak ? '' : "process.removeListener('exit', onExit);"}
};`),
  program('event-target', 'node22', 4000, /EventTarget|kEvents|target/, (leak) => `
const target = new EventTarget();
require('events').setMaxListeners(0, target);
exports.operate = (i) => {
  const view = { id: i, text: 'view ' + i, rows: [i, i, i] };
  const onData = () => view.rows.length;
  target.addEventListener('data', onData);
  ${leak ? '' : "target.removeEventListener('data', onData);"}
};`),
  program('trie', 'node24', 3000, /children|root/, (leak) => `
class Node { constructor() { this.children = new Map(); this.value = null; } }
const root = new Node();
exports.operate = (i) => {
  let at = root;
  for (const c of String(i * 7919).split('')) {
    if (!at.children.has(c)) at.children.set(c, new Node());
    at = at.children.get(c);
  }
  at.value = 'word ' + i;
  ${leak ? '' : 'if (i % 50 === 0) root.children.clear();'}
};`),
  program('typed-arrays', 'node16', 600, /frames/, (leak) => `
const frames = [];
exports.operate = (i) => {
  frames.push(new Float64Array(500).fill(i));
  ${leak ? '' : 'if (frames.length > 5) frames.shift();'}
};`),
];
