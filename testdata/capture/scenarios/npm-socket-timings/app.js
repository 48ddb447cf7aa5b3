'use strict';
// The stock of a warehouse is asked over one connection that stays open. Each request is timed.
const http = require('http');
const timer = require('@szmarczak/http-timer');

const server = http.createServer((request, response) => response.end(request.url));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let slowest = 0;

exports.ready = new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

exports.iterate = (order) => new Promise((resolve, reject) => {
  const request = http.get({ host: '127.0.0.1', port: server.address().port, path: `/stock/${order}`, agent }, (response) => {
    response.resume();
    response.on('end', () => {
      slowest = Math.max(slowest, timings.phases.firstByte);
      setImmediate(resolve);
    });
  });
  const timings = timer(request);
  request.on('error', reject);
});

exports.stop = () => agent.destroy();
