'use strict';
// A price cache fills up and is then bounded. Beside it, feeds that were closed stay in the set of their hub.

class PriceList {
  constructor(article) {
    this.article = article;
    this.steps = Array.from({ length: 12 }, (_, i) => ({ from: i * 10, price: article * 1.5 - i }));
  }
}

class PriceCache {
  constructor(capacity) {
    this.capacity = capacity;
    this.lists = new Map();
  }
  get(article) {
    let list = this.lists.get(article);
    if (!list) {
      list = new PriceList(article);
      this.lists.set(article, list);
      if (this.lists.size > this.capacity) this.lists.delete(this.lists.keys().next().value);
    }
    return list;
  }
}

class Feed {
  constructor(hub, client) {
    this.client = client;
    this.open = true;
    this.sent = [];
    hub.join(this);
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.open = false;
  }
}

class FeedHub {
  constructor() {
    this.feeds = new Set();
  }
  join(feed) {
    this.feeds.add(feed);
  }
}

const cache = new PriceCache(500);
const hub = new FeedHub();

exports.iterate = (request) => {
  const list = cache.get((request * 7919) % 50021);
  const feed = new Feed(hub, `client ${request}`);
  feed.send(`${list.article}: ${list.steps[request % 12].price}`);
  feed.close();
};
