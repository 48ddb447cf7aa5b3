'use strict';
// Currency rates, remembered for some milliseconds by the package `mem`. Up to version 3 it keeps what has expired.
const mem = require('mem');

function readRate(query) {
  return { query, rate: query.length * 1.25, read: [query.slice(0, 3), query.slice(4, 7)] };
}

const rateOf = mem(readRate, { maxAge: 10 });

exports.iterate = (request) => rateOf(`EUR/USD at ${request}`).rate;
