'use strict';
const v8 = require('v8');
const { parentPort, workerData } = require('worker_threads');

const questions = workerData.port;
questions.setMaxListeners(0);

/** Each job asks for its quota; the answer is heard by a listener of its own, which nobody takes off again. */
function quotaOf(job) {
  return new Promise((resolve) => {
    questions.on('message', (answer) => {
      if (answer.id === job.id) resolve(answer.quota);
    });
    questions.postMessage({ id: job.id });
  });
}

parentPort.on('message', async (message) => {
  if (message.collect) {
    for (let i = 0; i < 3; i += 1) global.gc();
  } else if (message.file) {
    v8.writeHeapSnapshot(message.file);
  } else {
    await quotaOf(message);
  }
  parentPort.postMessage('done');
});
