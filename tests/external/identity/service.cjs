'use strict';
// A service that does the same work in each run: service.cjs PREFIX
const v8 = require('v8');
const events = require('events');
for (const name of ['http', 'crypto', 'zlib', 'url']) require(name);

class Session { constructor(i) { this.id = i; this.user = { name: `u${i}` }; } }
class Bus extends events {}

const bus = new Bus();
const sessions = new Map();
const log = [];
for (let i = 0; i < 50; i += 1) bus.on(`topic${i % 5}`, () => i);
for (let s = 0; s < 2; s += 1) {
  for (let i = 0; i < 30000; i += 1) {
    sessions.set(i % 2000, new Session(i));
    if (i % 10 === 0) log.push({ i });
    bus.emit(`topic${i % 5}`, i);
  }
  v8.writeHeapSnapshot(`${process.argv[2]}-${s}.heapsnapshot`);
}
process.exit(0);
