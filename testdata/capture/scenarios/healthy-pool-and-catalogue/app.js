'use strict';
// A shop front: the catalogue cache fills up and is then bounded, twelve pooled connections come and go. No leak.
const { EventEmitter } = require('events');

class Connection extends EventEmitter {
  constructor(name) {
    super();
    this.name = name;
    this.queries = 0;
    this.on('error', () => { this.queries = 0; });
    this.keepAlive = setInterval(() => this.emit('ping'), 60_000);
  }
  query(sql, done) {
    this.queries += 1;
    this.once('row', done);
    this.emit('row', { sql, number: this.queries });
  }
}

class Pool {
  constructor(size) {
    this.idle = Array.from({ length: size }, (_, i) => new Connection(`replica-${i}`));
    this.lent = new Set();
  }
  use(work) {
    const connection = this.idle.shift();
    this.lent.add(connection);
    try {
      return work(connection);
    } finally {
      this.lent.delete(connection);
      this.idle.push(connection);
    }
  }
}

class Product {
  constructor(sku, row) {
    this.sku = sku;
    this.row = row;
    this.prices = ['EUR', 'USD', 'CHF'].map((currency) => ({ currency, amount: sku * 3 + currency.length }));
    this.text = `product ${sku}, row ${row.number}: ${sku % 7} in stock, ${sku % 31} on order`;
  }
}

class Catalogue {
  constructor(pool, capacity) {
    this.pool = pool;
    this.capacity = capacity;
    this.products = new Map();
  }
  find(sku) {
    let product = this.products.get(sku);
    if (product) return product;
    this.pool.use((connection) => connection.query(`select ${sku}`, (row) => { product = new Product(sku, row); }));
    if (this.products.size >= this.capacity) this.products.delete(this.products.keys().next().value);
    this.products.set(sku, product);
    return product;
  }
}

const catalogue = new Catalogue(new Pool(12), 900);

exports.iterate = (request) => catalogue.find((request * 7919) % 60013);
