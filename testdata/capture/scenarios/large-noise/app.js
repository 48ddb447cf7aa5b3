'use strict';
// A store of some 150 MB whose records are replaced all the time and whose size goes up and down a little. Beside it,
// audit entries are never written out: they grow by one hundredth of the first heap over the series.

class Record {
  constructor(key, version) {
    this.key = key;
    this.version = version;
    this.text = `record ${key} in version ${version}, `.padEnd(150, 'abcdefghij');
    this.links = [{ to: (key * 31) % 400_000, weight: version }, { to: (key * 37) % 400_000, weight: key }];
  }
}

class Audit {
  constructor() {
    this.entries = [];
  }
  note(request) {
    this.entries.push({ request, who: `clerk ${request % 12}`, before: [request, 1], after: [request, 2] });
  }
}

// A generator with a fixed seed, so that every run churns alike.
let state = 20260302;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const shards = Array.from({ length: 64 }, () => new Map());
const put = (key, version) => shards[key % 64].set(key, new Record(key, version));
for (let key = 0; key < 400_000; key += 1) put(key, 0);

const audit = new Audit();

exports.iterate = (request) => {
  for (let i = 0; i < 60; i += 1) {
    const key = random(400_000);
    if (random(100) < 3) shards[key % 64].delete(key);
    else put(key, request);
  }
  audit.note(request);
};
