'use strict';
// Clients are told of prices that a diagnostics channel publishes. A closed connection unsubscribes.
const diagnostics = require('diagnostics_channel');

class Connection {
  constructor(client) {
    this.client = client;
    this.seen = [];
    this.note = (price) => this.seen.push(price);
    diagnostics.subscribe('shop:price', this.note);
  }
  close() {
    diagnostics.unsubscribe('shop:price', this.note);
  }
}

const prices = diagnostics.channel('shop:price');

exports.iterate = (request) => {
  const connection = new Connection(`client-${request}`);
  if (request % 200 === 0) prices.publish({ product: request, price: request % 97 });
  connection.close();
};
