'use strict';
// The health of a shop is probed with each order. The answers are read to their end, so the two connections are free again.
const http = require('http');

const server = http.createServer((request, response) => response.end(`up, ${request.url}`));
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
let lastStatus = 0;

exports.ready = new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

function probe(order) {
  const port = server.address().port;
  return http.get({ host: '127.0.0.1', port, path: `/health?order=${order}`, agent }, (response) => {
    lastStatus = response.statusCode;
    response.resume();
  });
}

exports.iterate = (order) => {
  const request = probe(order);
  return new Promise((resolve) => request.on('close', resolve));
};

exports.stop = () => agent.destroy();
