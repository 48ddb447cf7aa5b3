'use strict';
// The health of a shop is probed with each order. Nobody reads the answers, so the two connections are never free again.
const http = require('http');

const server = http.createServer((request, response) => response.end(`up, ${request.url}`));
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
let lastStatus = 0;

exports.ready = new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

function probe(order) {
  const port = server.address().port;
  return http.get({ host: '127.0.0.1', port, path: `/health?order=${order}`, agent }, (response) => {
    lastStatus = response.statusCode;
  });
}

exports.iterate = (order) => {
  probe(order);
  return new Promise(setImmediate);
};

exports.stop = () => agent.destroy();
