'use strict';
// A document service: 150 MB of live data that is replaced all the time and goes up and down a little, a cache of
// rendered pages that turns over, and sessions that expire. Beside it, the audit trail is never written out: it grows
// by one hundredth of the first heap over the series.

const kDocuments = 72_000;
const kPages = 4_000;
const kSessions = 6_000;

// A generator with a fixed seed, so that every run churns alike.
let state = 20260302;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

// Text as it comes from a socket: one piece of memory each, all different.
const kWords = ['invoice', 'delivery', 'pallet', 'customs', 'harbour', 'return', 'order', 'weight', 'label', 'route'];
const library = Buffer.from(Array.from({ length: 12_000 }, () => kWords[random(kWords.length)]).join(' '), 'latin1');
function text(length) {
  const start = random(library.length - length);
  return library.latin1Slice(start, start + length);
}

const people = Array.from({ length: 200 }, (_, i) => ({ id: i, name: `clerk ${i}`, team: kWords[i % 10] }));

class Document {
  constructor(key, revision) {
    this.key = key;
    this.revision = revision;
    this.title = text(30 + random(40));
    this.body = text(600 + random(1200));
    this.owner = people[random(people.length)];
    this.tags = [kWords[random(10)], kWords[random(10)], kWords[random(10)]];
    this.changes = Array.from({ length: 2 + random(5) }, () => ({ by: people[random(people.length)], at: revision, note: text(20) }));
    this.related = [random(kDocuments), random(kDocuments)];
  }
}

class Store {
  constructor() {
    this.shelves = Array.from({ length: 32 }, () => new Map());
  }
  put(key, revision) {
    this.shelves[key % 32].set(key, new Document(key, revision));
  }
  remove(key) {
    this.shelves[key % 32].delete(key);
  }
}

class Pages {
  constructor() {
    this.rendered = new Map();
  }
  show(key) {
    const path = `/documents/${key}`;
    this.rendered.delete(path);
    this.rendered.set(path, { html: text(2000 + random(1000)), at: Date.now() });
    if (this.rendered.size > kPages) this.rendered.delete(this.rendered.keys().next().value);
  }
}

class Sessions {
  constructor() {
    this.open = [];
  }
  visit(request) {
    this.open.push({ id: `session-${request}-${random(1e9)}`, basket: [random(kDocuments)], seen: new Set([request]) });
    while (this.open.length > kSessions - random(600)) this.open.shift();
  }
}

class Audit {
  constructor() {
    this.trail = [];
  }
  record(request, who) {
    this.trail.push({ request, who, before: [request, 1], after: [request, 2] });
  }
}

const store = new Store();
const pages = new Pages();
const sessions = new Sessions();
const audit = new Audit();
for (let key = 0; key < kDocuments; key += 1) store.put(key, 0);

exports.iterate = (request) => {
  for (let i = 0; i < 12; i += 1) {
    const key = random(kDocuments);
    if (random(100) < 4) store.remove(key);
    else store.put(key, request);
  }
  for (let i = 0; i < 3; i += 1) pages.show(random(kDocuments));
  for (let i = 0; i < 4; i += 1) sessions.visit(request);
  audit.record(request, people[request % people.length]);
};
