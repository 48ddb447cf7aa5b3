'use strict';
// The main thread gives jobs to a worker and answers its questions over a port. The snapshot is taken in the worker.
const path = require('path');
const { MessageChannel, Worker } = require('worker_threads');

const { port1, port2 } = new MessageChannel();
const worker = new Worker(path.join(__dirname, 'resizer.js'), { workerData: { port: port2 }, transferList: [port2] });
port1.on('message', (question) => port1.postMessage({ id: question.id, quota: 100 }));
port1.unref();

function ask(message) {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(message);
  });
}

exports.iterate = (request) => ask({ id: request, image: `photo-${request}.jpg` });
exports.settle = () => ask({ collect: true });
exports.snapshot = (file) => ask({ file });
exports.stop = () => worker.terminate();
