'use strict';
// Feeds of suppliers are read for the name of the newest product of each supplier, which is copied.
const cheerio = require('cheerio');

const names = new Map();

function read(feed, supplier) {
  const $ = cheerio.load(feed, { xmlMode: true });
  const name = Buffer.from($('name').text()).toString();
  names.set(supplier, name);
  return name.length;
}

function feedOf(product) {
  const rows = Array.from({ length: 60 }, (_, row) => `<stock row="${row}">${product * 60 + row} pieces in hall ${row % 7}</stock>`);
  return `<product id="${product}"><name>Garden chair no. ${product}, folding</name>${rows.join('')}</product>`;
}

exports.iterate = (product) => read(feedOf(product), product % 40);
