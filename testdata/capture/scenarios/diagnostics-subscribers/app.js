'use strict';
// Clients are told of prices that a diagnostics channel publishes. A closed connection still subscribes to it.
const diagnostics = require('diagnostics_channel');

class Connection {
  constructor(client) {
    this.client = client;
    this.seen = [];
    this.open = true;
    diagnostics.subscribe('shop:price', (price) => {
      if (this.open) this.seen.push(price);
    });
  }
  close() {
    this.open = false;
  }
}

const prices = diagnostics.channel('shop:price');

exports.iterate = (request) => {
  const connection = new Connection(`client-${request}`);
  if (request % 200 === 0) prices.publish({ product: request, price: request % 97 });
  connection.close();
};
