'use strict';
// A service with a bounded cache that fills up during the first snapshots and then turns over: no leak.

class Session {
  constructor(id, request) {
    this.id = id;
    this.seen = request;
    this.history = Array.from({ length: 8 }, (_, i) => `step ${i} of request ${request}`);
  }
}

class LruCache {
  constructor(limit) {
    this.limit = limit;
    this.items = new Map();
  }
  get(key, make) {
    let item = this.items.get(key);
    if (item) {
      this.items.delete(key);
    } else {
      item = make(key);
    }
    this.items.set(key, item);
    if (this.items.size > this.limit) this.items.delete(this.items.keys().next().value);
    return item;
  }
}

const sessions = new LruCache(1500);
const recent = [];

exports.iterate = (request) => {
  const id = (request * 7919) % 100003;
  const session = sessions.get(`session-${id}`, () => new Session(id, request));
  recent.push({ id: session.id, at: request });
  if (recent.length > 256) recent.shift();
};
