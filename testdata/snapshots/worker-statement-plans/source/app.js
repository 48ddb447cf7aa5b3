'use strict';
// The main thread sends statements to a worker, which plans them. The snapshot is taken in the worker.
const path = require('path');
const { Worker } = require('worker_threads');

const worker = new Worker(path.join(__dirname, 'planner.js'));

function ask(message) {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(message);
  });
}

exports.iterate = (request) => ask({ sql: `select * from orders where customer = ${request}` });
exports.settle = () => ask({ collect: true });
exports.snapshot = (file) => ask({ file });
exports.stop = () => worker.terminate();
