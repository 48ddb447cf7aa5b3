'use strict';
// Feeds of suppliers are read for the name of the product, which is kept by its number.
const cheerio = require('cheerio');

const names = new Map();

function read(feed) {
  const $ = cheerio.load(feed, { xmlMode: true });
  const name = $('name').text();
  names.set(Number($('product').attr('id')), name);
  return name.length;
}

function feedOf(product) {
  const rows = Array.from({ length: 60 }, (_, row) => `<stock row="${row}">${product * 60 + row} pieces in hall ${row % 7}</stock>`);
  return `<product id="${product}"><name>Garden chair no. ${product}, folding</name>${rows.join('')}</product>`;
}

exports.iterate = (product) => read(feedOf(product));
